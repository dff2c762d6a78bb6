package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.github.tess2.runtime.graph.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Concatenated sequences, without padding. Its tensors are always on the CPU: the graph moves them
 * without waiting for what the device still computes.
 */
final class PackedBatch {
  private final Shift shift;
  private final List<Long> ids = new ArrayList<>();
  private final List<Long> places = new ArrayList<>();
  private final List<Long> rows = new ArrayList<>();
  private final List<Long> predicting = new ArrayList<>();
  private final List<Double> times = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  /** The position at which a model predicts another one. */
  enum Shift {
    /** At the position before it; the first position is not predicted. */
    BY_ONE,
    /** At the position before it; the first at its own position. */
    BY_ONE_BUT_THE_FIRST,
    /** At its own position. */
    NONE;

    /** The position that predicts another; −1 for none. */
    int predicting(int position) {
      return switch (this) {
        case BY_ONE -> position - 1;
        case BY_ONE_BUT_THE_FIRST -> Math.max(position - 1, 0);
        case NONE -> position;
      };
    }
  }

  /**
   * A sequence to compute in a pass.
   *
   * @param ids the ids of the whole sequence
   * @param positions the generated positions, ascending
   * @param time the time that the model gets for these positions
   */
  record Sequence(ImmutableIntArray ids, ImmutableIntArray positions, double time) {}

  PackedBatch(Shift shift) {
    this.shift = shift;
  }

  /** Adds all rows of a sequence. */
  void add(Sequence sequence) {
    add(sequence, IntStream.range(0, sequence.ids().length()).toArray());
  }

  /** Adds the generated rows of a sequence, and the rows that predict them. */
  void addChanging(Sequence sequence) {
    int[] changing =
        sequence.positions().stream()
            .flatMap(position -> IntStream.of(position, shift.predicting(position)))
            .filter(position -> position >= 0)
            .sorted()
            .distinct()
            .toArray();
    add(sequence, changing);
  }

  /** Adds rows of a sequence, ascending, which include those of the generated positions. */
  private void add(Sequence sequence, int[] added) {
    long start = ids.size();
    for (int place : added) {
      ids.add((long) sequence.ids().get(place));
      places.add((long) place);
    }
    sequence
        .positions()
        .forEach(
            position -> {
              rows.add(start + Arrays.binarySearch(added, position));
              int at = shift.predicting(position);
              predicting.add(at < 0 ? -1 : start + Arrays.binarySearch(added, at));
              times.add(sequence.time());
            });
    lengths.add(added.length);
  }

  NDArray ids(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(ids));
  }

  /** The position of each of the R rows in its sequence. */
  long[] places() {
    return Longs.toArray(places);
  }

  /** The indices of the N generated positions among the R rows. */
  NDArray rows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(rows));
  }

  /** The indices of the rows whose hidden states predict them; −1 for none. */
  NDArray predictingRows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(predicting));
  }

  NDArray times(NDManager manager) {
    return Scalars.reals(manager, Doubles.toArray(times));
  }

  /** The number of rows of each sequence in this batch. */
  int[] lengths() {
    return Ints.toArray(lengths);
  }
}
