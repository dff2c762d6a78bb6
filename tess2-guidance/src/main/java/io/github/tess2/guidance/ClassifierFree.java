package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.GuidanceProvider;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Scale;
import java.util.Arrays;
import java.util.List;

/**
 * {@code classifier-free}: guides away from the model's answer without the prompt (arXiv
 * 2207.12598). With c the model's logits and u those of a second forward pass over only {@code <s>}
 * and the generated positions, the guided logits are {@code u + s·(c − u)}; or, for probabilities,
 * {@code log(max(softmax(u) + s·(softmax(c) − softmax(u)), 1e−10))}. At s = 1 nothing changes and
 * nothing is computed. For a masked diffusion model, u are the logits of the same sequence with its
 * prompt masked (arXiv 2502.09992, whose w is s − 1). A token that an earlier guidance has excluded
 * with the logit −∞ stays excluded.
 */
public final class ClassifierFree implements Guidance {
  private static final String NAME = "classifier-free";

  /** The lower bound of mixed probabilities, which may leave [0, 1], before the logarithm. */
  private static final double FLOOR = 1e-10;

  private final Scale scale;
  private final Space space;

  /** What is extrapolated. */
  public enum Space {
    /** The logits. */
    LOGITS,
    /** The probabilities. */
    PROBABILITIES
  }

  private ClassifierFree(Scale scale, Space space) {
    this.scale = requireNonNull(scale, "scale");
    this.space = requireNonNull(space, "space");
  }

  /**
   * {@return the guidance}
   *
   * @param scale s at each step: 0 ignores the prompt, 1 is no guidance, larger values follow the
   *     prompt more closely
   * @param space what is extrapolated
   */
  public static ClassifierFree of(Scale scale, Space space) {
    return new ClassifierFree(scale, space);
  }

  /**
   * {@return the guidance on logits}
   *
   * @param scale s, finite: 0 ignores the prompt, 1 is no guidance, larger values follow the prompt
   *     more closely
   */
  public static ClassifierFree of(double scale) {
    return of(Scale.constant(scale), Space.LOGITS);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Run begin(Request request) {
    requireNonNull(request, "request");
    return step -> guide(request, step);
  }

  private void guide(Request request, GuidedStep step) {
    double s = CheckedScale.at(scale, step);
    if (s == 1) {
      return;
    }
    GuidedStep unprompted =
        request.maskId().isPresent()
            ? hidden(request, step, request.maskId().getAsInt())
            : removed(request, step);
    step.adjust((logits, from, to) -> mix(logits, unprompted, from, to, s));
  }

  /** Masks the prompt, as LLaDA does, so that positions do not change. */
  private static GuidedStep hidden(Request request, GuidedStep step, int mask) {
    int[] ids = new int[request.ids().length()];
    Arrays.fill(ids, mask);
    return request.denoiser().predict(step, ImmutableIntArray.copyOf(ids), request.positions());
  }

  private static GuidedStep removed(Request request, GuidedStep step) {
    int generated = request.positions().length();
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder().add(request.tokenizer().bosId());
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    for (int i = 1; i <= generated; i++) {
      ids.add(request.tokenizer().padId());
      positions.add(i);
    }
    return request.denoiser().predict(step, ids.build(), positions.build());
  }

  private NDArray mix(NDArray c, GuidedStep unprompted, int from, int to, double s) {
    try (NDArray u = unprompted.logits(from, to)) {
      try (NDArray mixed = space == Space.LOGITS ? mixLogits(c, u, s) : mixShares(c, u, s);
          NDArray ruledOut = c.isInfinite()) {
        // A token that an earlier guidance has excluded stays excluded, even at scale 0: 0·∞ is
        // NaN.
        return NDArrays.where(ruledOut, c, mixed);
      }
    }
  }

  private static NDArray mixLogits(NDArray c, NDArray u, double s) {
    return c.sub(u).muli(s).addi(u);
  }

  private static NDArray mixShares(NDArray c, NDArray u, double s) {
    try (NDArray q = u.softmax(-1);
        NDArray p = c.softmax(-1);
        NDArray floored = p.subi(q).muli(s).addi(q).maximum(FLOOR)) {
      return floored.log();
    }
  }

  /** Provides {@link ClassifierFree} by name. */
  @AutoService(GuidanceProvider.class)
  public static final class Provider implements GuidanceProvider {
    private static final Option<Scale> SCALE =
        Option.scale(
                "scale",
                "0 ignores the prompt, 1 is no guidance, larger values follow it more closely")
            .or(Scale.constant(1.5));
    private static final Option<Space> ON =
        Option.oneOf("on", Space.class, "what is extrapolated").or(Space.LOGITS);

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public List<Option<?>> options() {
      return List.of(SCALE, ON);
    }

    @Override
    public Guidance create(OptionValues options) {
      return of(options.get(SCALE), options.get(ON));
    }
  }
}
