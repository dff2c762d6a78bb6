package io.github.tess2.runtime.generation;

import static com.google.common.base.Preconditions.checkElementIndex;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.RewardInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What a reward sees of a step. Each view that it asks for is computed chunk by chunk and becomes a
 * leaf of autograd. So autograd computes the gradient only up to the views, and the views compute
 * the rest, back to the logits.
 */
final class RewardView implements RewardInput {
  /** A requested view, and the tensor that the reward got, {@code [1,G,N]}. */
  record Leaf(View view, Object key, NDArray tensor) {}

  private final GuidedLogits guided;
  private final DiffusionModel model;
  private final NDManager manager;
  private final Softening softening;
  private final boolean differentiable;
  private final List<Leaf> leaves = new ArrayList<>();

  /**
   * Creates the view.
   *
   * @param guided the logits of the step
   * @param model the model
   * @param manager the manager of all tensors of the reward
   * @param softening computes p from logits
   * @param differentiable whether the gradient will be needed
   */
  RewardView(
      GuidedLogits guided,
      DiffusionModel model,
      NDManager manager,
      Softening softening,
      boolean differentiable) {
    this.guided = guided;
    this.model = model;
    this.manager = manager;
    this.softening = softening;
    this.differentiable = differentiable;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public int step() {
    return guided.step();
  }

  @Override
  public int total() {
    return guided.total();
  }

  @Override
  public ImmutableIntArray ids() {
    return guided.request().active.ids();
  }

  @Override
  public ImmutableIntArray positions() {
    return guided.request().active.positions();
  }

  @Override
  public Tokenizer tokenizer() {
    return guided.tokenizer();
  }

  @Override
  public boolean endsAtEos() {
    return !guided.request().layout.infill();
  }

  @Override
  public <T> T perRequest(Object key, Function<NDManager, T> make) {
    return guided.request().kept(key, make);
  }

  @Override
  public NDArray probabilities() {
    return leaf("probabilities", owner -> new View.Whole());
  }

  @Override
  public NDArray probabilitiesOf(int... tokenIds) {
    ImmutableIntArray tokens = checked(ImmutableIntArray.copyOf(tokenIds));
    return leaf(tokens, owner -> new View.Columns(model.graph(), int64(owner, tokens), width()));
  }

  @Override
  public NDArray embeddings() {
    return expected(model.backbone().embedding());
  }

  @Override
  public NDArray expected(NDArray table) {
    Shape shape = requireNonNull(table, "table").getShape();
    if (shape.dimension() != 2 || shape.get(0) == 0 || shape.get(1) == 0) {
      throw new IllegalArgumentException(
          "a table must have the shape (V, N), but has: " + table.getShape());
    }
    if (!table.getDevice().equals(manager.getDevice())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a table must be on the model's device, %s, but is on: %s",
              manager.getDevice(),
              table.getDevice()));
    }
    int rows = (int) Math.min(shape.get(0), width());
    // Shares the table's memory and keeps it alive even if the table is closed.
    return leaf(
        table.getUid(),
        owner ->
            new View.Expected(
                model.graph(), model.graph().sliceRows(owner, table, 0, rows), width()));
  }

  @Override
  public NDArray embeddingsOf(ImmutableIntArray tokenIds) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray rows =
          model.selectRows(scope, model.backbone().embedding(), int64(scope, checked(tokenIds)));
      return model.graph().toFloat(manager, rows);
    }
  }

  private int width() {
    return model.config().vocabularySize();
  }

  private ImmutableIntArray checked(ImmutableIntArray tokens) {
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one token, but there is none");
    }
    tokens.forEach(token -> checkElementIndex(token, width(), "token id"));
    return tokens;
  }

  private static NDArray int64(NDManager owner, ImmutableIntArray tokens) {
    return owner.create(tokens.stream().asLongStream().toArray());
  }

  private NDArray leaf(Object key, Function<NDManager, View> made) {
    for (Leaf leaf : leaves) {
      if (leaf.key().equals(key)) {
        return leaf.tensor();
      }
    }
    // The view also computes the way back, after the reward's own tensors are freed.
    View view = made.apply(guided.manager());
    NDArray tensor = compute(view).expandDims(0);
    if (differentiable) {
      tensor.setRequiresGradient(true);
    }
    leaves.add(new Leaf(view, key, tensor));
    return tensor;
  }

  private NDArray compute(View view) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> chunks = new ArrayList<>();
      for (int from = 0; from < guided.rows(); from += guided.chunkRows()) {
        int to = Math.min(from + guided.chunkRows(), guided.rows());
        try (NDManager chunk = scope.newSubManager()) {
          NDArray logits = guided.logits(chunk, from, to);
          chunks.add(view.of(scope, softening.seen(chunk, logits, from, to)));
        }
      }
      NDArray all = model.graph().concatenate(manager, chunks);
      all.attach(manager);
      return all;
    }
  }
}
