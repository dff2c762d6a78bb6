package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.training.TrainingStage;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Makes a stage's batches. Every choice of a batch (masks, timesteps, noise, self-conditioning or
 * not) comes from a generator seeded by run, step and pass, so that a resumed run makes the same.
 */
final class BatchMaker {
  private final TrainingStage stage;
  private final Sequences sequences;
  private final int size;
  private final int length;
  private final int padId;
  private final int trainSteps;
  private final boolean selfConditioned;
  private final double noisyShare;
  private final long seed;

  BatchMaker(
      TrainingStage stage,
      Sequences sequences,
      int size,
      int length,
      int padId,
      int trainSteps,
      boolean selfConditioned,
      double noisyShare,
      long seed) {
    this.stage = stage;
    this.sequences = sequences;
    this.size = size;
    this.length = length;
    this.padId = padId;
    this.trainSteps = trainSteps;
    this.selfConditioned = selfConditioned;
    this.noisyShare = noisyShare;
    this.seed = seed;
  }

  Sequences sequences() {
    return sequences;
  }

  /** Sequences, or pairs, in a batch. */
  int size() {
    return size;
  }

  /** The batch of a pass of an optimizer step. */
  Batch make(long step, int pass) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(RandomSeeds.of(seed, RandomSeeds.BATCH, step, pass));
    Batch batch =
        switch (stage) {
          case AUTOREGRESSIVE -> autoregressive();
          case ADAPTATION -> adaptation(random);
          case INSTRUCTION -> instruction(random);
          case REWARD -> reward(random);
        };
    boolean conditioned = random.nextBoolean();
    batch.noise(
        RandomSeeds.of(seed, RandomSeeds.NOISE, step, pass), selfConditioned && conditioned);
    return batch;
  }

  /** Texts packed with every token a target; chats padded with the answers' tokens as targets. */
  private Batch autoregressive() {
    List<ImmutableIntArray> rows = new ArrayList<>();
    List<Integer> from = new ArrayList<>();
    while (rows.size() < size) {
      Example example = sequences.peekIsChat() ? sequences.example() : null;
      if (example == null) {
        rows.add(sequences.packed());
        from.add(1);
      } else {
        Example.Chat chat = sequences.chat(example);
        rows.add(chat.ids());
        from.add(chat.answerFrom());
      }
    }
    int longest = rows.stream().mapToInt(ImmutableIntArray::length).max().orElse(length);
    Batch batch = new Batch(size, longest, padId);
    for (int i = 0; i < size; i++) {
      int start = batch.add(rows.get(i));
      for (int at = from.get(i); at < rows.get(i).length(); at++) {
        batch.target(start + at);
      }
    }
    return batch;
  }

  private Batch adaptation(RandomGenerator random) {
    Batch batch = new Batch(size, length, padId);
    Masks.Objective objective = Masks.draw(random);
    for (int i = 0; i < size; i++) {
      int start = batch.add(sequences.packed());
      hide(batch, start, Masks.mask(objective, length, random), random.nextInt(trainSteps));
    }
    return batch;
  }

  /** Chats with answer and padding hidden; texts among them keep what adaptation taught. */
  private Batch instruction(RandomGenerator random) {
    Batch batch = new Batch(size, length, padId);
    Masks.Objective objective = Masks.draw(random);
    for (int i = 0; i < size; i++) {
      Example example = sequences.example();
      int t = random.nextInt(trainSteps);
      if (example instanceof Example.Text text) {
        ImmutableIntArray ids =
            text.ids().subArray(0, Math.min(length, text.ids().length())).trimmed();
        int start = batch.add(ids);
        hide(batch, start, Masks.mask(objective, ids.length(), random), t);
        continue;
      }
      Example.Chat chat = sequences.chat(example);
      int start = batch.add(chat.ids());
      boolean[] mask = new boolean[length];
      java.util.Arrays.fill(mask, chat.answerFrom(), length, true);
      hide(batch, start, mask, t);
    }
    return batch;
  }

  private static void hide(Batch batch, int start, boolean[] mask, int t) {
    for (int at = 0; at < mask.length; at++) {
      if (mask[at]) {
        batch.hide(start + at, t);
        batch.target(start + at);
      }
    }
  }

  /**
   * The chosen of all pairs first, then the rejected; padding does not matter to a causal model.
   */
  private Batch reward(RandomGenerator random) {
    List<Example.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      pairs.add(sequences.pair());
    }
    List<Example.Chat> chats = new ArrayList<>();
    pairs.forEach(pair -> chats.add(pair.chosen()));
    pairs.forEach(pair -> chats.add(pair.rejected()));
    int longest = chats.stream().mapToInt(chat -> chat.ids().length()).max().orElse(length);
    Batch batch = new Batch(size, longest, padId);
    int[] timesteps = new int[size];
    boolean[] noisy = new boolean[size];
    for (int i = 0; i < size; i++) {
      timesteps[i] = random.nextInt(trainSteps);
      noisy[i] = random.nextDouble() < noisyShare;
    }
    for (int i = 0; i < chats.size(); i++) {
      Example.Chat chat = chats.get(i);
      int start = batch.add(chat.ids());
      for (int at = chat.answerFrom(); noisy[i % size] && at < chat.ids().length(); at++) {
        batch.hide(start + at, timesteps[i % size]);
      }
    }
    return batch;
  }
}
