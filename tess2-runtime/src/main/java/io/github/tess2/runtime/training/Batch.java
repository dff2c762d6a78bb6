package io.github.tess2.runtime.training;

import com.google.common.primitives.Floats;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What one pass computes: B sequences of one length, padded, and the rows that count. A row is a
 * position of the packed batch.
 */
final class Batch {
  private final int length;
  private final int padId;
  private final List<Long> ids = new ArrayList<>();
  private final List<Long> targets = new ArrayList<>();
  private final List<Long> predicting = new ArrayList<>();
  private final List<Long> last = new ArrayList<>();

  private final List<Long> noisy = new ArrayList<>();
  private final List<Long> noisyTokens = new ArrayList<>();
  private final List<Long> noisyPredicting = new ArrayList<>();
  private final List<Integer> timesteps = new ArrayList<>();

  private final int size;
  private long noiseSeed;
  private boolean conditioned;
  private boolean lastPositions;

  Batch(int size, int length, int padId) {
    this.size = size;
    this.length = length;
    this.padId = padId;
  }

  /** Appends a sequence, padding behind it; returns its first row. */
  int add(ImmutableIntArray sequence) {
    int start = ids.size();
    sequence.forEach(id -> ids.add((long) id));
    for (int i = sequence.length(); i < length; i++) {
      ids.add((long) padId);
    }
    last.add((long) start + sequence.length() - 1);
    return start;
  }

  /** Has the row before {@code row} predict the token there; nothing predicts a first position. */
  void target(int row) {
    if (row % length != 0) {
      predicting.add((long) row - 1);
      targets.add(ids.get(row));
    }
  }

  /** Hides a row behind noise at timestep t. */
  void hide(int row, int timestep) {
    noisy.add((long) row);
    noisyTokens.add(ids.get(row));
    noisyPredicting.add(row % length == 0 ? -1L : row - 1);
    timesteps.add(timestep);
  }

  void noise(long seed, boolean selfConditioned) {
    noiseSeed = seed;
    conditioned = selfConditioned;
  }

  int size() {
    return size;
  }

  /** Positions through the model. */
  int tokens() {
    return ids.size();
  }

  long[] ids() {
    return Longs.toArray(ids);
  }

  int[] lengths() {
    int[] lengths = new int[ids.size() / length];
    java.util.Arrays.fill(lengths, length);
    return lengths;
  }

  long[] targets() {
    return Longs.toArray(targets);
  }

  long[] predicting() {
    return Longs.toArray(predicting);
  }

  /** Has {@link #last} name the last rows of all, which padding may be. */
  void padToLast() {
    lastPositions = true;
  }

  /** The last row of each sequence that is no padding. */
  long[] last() {
    if (lastPositions) {
      return LongStream.rangeClosed(1, last.size()).map(end -> end * length - 1).toArray();
    }
    return Longs.toArray(last);
  }

  long[] noisy() {
    return Longs.toArray(noisy);
  }

  long[] noisyTokens() {
    return Longs.toArray(noisyTokens);
  }

  long[] noisyPredicting() {
    return Longs.toArray(noisyPredicting);
  }

  long noiseSeed() {
    return noiseSeed;
  }

  /** Whether a pass at t+1 supplies the previous prediction; else it is uniform. */
  boolean conditioned() {
    return conditioned;
  }

  /** ᾱ of each noisy row, {@code later} steps noisier than its t. */
  float[] alphaBars(double[] schedule, int later) {
    return Floats.toArray(
        timesteps.stream()
            .map(t -> (float) schedule[Math.min(t + later, schedule.length - 1)])
            .toList());
  }

  /** t/T of each noisy row, likewise. */
  float[] times(int total, int later) {
    return Floats.toArray(
        timesteps.stream().map(t -> (float) Math.min(t + later, total - 1) / total).toList());
  }
}
