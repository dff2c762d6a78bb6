package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import io.github.tess2.examples.tasks.TaskFiles;
import io.github.tess2.examples.tasks.TaskItem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a prompt cache changes and what it saves. */
@Command(
    name = "caches",
    description =
        "Compares answers under the prompt cache refresh with those without: the divergence of the"
            + " predictions (KL, in nats), the share of positions whose likeliest token changes, the"
            + " share of answers that change, and the time. Prints a line of JSON for each.")
final class CachesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      required = true,
      description = "Tasks as tess2 data writes them, such as held-out.jsonl.")
  private Path tasks;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "135",
      description = "Use the first N. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--every",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "One pass in this many computes the prompt. Default: ${DEFAULT-VALUE}.")
  private List<Integer> every;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "36",
      description = "Tokens generated at most. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Requests at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Timed runs of each in turns, of which the fastest counts; 0 for none."
              + " Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The seed of the first request. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private MeasuredModel model;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  CachesCommand() {}

  @Override
  public Integer call() throws IOException {
    check(spec, this::requireOptions);
    List<TaskItem> all = TaskFiles.readItems(tasks);
    List<TaskItem> items = all.subList(0, Math.min(limit, all.size()));
    try (DiffusionLM lm = model.builder().build()) {
      CacheComparison comparison =
          new CacheComparison(lm, items, new CacheComparison.Settings(steps, length, batch, seed));
      List<String> caches = new ArrayList<>(List.of("none"));
      every.forEach(n -> caches.add(String.format(Locale.ROOT, "refresh:every=%d", n)));
      List<CacheComparison.Result> results = comparison.compare(caches);
      print(results, fastest(comparison, caches), items.size());
    }
    return CommandLine.ExitCode.OK;
  }

  private void requireOptions() {
    requireAtLeast("--limit", limit, 1);
    requireAtLeast("--steps", steps, 1);
    requireAtLeast("--length", length, 1);
    requireAtLeast("--batch-size", batch, 1);
    requireAtLeast("--runs", runs, 0);
    every.forEach(n -> requireAtLeast("--every", n, 1));
  }

  private double[] fastest(CacheComparison comparison, List<String> caches) {
    double[] seconds = new double[caches.size()];
    for (int run = 0; run < runs; run++) {
      for (int i = 0; i < seconds.length; i++) {
        double took = comparison.seconds(caches.get(i));
        seconds[i] = run == 0 ? took : Math.min(seconds[i], took);
      }
    }
    return seconds;
  }

  private void print(List<CacheComparison.Result> results, double[] seconds, int items) {
    PrintWriter out = spec.commandLine().getOut();
    Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    for (int i = 0; i < results.size(); i++) {
      JsonObject line = gson.toJsonTree(results.get(i)).getAsJsonObject();
      line.addProperty("items", items);
      line.addProperty("steps", steps);
      if (runs > 0) {
        line.addProperty("seconds", seconds[i]);
        line.addProperty("ofNone", seconds[i] / seconds[0]);
      }
      out.println(gson.toJson(line));
    }
    out.flush();
  }
}
