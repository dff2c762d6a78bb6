package io.github.tess2.examples.benchmark;

import static io.github.tess2.examples.options.OptionChecks.check;
import static io.github.tess2.examples.options.OptionChecks.requireAtLeast;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.tess2.DiffusionLM;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the throughput and latency of concurrent callers. */
@Command(
    name = "callers",
    description =
        "Measures throughput and latency of callers that call at the same time, each"
            + " sending its next"
            + " request when it has an answer: once with steps that requests share, and once with"
            + " steps of one request each, in turns. Prints a line of JSON for each.")
final class CallersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--callers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,4,16,64",
      description = "Numbers of concurrent callers. Default: ${DEFAULT-VALUE}.")
  private List<Integer> callers;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "128",
      description = "Requests, of all callers together. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      defaultValue = "24",
      description = "Tokens of a prompt. Default: ${DEFAULT-VALUE}.")
  private int prompt;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "36",
      description = "Tokens generated at most. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each; the fastest counts. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Mixin private MeasuredModel model;

  /** For picocli, which sets the fields before it runs the command. */
  @SuppressWarnings("NullAway.Init")
  CallersCommand() {}

  @Override
  public Integer call() {
    check(spec, this::requireOptions);
    try (DiffusionLM shared = model.builder().build();
        DiffusionLM apart = model.builder().maxBatchRows(1).build()) {
      Map<String, DiffusionLM> models = new LinkedHashMap<>();
      models.put("shared", shared);
      models.put("apart", apart);
      for (int count : callers) {
        Map<String, CallersRun> best = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
          models.forEach((kind, lm) -> best.merge(kind, run(lm, count), CallersRun::faster));
        }
        best.forEach((kind, found) -> print(kind, count, found));
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private CallersRun run(DiffusionLM lm, int count) {
    Workload workload = new Workload(requests, prompt, length, steps, 1);
    return CallersRun.measure(lm, count, workload.requests(lm.tokenizer(), List.of()));
  }

  private void requireOptions() {
    callers.forEach(n -> requireAtLeast("--callers", n, 1));
    requireAtLeast("--requests", requests, 1);
    requireAtLeast("--steps", steps, 1);
    requireAtLeast("--prompt", prompt, 2);
    requireAtLeast("--length", length, 1);
    requireAtLeast("--runs", runs, 1);
  }

  private void print(String kind, int count, CallersRun found) {
    PrintWriter out = spec.commandLine().getOut();
    JsonObject line = new JsonObject();
    line.addProperty("steps", kind);
    line.addProperty("callers", count);
    line.addProperty("requests", requests);
    new Gson().toJsonTree(found).getAsJsonObject().asMap().forEach(line::add);
    out.println(line);
    out.flush();
  }
}
