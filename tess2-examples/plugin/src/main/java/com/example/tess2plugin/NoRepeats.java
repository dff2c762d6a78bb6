package com.example.tess2plugin;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.List;
import java.util.Locale;

/**
 * {@code no-repeats}: reduces the repetition that diffusion models are prone to. The score is minus
 * the expected number of tokens in the answer that repeat the one {@code distance} tokens before
 * them: {@code −Σᵢ Sᵢ·⟨pᵢ, pᵢ₋d⟩}, where Sᵢ is the probability that the answer has not ended before
 * or at i.
 */
public final class NoRepeats implements Reward {
  /** Keeps the logarithm finite if the answer has certainly ended. */
  private static final double LEAST = 1e-6;

  private final int distance;

  private NoRepeats(int distance) {
    this.distance = distance;
  }

  @Override
  public void check(Guidance.Request request) {
    if (request.positions().length() <= distance) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no-repeats needs an answer of more than %d tokens, but has room for: %d",
              distance,
              request.positions().length()));
    }
  }

  @Override
  public NDArray score(RewardInput input) {
    NDArray p = input.probabilities(); // [B,G,V]
    NDArray same = p.get(":, :{}", -distance).mul(p.get(":, {}:", distance)); // [B,G-d,V]
    NDArray repeats = same.sum(new int[] {2}); // [B,G-d]
    if (input.endsAtEos()) {
      NDArray end = input.endProbabilities(); // [B,G]
      NDArray going = end.neg().add(1).maximum(LEAST).log().cumSum(1).exp();
      repeats = repeats.mul(going.get(":, {}:", distance));
    }
    return repeats.sum(new int[] {1}).neg(); // [B]
  }

  /** Finds {@link NoRepeats} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<Integer> DISTANCE =
        Option.integer("distance", 1, 1000, "how many tokens back a repeat is looked for").or(1);

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "no-repeats";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(DISTANCE);
    }

    @Override
    public Reward create(OptionValues options) {
      return new NoRepeats(options.get(DISTANCE));
    }
  }
}
