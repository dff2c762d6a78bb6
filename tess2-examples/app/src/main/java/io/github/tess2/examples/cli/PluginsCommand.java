package io.github.tess2.examples.cli;

import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.Plugin;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what is installed, by name. */
@Command(
    name = "plugins",
    description =
        "Lists the installed schedules, samplers, guidances and rewards with their options.")
final class PluginsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** For picocli, which sets the fields before it calls. */
  @SuppressWarnings("NullAway.Init")
  PluginsCommand() {}

  @Override
  public Integer call() {
    list("Noise schedules (--schedule)", NoiseSchedule.class, schedule -> List.of());
    list("Samplers (--sampler)", Sampler.class, sampler -> List.of());
    list("Guidances (--guidance)", GuidanceProvider.class, GuidanceProvider::options);
    list(
        "Rewards (reward=... of a guidance, --best-of-reward)",
        RewardProvider.class,
        RewardProvider::options);
    return CommandLine.ExitCode.OK;
  }

  private <P extends Plugin> void list(
      String title, Class<P> type, Function<P, List<Option<?>>> options) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(title + ":");
    Plugins<P> installed = Plugins.of(type);
    for (String name : installed.names()) {
      out.println("  " + name);
      options.apply(installed.named(name)).forEach(option -> out.println("    " + option));
    }
    out.flush();
  }
}
