package io.github.tess2.examples.benchmark;

import io.github.tess2.GenerationRequest;
import io.github.tess2.Prompt;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Guidance;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The workload of a measurement.
 *
 * @param batch requests at once
 * @param prompt tokens of a prompt, including the one that begins the sequence
 * @param length tokens generated
 * @param steps denoising steps in a run
 * @param runs measured runs, after one warmup run
 */
record Workload(int batch, int prompt, int length, int steps, int runs) {

  /** Returns the guided requests of one run. The tokenizer must have one token for each letter. */
  List<GenerationRequest> requests(Tokenizer tokenizer, List<Guidance> guidance) {
    return IntStream.range(0, batch)
        .mapToObj(
            i -> {
              String text = String.valueOf((char) ('a' + i % 26)).repeat(prompt - 1);
              int tokens = tokenizer.encode(text).length();
              if (tokens != prompt - 1) {
                throw new IllegalArgumentException(
                    "the tokenizer must have a token for each letter, but gives "
                        + tokens
                        + " for "
                        + text.length());
              }
              return GenerationRequest.builder(Prompt.raw(text))
                  .steps(steps)
                  .length(length)
                  .seed(i)
                  .guidance(guidance.toArray(Guidance[]::new))
                  .build();
            })
        .toList();
  }
}
