package io.github.tess2.runtime.generation;

import io.github.tess2.runtime.engine.GpuMemory;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are sampled together: spans of the canvases of one or more requests, all with the same
 * settings and at the same step. Their number is limited so that the V-wide tensors of a chunk stay
 * small for any length and batch.
 *
 * @param spans the rows, in the order of the batch
 * @param firstRow the index of the first of them among the generated rows of the batch
 */
record Chunk(List<Span> spans, int firstRow) {
  /**
   * Elements of a V-wide tensor of a chunk on a CPU: 8 MiB, so that a few such tensors fit into a
   * core's share of the cache.
   */
  private static final int CPU_ELEMENTS = 1 << 21;

  /** The same on a GPU: 128 MiB, so that a chunk's work takes longer than launching it. */
  private static final int GPU_ELEMENTS = 1 << 25;

  /**
   * At most this fraction of the memory that the weights leave on a GPU, because up to seven such
   * tensors are in use at once, and other tensors and PyTorch's cache need memory too.
   */
  private static final int GPU_SHARE = 64;

  /** What CUDA itself uses on each GPU, in bytes. */
  private static final long CUDA_BYTES = 512L << 20;

  /**
   * The number of rows is a multiple of this, so that a matrix product never has only a few rows.
   */
  private static final int ROW_UNIT = 32;

  /**
   * Rows of one request.
   *
   * @param request the request
   * @param guided its guided predictions; null if nothing guides it
   * @param from the first row in its canvas
   * @param to the end of the rows, exclusive
   */
  record Span(RequestState request, @Nullable GuidedLogits guided, int from, int to) {
    int rows() {
      return to - from;
    }

    RandomSource.Rows random() {
      return request.rows(from, to);
    }
  }

  RequestState lead() {
    return spans.get(0).request();
  }

  int rows() {
    return spans.stream().mapToInt(Span::rows).sum();
  }

  boolean guided() {
    return spans.get(0).guided() != null;
  }

  /** Whether a request in the chunk has failed. */
  boolean failed() {
    return spans.stream().anyMatch(span -> span.request().failure != null);
  }

  /** Splits the chunk into one chunk for each request. */
  List<Chunk> apart() {
    List<Chunk> chunks = new ArrayList<>();
    int row = firstRow;
    for (Span span : spans) {
      chunks.add(new Chunk(List.of(span), row));
      row += span.rows();
    }
    return chunks;
  }

  boolean observed() {
    return spans.stream().anyMatch(span -> span.request().observed());
  }

  List<RandomSource.Rows> random() {
    return spans.stream().map(Span::random).toList();
  }

  /**
   * {@return the greatest number of rows in a chunk of a model} It depends on the GPU and the
   * model, not on what is free at the moment, so that it is the same in every run.
   */
  static int rowsFor(DiffusionModel model) {
    int vocabularySize = model.config().vocabularySize();
    if (!model.manager().getDevice().isGpu()) {
      return rows(CPU_ELEMENTS, vocabularySize);
    }
    long memory = GpuMemory.of(model.manager().getDevice()).total();
    return rows(gpuElements(memory - model.firstWeightBytes()), vocabularySize);
  }

  /** {@return the number of rows of V-wide tensors with at most a number of elements} */
  static int rows(int elements, int vocabularySize) {
    int units = elements / vocabularySize / ROW_UNIT;
    return Math.max(units, 1) * ROW_UNIT;
  }

  /**
   * {@return the greatest number of elements of a V-wide tensor on a GPU}
   *
   * @param memory the memory that the weights leave, in bytes
   */
  static int gpuElements(long memory) {
    long elements = Math.max(0, memory - CUDA_BYTES) / GPU_SHARE / Float.BYTES;
    return (int) Math.min(GPU_ELEMENTS, elements);
  }

  /**
   * Divides a batch into chunks.
   *
   * @param requests the requests in the order of the batch
   * @param allGuided of the guided ones, null for the others; as many as requests
   * @param limit the greatest number of rows in a chunk
   */
  static List<Chunk> cut(
      List<RequestState> requests, List<@Nullable GuidedLogits> allGuided, int limit) {
    List<Chunk> chunks = new ArrayList<>();
    List<Span> open = new ArrayList<>();
    int openRows = 0;
    int openFirst = 0;
    int row = 0;
    for (int i = 0; i < requests.size(); i++) {
      RequestState request = requests.get(i);
      GuidedLogits guided = allGuided.get(i);
      for (int from = 0; from < request.generated(); ) {
        Span last = open.isEmpty() ? null : open.get(open.size() - 1);
        int to = Math.min(request.generated(), from + limit);
        boolean fits = openRows + (to - from) <= limit;
        if (last != null && (!fits || !mergeable(last, request, guided))) {
          chunks.add(new Chunk(List.copyOf(open), openFirst));
          open.clear();
          openRows = 0;
        }
        if (open.isEmpty()) {
          openFirst = row;
        }
        open.add(new Span(request, guided, from, to));
        openRows += to - from;
        row += to - from;
        from = to;
      }
    }
    if (!open.isEmpty()) {
      chunks.add(new Chunk(List.copyOf(open), openFirst));
    }
    return chunks;
  }

  private static boolean mergeable(Span last, RequestState next, @Nullable GuidedLogits guided) {
    RequestState request = last.request();
    return last.guided() == null
        && guided == null
        && request.step == next.step
        && (request.simplex == null) == (next.simplex == null)
        && request.alphaBars.alikeAt(request.step, next.alphaBars)
        && request.settings.sampledAlike(next.settings);
  }
}
