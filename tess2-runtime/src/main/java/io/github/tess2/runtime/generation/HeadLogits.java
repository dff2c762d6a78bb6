package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.HashMap;
import java.util.Map;

/**
 * The logits of a step before any adjustment. A guided step reads them several times: for what the
 * reward sees, for each probability that it asks for, and for sampling. Chunks are kept while they
 * fit, so that the head computes them only once.
 */
final class HeadLogits {
  private final DiffusionModel model;
  private final NDManager manager;
  private final NDArray hidden;
  private final int chunkRows;
  private final Room room;
  private final Map<Integer, NDArray> chunks = new HashMap<>();

  /**
   * The memory for logits that all requests of a step may keep together. It is enough for 2,097
   * positions with a vocabulary of 32,000 tokens.
   */
  static final class Room {
    private static final long BYTES = 256L << 20;

    private long left;

    Room() {
      this(BYTES);
    }

    /** Creates room for a number of bytes. */
    Room(long bytes) {
      this.left = bytes;
    }

    private boolean take(long bytes) {
      if (bytes > left) {
        return false;
      }
      left -= bytes;
      return true;
    }
  }

  /**
   * Creates the logits without computing any.
   *
   * @param model the model whose head computes them
   * @param manager the manager of kept logits, closed after the step
   * @param hidden {@code [G,H]}, computed precision
   * @param chunkRows the number of rows in a chunk; only whole chunks are kept
   * @param room the memory that may be used
   */
  HeadLogits(DiffusionModel model, NDManager manager, NDArray hidden, int chunkRows, Room room) {
    this.model = model;
    this.manager = manager;
    this.hidden = hidden;
    this.chunkRows = chunkRows;
    this.room = room;
  }

  /** {@return the room for logits of the same step} */
  Room room() {
    return room;
  }

  /**
   * Computes or copies rows. They belong to the caller, who may change them.
   *
   * @param owner the owner of the result
   * @param from the first row
   * @param to the end of the rows, exclusive
   * @return {@code [to−from,V]}, float32
   */
  NDArray rows(NDManager owner, int from, int to) {
    int chunk = Math.min(from + chunkRows, (int) hidden.getShape().get(0));
    if (from % chunkRows != 0 || to != chunk) {
      return compute(owner, from, to);
    }
    NDArray kept = chunks.get(from);
    if (kept == null) {
      NDArray computed = compute(owner, from, to);
      if (room.take(computed.getShape().size() * Float.BYTES)) {
        chunks.put(from, copy(manager, computed));
      }
      return computed;
    }
    return copy(owner, kept);
  }

  private static NDArray copy(NDManager owner, NDArray x) {
    NDArray copy = x.duplicate();
    copy.attach(owner);
    return copy;
  }

  private NDArray compute(NDManager owner, int from, int to) {
    return model.logits(owner, model.graph().sliceRows(owner, hidden, from, to));
  }
}
