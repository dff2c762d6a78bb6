package io.github.tess2.runtime.generation;

import static io.github.tess2.runtime.generation.Pluggable.simplex;
import static io.github.tess2.runtime.generation.Pluggable.tokens;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.GenerationRequest;
import io.github.tess2.guidance.RewardGuidance;
import io.github.tess2.spi.AcceptingStep;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.DecodingRequest;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Prediction;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import io.github.tess2.spi.StepGrid;
import io.github.tess2.spi.StoppingCriterion;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;

/**
 * A way in which a plugin can break, and the expected error.
 *
 * @param name the name of the fault
 * @param set sets the broken plugin in a request
 * @param message the message of the error
 */
record Fault(String name, Consumer<GenerationRequest.Builder> set, String message) {
  private static final String GRID = Pluggable.OfGrid.class.getName();

  GenerationRequest request() {
    GenerationRequest.Builder builder = OpenModel.request(2);
    set.accept(builder);
    return builder.build();
  }

  @Override
  public String toString() {
    return name;
  }

  static Stream<Fault> whileTheyRun() {
    String sampler = "sampler \"pluggable\" failed at step 1: ";
    String guidance = "guidance \"broken\" failed at step 1: ";
    String stop =
        "stopping criterion \"" + Pluggable.OfCriterion.class.getName() + "\" failed at step 1: ";
    String policy = "canvas \"" + Pluggable.OfCanvas.class.getName() + "\" ";
    return Stream.of(
        stop("throws", Fault::failing, stop + "out of luck"),
        stop("null", asked -> seen -> null, stop + "its verdict must not be null"),
        canvas(
            "throws",
            (seen, window) -> {
              throw broken();
            },
            policy + "failed at step 1: out of luck"),
        canvas(
            "drops all",
            (seen, window) -> 0,
            policy + "must end [0, 12) after one of its rows, but ends it at: 0"),
        canvas(
            "adds rows",
            (seen, window) -> 13,
            policy + "must end [0, 12) after one of its rows, but ends it at: 13"),
        sampler(
            "throws",
            input -> {
              throw broken();
            },
            sampler + "out of luck"),
        accepting(
            "throws as it accepts",
            step -> {
              throw broken();
            },
            sampler + "out of luck"),
        accepting("accepts null", step -> null, sampler + "its choice must not be null"),
        accepting(
            "accepts a row that is not there",
            step -> ImmutableIntArray.of(3, 12),
            sampler + "it must accept rows in [0, 12), each once, but accepts: 12"),
        accepting(
            "accepts a row twice",
            step -> ImmutableIntArray.of(3, 3),
            sampler + "it must accept rows in [0, 12), each once, but accepts: 3"),
        sampler(
            "lacks a class",
            input -> {
              throw new NoClassDefFoundError("com/example/Missing");
            },
            sampler + "com/example/Missing"),
        sampler(
            "runs out of memory",
            input -> {
              throw new OutOfMemoryError("Java heap space");
            },
            sampler + "Java heap space"),
        sampler(
            "throws an error of its own",
            input -> {
              throw new OwnError();
            },
            sampler + "of its own"),
        sampler(
            "null", input -> null, sampler + "the state must be tokens or a simplex, but is: null"),
        sampler("null ids", input -> tokens(null), sampler + "ids"),
        sampler(
            "too few ids",
            input -> tokens(input.drawTokens().get("1:")),
            sampler + "the token ids must be int64 (12), but is: int64 (11)"),
        sampler(
            "ids of another type",
            input -> tokens(input.drawTokens().toType(DataType.INT32, true)),
            sampler + "the token ids must be int64 (12), but is: int32 (12)"),
        sampler(
            "ids behind the vocabulary",
            input -> tokens(input.drawTokens().muli(0).addi(300)),
            sampler + "the token ids must be in [0, 300), but are in: [300, 300]"),
        sampler(
            "negative ids",
            input -> tokens(input.drawTokens().muli(0).subi(1)),
            sampler + "the token ids must be in [0, 300), but are in: [-1, -1]"),
        sampler(
            "narrow simplex",
            input -> simplex(input.logits().get(":, 1:")),
            sampler + "the simplex must be float32 (12, 300), but is: float32 (12, 299)"),
        sampler(
            "NaN simplex",
            input -> simplex(input.logits().mul(Float.NaN)),
            sampler
                + "the simplex must have a finite maximum in each row, but has: NaN or infinity"),
        sampler(
            "infinite simplex",
            input -> simplex(input.logits().mul(0).add(Float.POSITIVE_INFINITY)),
            sampler
                + "the simplex must have a finite maximum in each row, but has: NaN or infinity"),
        guidance(
            "throws",
            step -> {
              throw broken();
            },
            guidance + "out of luck"),
        guidance(
            "lacks a class",
            step -> {
              throw new NoClassDefFoundError("com/example/Missing");
            },
            guidance + "com/example/Missing"),
        guidance(
            "throws an error of its own",
            step -> {
              throw new OwnError();
            },
            guidance + "of its own"),
        guidance(
            "throws a checked exception",
            step -> Fault.<RuntimeException>sneak(new IOException("no file")),
            guidance + "no file"),
        guidance(
            "recurs without end",
            step -> {
              throw new StackOverflowError();
            },
            guidance + "java.lang.StackOverflowError"),
        guidance(
            "reads rows that are not there",
            step -> step.logits(5, 13),
            guidance + "rows must be a range in [0, 12) that is not empty, but are: [5, 13)"),
        guidance(
            "reads no rows",
            step -> step.logits(5, 5),
            guidance + "rows must be a range in [0, 12) that is not empty, but are: [5, 5)"),
        guidance(
            "adjusts to NaN",
            step -> step.adjust((logits, from, to) -> logits.mul(Float.NaN)),
            guidance
                + "the adjusted logits must have a finite maximum at each position, but have: NaN"
                + " or infinity"),
        guidance(
            "adjusts to another shape",
            step -> step.adjust((logits, from, to) -> logits.get("1:")),
            guidance + "the adjusted logits must be float32 (12, 300), but are: float32 (11, 300)"),
        guidance(
            "adjusts to null",
            step -> step.adjust((logits, from, to) -> null),
            guidance + "the adjusted logits must not be null"),
        guidance(
            "adjusts and throws",
            step ->
                step.adjust(
                    (logits, from, to) -> {
                      throw broken();
                    }),
            guidance + "out of luck"),
        guidance("null adjustment", step -> step.adjust(null), guidance + "adjustment"),
        reward(
            "throws",
            input -> {
              throw broken();
            },
            guidance + "out of luck"),
        reward(
            "throws an error of its own",
            input -> {
              throw new OwnError();
            },
            guidance + "of its own"),
        reward("null", input -> null, guidance + "the score must be a tensor, but is: null"),
        reward(
            "NaN",
            input -> input.probabilitiesOf(5).sum().reshape(1).mul(Float.NaN),
            guidance + "the score must be finite, but is: NaN"),
        reward(
            "wrong shape",
            input -> input.probabilitiesOf(5),
            guidance + "the score must be float32 with the shape (1), but is: float32 (1, 12, 1)"),
        reward(
            "no gradient",
            input -> input.manager().ones(new Shape(1)),
            guidance
                + "the score must have a gradient for the probabilities or embeddings, but has none: each"
                + " operation between them must be differentiable"),
        guide(
            "begin throws",
            new IdleGuidance("broken") {
              @Override
              Run run() {
                throw broken();
              }
            },
            "guidance \"broken\" failed in begin(): out of luck"),
        guide(
            "begin throws an error of its own",
            new IdleGuidance("broken") {
              @Override
              Run run() {
                throw new OwnError();
              }
            },
            "guidance \"broken\" failed in begin(): of its own"),
        guide(
            "begin null",
            new IdleGuidance("broken") {
              @Override
              Run run() {
                return null;
              }
            },
            "guidance \"broken\" failed in begin(): its run must not be null"),
        guide(
            "finish throws",
            new IdleGuidance("broken") {
              @Override
              public void finish(GuidedStep step) {
                throw broken();
              }
            },
            "guidance \"broken\" failed at step 4: out of luck"),
        guide(
            "score throws",
            new IdleGuidance("broken") {
              @Override
              public OptionalDouble score() {
                throw broken();
              }
            },
            "guidance \"broken\" failed in score(): out of luck"),
        guide(
            "score null",
            new IdleGuidance("broken") {
              @Override
              public OptionalDouble score() {
                return null;
              }
            },
            "guidance \"broken\" failed in score(): its score must not be null"),
        guide(
            "close throws",
            new IdleGuidance("broken") {
              @Override
              public void close() {
                throw broken();
              }
            },
            "guidance \"broken\" failed in close(): out of luck"),
        guide(
            "close throws an error of its own",
            new IdleGuidance("broken") {
              @Override
              public void close() {
                throw new OwnError();
              }
            },
            "guidance \"broken\" failed in close(): of its own"));
  }

