package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The input of one pass: B sequences of one length, padded, and the rows that are noisy or predict.
 * A row is a position in the packed batch.
 */
final class TrainingBatch {
  private final int length;
  private final int padId;
  private final Numbers ids = new Numbers();
  private final Numbers targets = new Numbers();
  private final Numbers predicting = new Numbers();
  private final Numbers last = new Numbers();

  private final Numbers noisy = new Numbers();
  private final Numbers noisyTokens = new Numbers();
  private final Numbers noisyPredicting = new Numbers();
  private final Numbers timesteps = new Numbers();

  private final int size;
  private long noiseSeed;
  private boolean conditioned;
  private boolean lastPositions;

  /** A list of unboxed numbers, because a large batch has some hundred thousand. */
  private static final class Numbers {
    private long[] values = new long[64];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long get(int index) {
      return values[index];
    }

    int size() {
      return size;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }

  TrainingBatch(int size, int length, int padId) {
    this.size = size;
    this.length = length;
    this.padId = padId;
  }

  /** Appends a sequence with padding after it; returns its first row. */
  int add(ImmutableIntArray sequence) {
    int start = ids.size();
    sequence.forEach(id -> ids.add(id));
    for (int i = sequence.length(); i < length; i++) {
      ids.add(padId);
    }
    last.add(start + sequence.length() - 1);
    return start;
  }

  /** Lets the row before {@code row} predict the token there; nothing predicts a first position. */
  void target(int row) {
    if (row % length != 0) {
      predicting.add(row - 1);
      targets.add(ids.get(row));
    }
  }

  /** Hides a row behind noise at timestep t. */
  void hide(int row, int timestep) {
    noisy.add(row);
    noisyTokens.add(ids.get(row));
    noisyPredicting.add(row % length == 0 ? -1 : row - 1);
    timesteps.add(timestep);
  }

  void noise(long seed, boolean selfConditioned) {
    noiseSeed = seed;
    conditioned = selfConditioned;
  }

  int size() {
    return size;
  }

  /** The number of positions in the batch. */
  int tokens() {
    return ids.size();
  }

  long[] ids() {
    return ids.toArray();
  }

  int[] lengths() {
    int[] lengths = new int[ids.size() / length];
    Arrays.fill(lengths, length);
    return lengths;
  }

  long[] targets() {
    return targets.toArray();
  }

  long[] predicting() {
    return predicting.toArray();
  }

  /** Makes {@link #last} return the last row of each sequence, even if it is padding. */
  void padToLast() {
    lastPositions = true;
  }

  /** The last row of each sequence that is not padding. */
  long[] last() {
    if (lastPositions) {
      return LongStream.rangeClosed(1, last.size()).map(end -> end * length - 1).toArray();
    }
    return last.toArray();
  }

  long[] noisy() {
    return noisy.toArray();
  }

  long[] noisyTokens() {
    return noisyTokens.toArray();
  }

  long[] noisyPredicting() {
    return noisyPredicting.toArray();
  }

  long noiseSeed() {
    return noiseSeed;
  }

  /** Whether a pass at t+1 supplies the previous prediction; otherwise it is uniform. */
  boolean conditioned() {
    return conditioned;
  }

  /** ᾱ of each noisy row, at {@code later} steps above its t. */
  float[] alphaBars(double[] schedule, int later) {
    float[] values = new float[timesteps.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) schedule[Math.min((int) timesteps.get(i) + later, schedule.length - 1)];
    }
    return values;
  }

  /** t/T of each noisy row, at {@code later} steps above its t. */
  float[] times(int total, int later) {
    float[] values = new float[timesteps.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.min((int) timesteps.get(i) + later, total - 1) / total;
    }
    return values;
  }
}
