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
 * Sequences one behind the other, without padding. Its tensors are on the CPU whatever the device:
 * the graph moves them without waiting for what the device still computes.
 */
final class PackedBatch {
  private final Shift shift;
  private final List<Long> ids = new ArrayList<>();
  private final List<Long> places = new ArrayList<>();
  private final List<Long> rows = new ArrayList<>();
  private final List<Long> predicting = new ArrayList<>();
  private final List<Double> times = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  /** At which position a model predicts another. */
  enum Shift {
    /** At the one before it; the first by nothing. */
    BY_ONE,
    /** At the one before it; the first at its own. */
    BY_ONE_BUT_THE_FIRST,
    /** At its own. */
    NONE;

    /** −1 for nothing. */
    int predicting(int position) {
      return switch (this) {
        case BY_ONE -> position - 1;
        case BY_ONE_BUT_THE_FIRST -> Math.max(position - 1, 0);
        case NONE -> position;
      };
    }
  }

  /**
   * A sequence as a pass computes it.
   *
   * @param ids all of it
   * @param positions the generated ones, ascending
   * @param time what the model is told of these
   */
  record Sequence(ImmutableIntArray ids, ImmutableIntArray positions, double time) {}

  PackedBatch(Shift shift) {
    this.shift = shift;
  }

  /** Adds all rows of a sequence. */
  void add(Sequence sequence) {
    add(sequence, IntStream.range(0, sequence.ids().length()).toArray());
  }

  /** Adds the generated rows of a sequence, and those at which they are predicted. */
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

  /** Adds rows of a sequence, ascending, those of the generated positions among them. */
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

  /** Where in its sequence each of the R rows stands. */
  long[] places() {
    return Longs.toArray(places);
  }

  /** Where the N generated positions are among the R rows. */
  NDArray rows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(rows));
  }

  /** Whose hidden states predict them; −1 for nothing. */
  NDArray predictingRows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(predicting));
  }

  NDArray times(NDManager manager) {
    return Scalars.reals(manager, Doubles.toArray(times));
  }

  /** How many rows each sequence has here. */
  int[] lengths() {
    return Ints.toArray(lengths);
  }
}
