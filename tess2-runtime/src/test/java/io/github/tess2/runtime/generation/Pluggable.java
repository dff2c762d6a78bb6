package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.AcceptingSampler;
import io.github.tess2.spi.AcceptingStep;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StoppingCriterion;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntBiFunction;

/** A sampler and a schedule whose behaviour a test defines. A test installs them while it runs. */
final class Pluggable {
  static final String NAME = "pluggable";

  static Function<SamplerInput, SamplerStep> step = Pluggable::draw;
  static IntFunction<double[]> alphas = steps -> new double[0];

  private Pluggable() {}

  static SamplerStep draw(SamplerInput input) {
    return new SamplerStep.Tokens(input.drawTokens());
  }

  static SamplerStep tokens(NDArray ids) {
    return new SamplerStep.Tokens(ids);
  }

  static SamplerStep simplex(NDArray x) {
    return new SamplerStep.Simplex(x);
  }

  /** See {@link #step}. */
  public static final class OfSampler implements Sampler {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public SamplerStep step(SamplerInput input) {
      return step.apply(input);
    }
  }

  /** Accepts the rows that a test chooses. */
  record OfAccepting(Function<AcceptingStep, ImmutableIntArray> choice)
      implements AcceptingSampler {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public ImmutableIntArray accept(AcceptingStep step) {
      return choice.apply(step);
    }
  }

  /** See {@link #alphas}. */
  public static final class OfSchedule implements NoiseSchedule {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public double[] alphasCumprod(int steps) {
      return alphas.apply(steps);
    }
  }

  /** A grid with a name, which a lambda lacks. */
  record OfGrid(StepGrid grid) implements StepGrid {
    @Override
    public double[] times(Request request) {
      return grid.times(request);
    }
  }

  /** A criterion with a name. */
  record OfCriterion(StoppingCriterion criterion) implements StoppingCriterion {
    @Override
    public StoppingCriterion.Run begin(DecodingRequest request) {
      return criterion.begin(request);
    }
  }

  /** A canvas with a single window, whose end a test chooses. */
  record OfCanvas(ToIntBiFunction<Prediction, CanvasPolicy.Window> end) implements CanvasPolicy {
    @Override
    public CanvasPolicy.Run begin(DecodingRequest request) {
      return new CanvasPolicy.Run() {
        @Override
        public Window first() {
          return new Window(0, request.rows());
        }

        @Override
        public boolean watches() {
          return true;
        }

        @Override
        public int end(Prediction prediction, Window window) {
          return end.applyAsInt(prediction, window);
        }
      };
    }
  }
}
