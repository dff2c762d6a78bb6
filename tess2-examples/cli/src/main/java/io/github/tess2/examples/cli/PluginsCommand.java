package io.github.tess2.examples.cli;

import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.PromptCacheProvider;
import io.github.tess2.spi.Provider;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.StepGridProvider;
import io.github.tess2.spi.StoppingCriterionProvider;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the installed plugins by name. */
@Command(
    name = "plugins",
    description =
        "Lists the installed schedules, step grids, samplers, stopping criteria,"
            + " canvases, prompt caches, guidances and rewards with their options.")
final class PluginsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  PluginsCommand() {}

  @Override
  public Integer call() {
    list("Noise schedules (--schedule)", NoiseSchedule.class);
    list("Step grids (--grid)", StepGridProvider.class);
    list("Samplers (--sampler)", Sampler.class);
    list("Stopping criteria (--stop)", StoppingCriterionProvider.class);
    list("Canvases (--canvas)", CanvasPolicyProvider.class);
    list("Prompt caches (--cache)", PromptCacheProvider.class);
    list("Guidances (--guidance)", GuidanceProvider.class);
    list("Rewards (reward=... of a guidance, --best-of-reward)", RewardProvider.class);
    return CommandLine.ExitCode.OK;
  }

  private <P extends Provider<?>> void list(String title, Class<P> type) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(title + ":");
    Plugins<P> installed = Plugins.of(type);
    for (String name : installed.names()) {
      out.println("  " + name);
      installed.named(name).options().forEach(option -> out.println("    " + option));
    }
    out.flush();
  }
}
