package io.github.tess2.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A step to test a guidance on. It has given logits, and DJL's autograd differentiates rewards
 * through the literal formula.
 */
final class TrialStep implements GuidedStep {
  private final RewardCase point;
  private final NDManager manager;
  private final NDArray base;
  private final List<Adjustment> adjustments = new ArrayList<>();
  private final int forked;
  private int draws;

  /** A step with logits {@code [G,V]}. */
  TrialStep(RewardCase point, NDManager manager, NDArray base) {
    this(point, manager, base, List.of());
  }

  private TrialStep(
      RewardCase point, NDManager manager, NDArray base, List<Adjustment> adjustments) {
    this.point = point;
    this.manager = manager;
    this.base = base;
    this.adjustments.addAll(adjustments);
    this.forked = adjustments.size();
  }

  @Override
  public int step() {
    return point.step();
  }

  @Override
  public int total() {
    return point.total();
  }

  @Override
  public int rows() {
    return (int) base.getShape().get(0);
  }

  @Override
  public int chunkRows() {
    return 7;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public NDArray logits(int from, int to) {
    NDArray logits = base.get("%d:%d".formatted(from, to)).duplicate();
    for (Adjustment adjustment : adjustments) {
      logits = adjustment.apply(logits, from, to);
    }
    return logits;
  }

  @Override
  public void adjust(Adjustment adjustment) {
    adjustments.add(adjustment);
  }

  @Override
  public RewardGradient differentiate(Reward reward, Relaxation relaxation) {
    NDArray logits = logits(0, rows()).duplicate();
    logits.setRequiresGradient(true);
    NDArray score;
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      NDArray shifted = relaxation.gumbel() ? logits.add(gumbel(logits.getShape())) : logits;
      NDArray p = shifted.div(relaxation.temperature()).softmax(-1);
      if (relaxation.hard()) {
        NDArray chosen = p.argMax(-1).oneHot((int) p.getShape().get(1));
        p = p.add(chosen.sub(p).stopGradient());
      }
      score = reward.score(point.inputOf(manager, p.expandDims(0)));
      collector.backward(score.sum());
    }
    return new Slope(score.getFloat(0), logits.getGradient().duplicate());
  }

  private NDArray gumbel(Shape shape) {
    Random random = new Random(draws++);
    float[] noise = new float[(int) shape.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) -Math.log(-Math.log(random.nextDouble()));
    }
    return manager.create(noise, shape);
  }

  private record Slope(double score, NDArray gradient) implements RewardGradient {
    @Override
    public NDArray of(NDArray logits, int from, int to) {
      NDArray rows = gradient.get("%d:%d".formatted(from, to)).duplicate();
      rows.attach(logits.getManager());
      return rows;
    }
  }

  @Override
  public double score(Reward reward) {
    NDArray logits = logits(0, rows());
    NDArray p = logits.argMax(-1).oneHot((int) logits.getShape().get(1));
    return reward.score(point.inputOf(manager, p.expandDims(0))).getFloat(0);
  }

  @Override
  public GuidedStep fork() {
    return new TrialStep(point, manager, base, adjustments);
  }

  @Override
  public Adjustment adjustments() {
    return (logits, from, to) -> {
      NDArray adjusted = logits;
      for (Adjustment one : List.copyOf(adjustments.subList(forked, adjustments.size()))) {
        adjusted = one.apply(adjusted, from, to);
      }
      return adjusted;
    };
  }
}
