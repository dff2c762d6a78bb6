package io.github.tess2.guidance;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.List;

/**
 * {@code similar-to}: the cosine similarity, in [−1, 1], between the mean embeddings of the answer
 * and of a target text. The answer's mean embedding is the mean of p·E over its positions, each
 * weighted by the probability that the answer has not ended there.
 */
public final class SimilarTo implements Reward {
  private static final double LEAST = 1e-6;

  private final String text;

  private SimilarTo(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the target text must not be blank");
    }
    this.text = text;
  }

  /**
   * {@return the reward}
   *
   * @param text the target text, not blank
   */
  public static SimilarTo of(String text) {
    return new SimilarTo(text);
  }

  @Override
  public NDArray score(RewardInput input) {
    ImmutableIntArray ids = input.tokenizer().encode(text);
    NDArray target = input.embeddingsOf(ids).mean(new int[] {0});
    NDArray embeddings = input.embeddings();
    if (input.endsAtEos()) {
      NDArray going = Likelihood.none(input.endProbabilities()).get(":, 1:");
      embeddings = embeddings.mul(going.expandDims(-1));
    }
    // The sum's direction is the mean's.
    NDArray answer = embeddings.sum(new int[] {1});
    NDArray product = answer.mul(target).sum(new int[] {1});
    NDArray lengths = length(answer, 1).mul(length(target, 0));
    return product.div(lengths);
  }

  private static NDArray length(NDArray x, int axis) {
    return x.square().sum(new int[] {axis}).add(LEAST).sqrt();
  }

  /** Provides {@link SimilarTo} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<String> TEXT =
        Option.text("text", "text that the answer should resemble");

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "similar-to";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(TEXT);
    }

    @Override
    public Reward create(OptionValues options) {
      return of(options.get(TEXT));
    }
  }
}