  static Stream<Fault> beforeAnyRuns() {
    String times = "the times of step grid \"" + GRID + "\" must ";
    String values = "alphasCumprod of noise schedule \"pluggable\" must ";
    String fall = values + "fall from at most 1 and stay above 0, but has: ";
    return Stream.of(
        schedule(
            "throws",
            steps -> {
              throw broken();
            },
            "noise schedule \"pluggable\" failed for 4 steps: " + broken()),
        schedule(
            "throws an error of its own",
            steps -> {
              throw new OwnError();
            },
            "noise schedule \"pluggable\" failed for 4 steps: " + new OwnError()),
        schedule(
            "null",
            steps -> null,
            "noise schedule \"pluggable\" failed for 4 steps: java.lang.NullPointerException: its"
                + " values must not be null"),
        schedule("too few", steps -> new double[3], values + "return 4 values, but has: 3 values"),
        schedule(
            "NaN", steps -> new double[] {1, Double.NaN, 0.5, 0.1}, fall + "NaN at 1, after 1.0"),
        schedule(
            "rising", steps -> new double[] {0.5, 0.6, 0.2, 0.1}, fall + "0.6 at 1, after 0.5"),
        schedule("zero", steps -> new double[4], fall + "0.0 at 0, after 1.0"),
        grid("throws", Fault::grids, "step grid \"" + GRID + "\" failed for 4 steps: out of luck"),
        grid(
            "null",
            request -> null,
            "step grid \"" + GRID + "\" failed for 4 steps: its times must not be null"),
        grid("empty", request -> new double[0], times + "be from 1 to 100000, but are: 0 times"),
        grid(
            "rising",
            request -> new double[] {0.5, 0.6},
            times + "fall strictly, but have: 0.6 at 1, after 0.5"),
        grid(
            "standing still",
            request -> new double[] {0.5, 0.5, 0},
            times + "fall strictly, but have: 0.5 at 1, after 0.5"),
        grid(
            "at one",
            request -> new double[] {1, 0},
            times + "be in [0, 1), but have: 1.0 at 0 of 2"),
        grid(
            "below zero",
            request -> new double[] {0.5, -0.1},
            times + "be in [0, 1), but have: -0.1 at 1 of 2"),
        grid(
            "NaN",
            request -> new double[] {Double.NaN},
            times + "be in [0, 1), but have: NaN at 0 of 1"),
        guide(
            "name throws",
            new Nameless(),
            "guidance \"" + Nameless.class.getName() + "\" failed in name(): out of luck"),
        guide(
            "candidates throws",
            new IdleGuidance("broken") {
              @Override
              public int candidates() {
                throw broken();
              }
            },
            "guidance \"broken\" failed in candidates(): out of luck"),
        guide(
            "no candidates",
            new IdleGuidance("broken") {
              @Override
              public int candidates() {
                return 0;
              }
            },
            "guidance \"broken\" must ask for at least one candidate, but asks for: 0"),
        guide(
            "too many candidates",
            new IdleGuidance("broken") {
              @Override
              public int candidates() {
                return Integer.MAX_VALUE;
              }
            },
            "guidance \"broken\" must ask for at most 10000 candidates, but asks for: 2147483647"));
  }

