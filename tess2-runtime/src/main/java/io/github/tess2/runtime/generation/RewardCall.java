package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.runtime.graph.Autograd;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a reward. The reward may be third-party code, so its results are checked before
 * native code uses them.
 */
final class RewardCall {
  private static final Shape ONE = new Shape(1);

  private final GuidedLogits guided;
  private final DiffusionModel model;
  private final Reward reward;
  private final Softening softening;

  RewardCall(GuidedLogits guided, DiffusionModel model, Reward reward, Softening softening) {
    this.guided = guided;
    this.model = model;
    this.reward = reward;
    this.softening = softening;
  }

  /** Computes the value alone. */
  double score() {
    try (NDManager scope = guided.manager().newSubManager()) {
      return value(reward.score(new RewardView(guided, model, scope, softening, false)));
    }
  }

  /** Computes value and gradient; the gradient's tensors belong to the step. */
  RewardGradient differentiate() {
    try (NDManager scope = guided.manager().newSubManager()) {
      return Autograd.recording(() -> differentiate(scope));
    }
  }

  private RewardGradient differentiate(NDManager scope) {
    Graph graph = model.graph();
    RewardView view = new RewardView(guided, model, scope, softening, true);
    NDArray score = reward.score(view);
    double value = value(score);
    List<RewardView.Leaf> leaves = view.leaves();
    if (leaves.isEmpty() || !graph.relaxation().wantsGradient(scope, score)) {
      throw new IllegalArgumentException(
          "the score must have a gradient for the probabilities or embeddings, but has none:"
              + " each operation between them must be differentiable");
    }
    NDList gradients =
        graph
            .relaxation()
            .gradients(scope, score, leaves.stream().map(RewardView.Leaf::tensor).toList());
    List<ViewGradient> viewGradients = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      NDArray gradient = gradients.get(i);
      requireFinite(graph, scope, gradient);
      NDArray rows = gradient.squeeze(0);
      rows.attach(guided.manager());
      viewGradients.add(new ViewGradient(leaves.get(i).view(), rows));
    }
    Shape shape = new Shape(guided.rows(), model.config().vocabularySize());
    return new Gradient(graph, softening, value, viewGradients, shape);
  }

  private static void requireFinite(Graph graph, NDManager scope, NDArray gradient) {
    if (!graph.relaxation().allFinite(scope, gradient)) {
      throw new IllegalArgumentException("the score's gradient must be finite, but is not");
    }
  }

  private static double value(@Nullable NDArray score) {
    if (score == null) {
      throw new IllegalArgumentException("the score must be a tensor, but is: null");
    }
    if (!score.getShape().equals(ONE) || score.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the score must be float32 with the shape %s, but is: %s %s",
              ONE,
              score.getDataType(),
              score.getShape()));
    }
    float value = score.getFloat(0);
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("the score must be finite, but is: " + value);
    }
    return value;
  }

  /**
   * The gradient that autograd computed for one view.
   *
   * @param view the view of p
   * @param gradient ∂r/∂(the view), {@code [G,N]}
   */
  private record ViewGradient(View view, NDArray gradient) {}

  private record Gradient(
      Graph graph, Softening softening, double score, List<ViewGradient> viewGradients, Shape shape)
      implements RewardGradient {
    @Override
    public NDArray of(NDArray logits, int from, int to) {
      GuidedLogits.checkRows(from, to, (int) shape.get(0));
      Shape rows = new Shape(to - from, shape.get(1));
      if (!logits.getShape().equals(rows) || logits.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the logits must be float32 %s, but are: %s %s",
                rows,
                logits.getDataType(),
                logits.getShape()));
      }
      NDManager owner = logits.getManager();
      try (NDManager scope = owner.newSubManager()) {
        NDArray soft = softening.soft(scope, logits, from, to);
        NDArray back = null;
        for (ViewGradient own : viewGradients) {
          NDArray slice = graph.sliceRows(scope, own.gradient(), from, to);
          NDArray one = own.view().back(scope, slice);
          back = back == null ? one : back.add(one);
        }
        return graph
            .relaxation()
            .unsoften(owner, soft, requireNonNull(back), softening.temperature());
      }
    }
  }
}
