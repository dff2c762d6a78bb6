package io.github.tess2.examples.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.generation.ChatText;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;

/**
 * A prompt and its answer, as token ids.
 *
 * @param prompt the prompt, including everything before the answer
 * @param answer the answer, without an end-of-sequence token
 */
record Example(ImmutableIntArray prompt, ImmutableIntArray answer) {
  /** Number of time steps in training. */
  private static final int TRAINING_STEPS = 5000;

  /**
   * Reads the first examples of a file.
   *
   * @param tasks JSON lines as tess2 data writes them
   * @param folder the folder of the checkpoint whose tokenizer is used
   * @param limit most examples to read
   */
  static List<Example> read(Path tasks, Path folder, int limit) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        CheckpointTokenizer tokenizer =
            CheckpointTokenizer.open(checkpoint.tokenizerFolder(), checkpoint.config());
        Stream<String> lines = Files.lines(tasks)) {
      return lines.limit(limit).map(line -> of(line, tokenizer)).toList();
    }
  }

  private static Example of(String line, CheckpointTokenizer tokenizer) {
    JsonArray messages = JsonParser.parseString(line).getAsJsonObject().getAsJsonArray("messages");
    String prompt = messages.get(0).getAsJsonObject().get("content").getAsString();
    String answer = messages.get(1).getAsJsonObject().get("content").getAsString();
    Prompt.Chat chat = new Prompt.Chat(List.of(Message.user(prompt)));
    return new Example(
        tokenizer.encodeSequence(ChatText.beforeAnswer(chat, tokenizer)), tokenizer.encode(answer));
  }

  /**
   * Returns the noise that a model is trained with.
   *
   * @param model the model
   * @return ᾱ at a time t/T in [0, 1]
   */
  static DoubleUnaryOperator noise(DiffusionModel model) {
    return Plugins.of(NoiseSchedule.class)
        .named(model.config().diffusion().noiseSchedule())
        .alphaBar(TRAINING_STEPS);
  }

  /**
   * Predicts the answer from its noisy simplex alone, without a previous prediction.
   *
   * @param model the model that predicts
   * @param time t/T, in [0, 1)
   * @param alphaBar ᾱ of the noise at that time
   * @param seed the seed of the noise
   * @return logits {@code [answer,V]} row by row
   */
  float[] predict(DiffusionModel model, double time, double alphaBar, long seed) {
    int generated = answer.length();
    Shape shape = new Shape(generated, model.config().vocabularySize());
    // The ids at generated positions do not matter.
    ImmutableIntArray ids = ImmutableIntArray.builder().addAll(prompt).addAll(answer).build();
    return new ForwardPass(ids, generated, time)
        .logits(
            model,
            scope -> {
              try (NDManager work = scope.newSubManager()) {
                NDArray tokens = work.create(answer.stream().asLongStream().toArray());
                NDArray noise = work.create(gaussian((int) shape.size(), seed), shape);
                return model.renoise(scope, tokens, noise, alphaBar);
              }
            },
            scope -> scope.zeros(shape));
  }

  private static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
