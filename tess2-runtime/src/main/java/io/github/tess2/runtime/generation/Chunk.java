package io.github.tess2.runtime.generation;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are sampled in one go: spans of one or more requests' canvases, all under the same
 * settings and at the same step. Few enough that the V-wide tensors of a chunk stay small, whatever
 * the length and the batch.
 *
 * @param spans the rows, in the order of the batch
 * @param firstRow where they begin among the generated rows of the batch
 */
record Chunk(List<Span> spans, int firstRow) {
  /**
   * V-wide numbers in one tensor of a chunk on a CPU: 8 MiB, so that a few of them fit a core's
   * share of cache.
   */
  private static final int CPU_ELEMENTS = 1 << 21;

  /** On a GPU: 128 MiB, so that the work of a chunk takes longer than its launching. */
  private static final int GPU_ELEMENTS = 1 << 25;

  /** But no more than this share of a GPU's memory: several such tensors are in use at once. */
  private static final int GPU_SHARE = 256;

  /** Rows come in multiples of this, so that a matrix product is never of a few rows only. */
  private static final int ROW_UNIT = 32;

  /**
   * Rows of one request.
   *
   * @param request whose
   * @param guided its guided predictions; null where nothing guides it
   * @param from first row in its canvas
   * @param to behind the last
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

  /** Whether a request in it has failed. */
  boolean failed() {
    return spans.stream().anyMatch(span -> span.request().failure != null);
  }

  /** Each request's rows as a chunk of their own. */
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

  /** {@return how many rows a chunk may have on a device at a vocabulary size} */
  static int rowsFor(Device device, int vocabularySize) {
    int elements = device.isGpu() ? gpuElements(memory(device)) : CPU_ELEMENTS;
    int units = elements / vocabularySize / ROW_UNIT;
    return Math.max(units, 1) * ROW_UNIT;
  }

  private static long memory(Device device) {
    return CudaUtils.getGpuMemory(device).getMax();
  }

  /** {@return V-wide numbers of a tensor on a GPU with some bytes of memory} */
  static int gpuElements(long memory) {
    return (int) Math.min(GPU_ELEMENTS, memory / GPU_SHARE / Float.BYTES);
  }

  /**
   * Cuts a batch into chunks.
   *
   * @param requests in the batch's order
   * @param allGuided of the guided ones, null for the others; as many as requests
   * @param limit rows of a chunk at most
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
