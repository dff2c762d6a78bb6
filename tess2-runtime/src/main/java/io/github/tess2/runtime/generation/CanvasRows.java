package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Canvas;
import java.util.ArrayList;
import java.util.List;

/**
 * One request's predictions at one step: the hidden states {@code [G,H]} from which any chunk of
 * logits is computed when asked for, with the guidance's adjustments on top.
 */
final class CanvasRows implements Canvas {
  private final DiffusionModel model;
  private final RequestState request;
  private final NDManager manager;
  private final NDArray hidden;
  private final int chunkRows;
  private final List<Adjustment> adjustments = new ArrayList<>();

  CanvasRows(
      DiffusionModel model,
      RequestState request,
      NDManager manager,
      NDArray hidden,
      int chunkRows) {
    this.model = model;
    this.request = request;
    this.manager = manager;
    this.hidden = hidden;
    this.chunkRows = chunkRows;
  }

  RequestState request() {
    return request;
  }

  @Override
  public int step() {
    return request.stepsRun() + 1;
  }

  @Override
  public int total() {
    return request.settings.steps();
  }

  @Override
  public int rows() {
    return request.generated();
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public NDArray logits(int from, int to) {
    return logits(manager, from, to);
  }

  NDArray logits(NDManager owner, int from, int to) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray logits = model.logits(scope, model.graph().sliceRows(scope, hidden, from, to));
      for (Adjustment adjustment : adjustments) {
        logits = adjustment.apply(logits, from, to);
      }
      logits.attach(owner);
      return logits;
    }
  }

  @Override
  public void adjust(Adjustment adjustment) {
    adjustments.add(adjustment);
  }
}
