package io.github.tess2.examples.benchmark;

import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelFamily;
import java.util.List;
import java.util.OptionalInt;

/**
 * Shapes of random checkpoints. All but {@link #SMALL} have Mistral's proportions: 4 query heads
 * for each key head, and an inner width of 3.5 H.
 */
enum Shape {
  /** For quick trials: loads and runs at once. */
  TINY(2, 64, 8, 2, 224, 512),
  /** The shape of the recipe's model for a CPU. */
  SMALL(6, 192, 6, 3, 512, 1024),
  /** The shape of the benchmark: small enough for a CPU, with the vocabulary of a large model. */
  BENCHMARK(12, 768, 12, 3, 2688, 32_000),
  /** Two layers of Mistral-7B-v0.3, for machines without the memory for all of it. */
  MISTRAL_7B_TWO_LAYERS(2, 4096, 32, 8, 14_336, 32_768),
  /** Mistral-7B-v0.3, which TESS 2 is trained from. */
  MISTRAL_7B(32, 4096, 32, 8, 14_336, 32_768);

  private static final int MAX_POSITIONS = 2048;
  private static final double NORM_EPSILON = 1e-5;
  private static final double ROPE_THETA = 1e6;

  private final int layers;
  private final int hiddenSize;
  private final int heads;
  private final int keyValueHeads;
  private final int intermediateSize;
  private final int vocabularySize;

  Shape(
      int layers,
      int hiddenSize,
      int heads,
      int keyValueHeads,
      int intermediateSize,
      int vocabularySize) {
    this.layers = layers;
    this.hiddenSize = hiddenSize;
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.intermediateSize = intermediateSize;
    this.vocabularySize = vocabularySize;
  }

  /** The configuration, with the special tokens of a tokenizer that has BOS, EOS and PAD first. */
  ModelConfig config(ModelConfig.Purpose purpose) {
    return ModelConfig.builder(ModelFamily.named("mistral"))
        .purpose(purpose)
        .vocabularySize(vocabularySize)
        .hiddenSize(hiddenSize)
        .intermediateSize(intermediateSize)
        .layers(layers)
        .heads(heads)
        .keyValueHeads(keyValueHeads)
        .headDimension(hiddenSize / heads)
        .normEpsilon(NORM_EPSILON)
        .maxPositions(MAX_POSITIONS)
        .ropeTheta(ROPE_THETA)
        .bosId(OptionalInt.of(0))
        .eosIds(List.of(1))
        .padId(OptionalInt.of(2))
        .build();
  }
}
