package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import io.github.tess2.runtime.generation.RandomSeeds;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Makes a stage's batches. Every random choice in a batch (masks, timesteps, noise, whether to
 * self-condition) comes from a generator seeded by run, step and pass, so a resumed run makes the
 * same batches.
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
  private final Conventions conventions;
  private final long seed;

  BatchMaker(
      TrainingConfig config, DiffusionConfig diffusion, Sequences sequences, int padId, long seed) {
    this.stage = config.stage();
    this.sequences = sequences;
    this.size = config.batchSize();
    this.length = config.sequenceLength();
    this.padId = padId;
    this.trainSteps = diffusion.trainSteps();
    this.selfConditioned =
        (stage == TrainingStage.ADAPTATION || stage == TrainingStage.INSTRUCTION)
            && diffusion.selfConditioned();
    this.noisyShare = config.noisyShare();
    this.conventions = config.conventions();
    this.seed = seed;
  }

  Sequences sequences() {
    return sequences;
  }

  /** The number of sequences, or pairs, in a batch. */
  int size() {
    return size;
  }

  /** Makes the batch for a pass of an optimizer step. */
  TrainingBatch make(long step, int pass) {
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom")
            .create(RandomSeeds.of(seed, RandomSeeds.BATCH, step, pass));
    TrainingBatch batch =
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

  /**
   * Texts are packed and every token is a target; chats are padded and the answers' tokens are
   * targets.
   */
  private TrainingBatch autoregressive() {
    List<ImmutableIntArray> rows = new ArrayList<>();
    List<Integer> from = new ArrayList<>();
    while (rows.size() < size) {
      if (sequences.peekIsChat() && sequences.example() instanceof Example.Chat chat) {
        rows.add(chat.ids());
        from.add(chat.answerFrom());
      } else {
        rows.add(sequences.packed());
        from.add(1);
      }
    }
    int longest = rows.stream().mapToInt(ImmutableIntArray::length).max().orElse(length);
    TrainingBatch batch = new TrainingBatch(size, longest, padId);
    for (int i = 0; i < size; i++) {
      int start = batch.add(rows.get(i));
      for (int at = from.get(i); at < rows.get(i).length(); at++) {
        batch.target(start + at);
      }
    }
    return batch;
  }

  private TrainingBatch adaptation(RandomGenerator random) {
    TrainingBatch batch = new TrainingBatch(size, length, padId);
    Masks masks = Masks.draw(conventions.masks(), random);
    for (int i = 0; i < size; i++) {
      int start = batch.add(sequences.packed());
      hide(batch, start, masks.mask(length, random), random.nextInt(trainSteps));
    }
    return batch;
  }

  /**
   * Hides the answer and the padding of chats. Texts among them preserve what adaptation has
   * taught.
   */
  private TrainingBatch instruction(RandomGenerator random) {
    TrainingBatch batch = new TrainingBatch(size, length, padId);
    Masks masks = Masks.draw(conventions.masks(), random);
    for (int i = 0; i < size; i++) {
      Example example = sequences.example();
      int t = random.nextInt(trainSteps);
      if (example instanceof Example.Text text) {
        ImmutableIntArray ids =
            text.ids().subArray(0, Math.min(length, text.ids().length())).trimmed();
        int start = batch.add(ids);
        hide(batch, start, masks.mask(ids.length(), random), t);
        continue;
      }
      if (example instanceof Example.Chat chat) {
        int start = batch.add(chat.ids());
        boolean[] mask = new boolean[length];
        Arrays.fill(mask, chat.answerFrom(), length, true);
        hide(batch, start, mask, t);
      }
    }
    return batch;
  }

  private static void hide(TrainingBatch batch, int start, boolean[] mask, int t) {
    for (int at = 0; at < mask.length; at++) {
      if (mask[at]) {
        batch.hide(start + at, t);
        batch.target(start + at);
      }
    }
  }

  /**
   * The chosen answers of all pairs come first, then the rejected ones. Padding does not matter to
   * a causal model, unless the score is read there.
   */
  private TrainingBatch reward(RandomGenerator random) {
    List<Example.Chat> chats = chats();
    boolean padded = conventions.score() == Conventions.Score.LAST_POSITION;
    int longest = chats.stream().mapToInt(chat -> chat.ids().length()).max().orElse(length);
    int width = padded ? length : longest;
    TrainingBatch batch = new TrainingBatch(size, width, padId);
    if (padded) {
      batch.padToLast();
    }
    boolean everywhere = conventions.rewardNoise() == Conventions.RewardNoise.EVERYWHERE;
    int[] timesteps = new int[2 * size];
    boolean[] noisy = new boolean[size];
    for (int i = 0; i < size; i++) {
      timesteps[i] = random.nextInt(trainSteps);
      timesteps[size + i] = everywhere ? random.nextInt(trainSteps) : timesteps[i];
      noisy[i] = random.nextDouble() < noisyShare;
    }
    for (int i = 0; i < chats.size(); i++) {
      Example.Chat chat = chats.get(i);
      int start = batch.add(chat.ids());
      int from = everywhere ? 0 : chat.answerFrom();
      int to = everywhere ? width : chat.ids().length();
      for (int at = from; noisy[i % size] && at < to; at++) {
        batch.hide(start + at, timesteps[i]);
      }
    }
    return batch;
  }

  private List<Example.Chat> chats() {
    List<Example.Chat> chosen = new ArrayList<>();
    List<Example.Chat> rejected = new ArrayList<>();
    while (chosen.size() < size) {
      if (sequences.example() instanceof Example.Pair pair) {
        chosen.add(pair.chosen());
        rejected.add(pair.rejected());
      }
    }
    chosen.addAll(rejected);
    return chosen;
  }
}
