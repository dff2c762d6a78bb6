package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A new model to train from scratch: a Mistral-shaped decoder with random weights and an existing
 * tokenizer. The vocabulary is the tokenizer's.
 *
 * @param tokenizer folder with {@code tokenizer.json} or {@code tokenizer.model}, and the files
 *     that belong to it
 * @param hiddenSize hidden size H
 * @param layers number of decoder layers
 * @param heads number of query heads
 * @param keyValueHeads number of key/value heads, a divisor of {@code heads}
 * @param headDimension dimension of each head, even
 * @param intermediateSize inner width of the feed-forward block
 * @param maxLength maximum sequence length, in tokens
 * @param tiedHead whether the output head shares the embedding's weights
 */
public record FreshModel(
    Path tokenizer,
    int hiddenSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDimension,
    int intermediateSize,
    int maxLength,
    boolean tiedHead) {
  /**
   * Checks the numbers.
   *
   * @param tokenizer folder with {@code tokenizer.json} or {@code tokenizer.model}
   * @param hiddenSize hidden size H
   * @param layers number of decoder layers
   * @param heads number of query heads
   * @param keyValueHeads number of key/value heads
   * @param headDimension dimension of each head
   * @param intermediateSize inner width of the feed-forward block
   * @param maxLength maximum sequence length
   * @param tiedHead whether the output head shares the embedding's weights
   * @throws IllegalArgumentException if a number is not positive, or the numbers do not fit
   *     together
   */
  public FreshModel {
    requireNonNull(tokenizer, "tokenizer");
    Ranges.positive("hidden size", hiddenSize);
    Ranges.positive("layers", layers);
    Ranges.positive("heads", heads);
    Ranges.positive("key-value heads", keyValueHeads);
    Ranges.positive("head dimension", headDimension);
    Ranges.positive("intermediate size", intermediateSize);
    Ranges.positive("max length", maxLength);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "heads must be a multiple of key-value heads, but are: %d and %d",
              heads,
              keyValueHeads));
    }
    if (headDimension % 2 != 0) {
      throw new IllegalArgumentException("head dimension must be even, but is: " + headDimension);
    }
  }
}
