package io.github.tess2.examples.cli;

import io.github.tess2.DiffusionLM;
import io.github.tess2.FinishReason;
import io.github.tess2.GenerationListener.Signal;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;

/**
 * Answers prompts. Prints the answers to stdout in order, and everything else to stderr.
 *
 * @param host the command's process
 * @param line the command line of the command
 * @param json whether answers are printed as JSON objects
 * @param quiet whether statistics are left out
 */
record Answering(Host host, CommandLine line, boolean json, boolean quiet) {

  /**
   * Answers all prompts.
   *
   * @param texts the prompts as given
   * @param requests one for each prompt
   * @param batchSize how many requests are answered at once
   * @return the exit code
   */
  int answer(DiffusionLM lm, List<String> texts, List<GenerationRequest> requests, int batchSize) {
    return host.interruptibly(
        interrupted ->
            requests.size() == 1
                ? answerOne(lm, texts.get(0), requests.get(0), interrupted)
                : answerAll(lm, texts, requests, batchSize, interrupted));
  }

  private int answerOne(
      DiffusionLM lm, String text, GenerationRequest request, BooleanSupplier interrupted) {
    GenerationResult result;
    try (Progress progress = Progress.of(host, "Denoising")) {
      result =
          lm.generate(
              request,
              step -> {
                progress.stepTo(step.step(), step.total());
                return interrupted.getAsBoolean() ? Signal.CANCEL : Signal.CONTINUE;
              });
    }
    print(text, result);
    return result.finishReason() == FinishReason.CANCELLED
        ? Main.INTERRUPTED
        : CommandLine.ExitCode.OK;
  }

  private int answerAll(
      DiffusionLM lm,
      List<String> texts,
      List<GenerationRequest> requests,
      int batchSize,
      BooleanSupplier interrupted) {
    try (Progress progress = Progress.of(host, "Denoising")) {
      for (int from = 0; from < requests.size(); from += batchSize) {
        if (interrupted.getAsBoolean()) {
          return Main.INTERRUPTED;
        }
        int first = from;
        int to = Math.min(requests.size(), from + batchSize);
        AnswerBatch batch =
            AnswerBatch.start(
                lm,
                requests.subList(from, to),
                // Progress over all requests, assuming that each takes as many steps.
                (steps, each) -> progress.stepTo(first * each + steps, requests.size() * each));
        boolean whole = batch.await(interrupted);
        batch.forEachAnswer((i, result) -> print(texts.get(first + i), result));
        if (!whole) {
          return Main.INTERRUPTED;
        }
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private void print(String text, GenerationResult result) {
    PrintWriter out = line.getOut();
    out.println(json ? Results.json(text, result) : result.text());
    out.flush();
    if (!quiet) {
      line.getErr().println(Results.statistics(result));
    }
  }
}
