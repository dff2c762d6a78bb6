package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import io.github.tess2.runtime.graph.Scalars;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences one behind the other, without padding. Its tensors are on the CPU whatever the device:
 * the graph moves them without waiting for what the device still computes.
 */
final class PackedBatch {
  private final List<Long> ids = new ArrayList<>();
  private final List<Long> rows = new ArrayList<>();
  private final List<Long> predicting = new ArrayList<>();
  private final List<Double> times = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  void add(ImmutableIntArray sequence, ImmutableIntArray positions, double time) {
    long start = ids.size();
    sequence.forEach(id -> ids.add((long) id));
    positions.forEach(
        position -> {
          rows.add(start + position);
          // The output is shifted: position i is predicted at i−1, and 0 by nothing.
          predicting.add(position == 0 ? -1 : start + position - 1);
          times.add(time);
        });
    lengths.add(sequence.length());
  }

  NDArray ids(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(ids));
  }

  /** Where the N generated positions are among the R rows. */
  NDArray rows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(rows));
  }

  /** Whose hidden states predict them. */
  NDArray predictingRows(NDManager manager) {
    return Scalars.ints(manager, Longs.toArray(predicting));
  }

  /** The rows before them; of a sequence's first position its own. */
  NDArray rowsBefore(NDManager manager) {
    long[] before = new long[rows.size()];
    for (int i = 0; i < before.length; i++) {
      before[i] = predicting.get(i) < 0 ? rows.get(i) : predicting.get(i);
    }
    return Scalars.ints(manager, before);
  }

  NDArray times(NDManager manager) {
    return Scalars.reals(manager, Doubles.toArray(times));
  }

  int[] lengths() {
    return Ints.toArray(lengths);
  }
}