  static Stream<Fault> all() {
    return Stream.concat(beforeAnyRuns(), whileTheyRun());
  }

  static Fault sampler(String name, Function<SamplerInput, SamplerStep> step, String message) {
    return new Fault(
        "sampler " + name,
        request -> {
          Pluggable.step = step;
          request.sampler(Pluggable.NAME);
        },
        message);
  }

  static Fault schedule(String name, IntFunction<double[]> alphas, String message) {
    return new Fault(
        "schedule " + name,
        request -> {
          Pluggable.alphas = alphas;
          request.noiseSchedule(Pluggable.NAME);
        },
        message);
  }

  private static double[] grids(StepGrid.Request request) {
    throw broken();
  }

  static Fault grid(String name, StepGrid times, String message) {
    return new Fault("grid " + name, request -> request.grid(new Pluggable.OfGrid(times)), message);
  }

  private static StoppingCriterion.Run failing(DecodingRequest request) {
    return seen -> {
      throw broken();
    };
  }

  static Fault stop(String name, StoppingCriterion criterion, String message) {
    return new Fault(
        "criterion " + name,
        request -> request.stoppingCriterion(new Pluggable.OfCriterion(criterion)),
        message);
  }

  private static Fault accepting(
      String name, Function<AcceptingStep, ImmutableIntArray> accept, String message) {
    return new Fault(
        "sampler " + name, request -> request.sampler(new Pluggable.OfAccepting(accept)), message);
  }

  static Fault canvas(
      String name, ToIntBiFunction<Prediction, CanvasPolicy.Window> end, String message) {
    return new Fault(
        "canvas " + name, request -> request.canvas(new Pluggable.OfCanvas(end)), message);
  }

  static Fault guidance(String name, Consumer<GuidedStep> guide, String message) {
    return guide(
        name,
        new IdleGuidance("broken") {
          @Override
          public void guide(GuidedStep step) {
            guide.accept(step);
          }
        },
        message);
  }

  static Fault reward(String name, Reward reward, String message) {
    return new Fault(
        "reward " + name,
        request -> request.guidance(RewardGuidance.builder("broken", reward).build()),
        message);
  }

  static Fault guide(String name, Guidance guidance, String message) {
    return new Fault("guidance " + name, request -> request.guidance(guidance), message);
  }

  static IllegalStateException broken() {
    return new IllegalStateException("out of luck");
  }

  /** Throws a checked exception undeclared, as other JVM languages can. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }

  /** An error that does not come from the JVM. */
  private static final class OwnError extends Error {
    private static final long serialVersionUID = 1L;

    OwnError() {
      super("of its own");
    }
  }

  /** Fails when asked for its name. */
  private static final class Nameless extends IdleGuidance {
    Nameless() {
      super("broken");
    }

    @Override
    public String name() {
      throw broken();
    }
  }
}
