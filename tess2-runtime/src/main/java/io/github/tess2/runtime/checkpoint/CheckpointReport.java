package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.CheckpointInfo;
import io.github.tess2.SelfConditioning;
import io.github.tess2.Tokenizer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What a checkpoint's headers say. */
public record CheckpointReport(
    String architecture,
    Purpose purpose,
    Network network,
    Weights weights,
    Optional<Simplex> simplex,
    Optional<Masked> masked,
    Vocabulary vocabulary,
    Optional<String> problem)
    implements CheckpointInfo {

  /**
   * Reads the headers of a checkpoint.
   *
   * @param folder the checkpoint
   * @return what they say
   * @throws CheckpointException if a file is missing, malformed, or of a kind this library does not
   *     compute
   */
  public static CheckpointInfo read(Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config())) {
      ModelConfig config = checkpoint.config();
      boolean diffuses = config.purpose() == ModelConfig.Purpose.DIFFUSION;
      return new CheckpointReport(
          config.family().modelType().toLowerCase(Locale.ROOT),
          Purpose.valueOf(config.purpose().name()),
          Shape.of(config),
          Tensors.of(checkpoint),
          diffuses && config.masked().isEmpty()
              ? Optional.of(Diffusion.of(config.diffusion(), checkpoint.isCdcd()))
              : Optional.empty(),
          config.masked().filter(masked -> diffuses).map(Mask::of),
          Tokens.of(tokenizer),
          problem(checkpoint));
    }
  }

  private static Optional<String> problem(Checkpoint checkpoint) {
    try {
      switch (checkpoint.config().purpose()) {
        case DIFFUSION -> checkpoint.requireDiffusionModel();
        case CAUSAL -> checkpoint.requireCausalModel();
        case REWARD -> checkpoint.requireRewardModel();
      }
      return Optional.empty();
    } catch (CheckpointException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private record Shape(
      int layers,
      int hiddenSize,
      int intermediateSize,
      int heads,
      int keyValueHeads,
      int headDimension,
      int vocabularySize,
      int maxPositions,
      double ropeTheta,
      String ropeScaling,
      OptionalInt slidingWindow,
      boolean tiedHead)
      implements Network {
    static Shape of(ModelConfig config) {
      return new Shape(
          config.layers(),
          config.hiddenSize(),
          config.intermediateSize(),
          config.heads(),
          config.keyValueHeads(),
          config.headDimension(),
          config.vocabularySize(),
          config.maxPositions(),
          config.ropeTheta(),
          text(config.ropeScaling()),
          config.slidingWindow(),
          config.tiedHead());
    }

    private static String text(RopeScaling scaling) {
      if (scaling instanceof RopeScaling.Linear linear) {
        return "linear, factor " + linear.factor();
      }
      if (scaling instanceof RopeScaling.Llama3 llama3) {
        return String.format(
            Locale.ROOT,
            "llama3, factor %s, frequency factors %s to %s, of %d positions",
            llama3.factor(),
            llama3.lowFrequencyFactor(),
            llama3.highFrequencyFactor(),
            llama3.originalMaxPositions());
      }
      return "none";
    }
  }

  private record Tensors(
      int tensors, int withAdapter, long parameters, Map<String, Long> bytesByType)
      implements Weights {
    static Tensors of(Checkpoint checkpoint) {
      Map<String, Long> bytes = new TreeMap<>();
      long parameters = 0;
      for (String name : checkpoint.names()) {
        TensorInfo info = checkpoint.info(name);
        bytes.merge(info.dtype().name().toLowerCase(Locale.ROOT), info.byteCount(), Long::sum);
        parameters += info.elementCount();
      }
      return new Tensors(
          checkpoint.names().size(),
          checkpoint.adapted(),
          parameters,
          Collections.unmodifiableMap(bytes));
    }
  }

  private record Diffusion(
      String noiseSchedule,
      int trainSteps,
      double simplexValue,
      SelfConditioning selfConditioning,
      OptionalDouble topP,
      double temperature,
      boolean causal,
      boolean timestepEmbedding,
      boolean cdcdTimeWarp)
      implements Simplex {
    static Diffusion of(DiffusionConfig config, boolean cdcdTimeWarp) {
      return new Diffusion(
          config.noiseSchedule(),
          config.trainSteps(),
          config.simplexValue(),
          SelfConditioning.of(config.selfConditioning()),
          config.topP(),
          config.temperature(),
          config.causal(),
          config.timestepEmbedding(),
          cdcdTimeWarp);
    }
  }

  private record Mask(int maskId, boolean shiftedLogits, String sampler) implements Masked {
    static Mask of(MaskedConfig config) {
      return new Mask(config.maskId(), config.shifted(), config.sampler());
    }
  }

  private record Tokens(int size, int bosId, int eosId, int padId, String fingerprint)
      implements Vocabulary {
    static Tokens of(Tokenizer tokenizer) {
      return new Tokens(
          tokenizer.size(),
          tokenizer.bosId(),
          tokenizer.eosId(),
          tokenizer.padId(),
          tokenizer.fingerprint());
    }
  }
}
