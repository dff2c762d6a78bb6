package io.github.tess2.guidance;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code pattern-at}: the logarithm of the probability that the tokens from a given position match
 * a pattern, which has one regular expression for each token's text without surrounding blanks:
 * {@code Σₖ log Σ_{v matches k} p[at + k, v]}. The expression {@code <eos>} stands for the
 * end-of-sequence token.
 */
public final class PatternAt implements Reward {
  private static final String EOS = "<eos>";

  private final int at;
  private final ImmutableList<Pattern> patterns;

  /**
   * Finding the matching tokens reads the whole vocabulary, so those of the last tokenizer are
   * cached.
   */
  private volatile @Nullable Matches matches;

  private record Matches(String fingerprint, ImmutableList<ImmutableIntArray> tokens) {}

  private PatternAt(int at, List<String> patterns) {
    if (at < 0) {
      throw new IllegalArgumentException(
          "a pattern's position must be zero or more, but is: " + at);
    }
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException("a pattern must have at least one expression");
    }
    this.at = at;
    this.patterns =
        patterns.stream().map(Pattern::compile).collect(ImmutableList.toImmutableList());
  }

  /**
   * {@return the reward}
   *
   * @param at position of the first token, counting generated positions from 0
   * @param patterns a regular expression for each token, at least one
   * @throws java.util.regex.PatternSyntaxException if an expression is malformed
   */
  public static PatternAt of(int at, String... patterns) {
    return new PatternAt(at, List.of(patterns));
  }

  @Override
  public void check(Guidance.Request request) {
    int generated = request.positions().length();
    long behind = (long) at + patterns.size();
    if (behind > generated) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a pattern must lie within the answer's %d tokens, but reaches to: %d",
              generated,
              behind));
    }
    matching(request.tokenizer());
  }

  @Override
  public NDArray score(RewardInput input) {
    List<ImmutableIntArray> tokens = matching(input.tokenizer());
    NDArray score = null;
    for (int i = 0; i < tokens.size(); i++) {
      NDArray p = input.probabilitiesOf(tokens.get(i).toArray());
      NDArray mass = p.get(":, " + (at + i)).sum(new int[] {1});
      NDArray one = Likelihood.log(mass);
      score = score == null ? one : score.add(one);
    }
    return requireNonNull(score);
  }

  private ImmutableList<ImmutableIntArray> matching(Tokenizer tokenizer) {
    Matches known = matches;
    if (known == null || !known.fingerprint().equals(tokenizer.fingerprint())) {
      known = new Matches(tokenizer.fingerprint(), find(tokenizer));
      matches = known;
    }
    return known.tokens();
  }

  private ImmutableList<ImmutableIntArray> find(Tokenizer tokenizer) {
    List<String> texts =
        IntStream.range(0, tokenizer.size())
            .mapToObj(id -> tokenizer.decode(ImmutableIntArray.of(id)).strip())
            .toList();
    List<ImmutableIntArray> found = new ArrayList<>();
    for (Pattern pattern : patterns) {
      ImmutableIntArray tokens =
          pattern.pattern().equals(EOS)
              ? tokenizer.endIds()
              : ImmutableIntArray.copyOf(
                  IntStream.range(0, texts.size())
                      .filter(id -> !texts.get(id).isEmpty())
                      .filter(id -> pattern.matcher(texts.get(id)).matches()));
      if (tokens.isEmpty()) {
        throw new IllegalArgumentException(
            "a pattern must match at least one token of the vocabulary, but none matches: "
                + pattern);
      }
      found.add(tokens);
    }
    return ImmutableList.copyOf(found);
  }

  /** Provides {@link PatternAt} by name. */
  @AutoService(RewardProvider.class)
  public static final class Provider implements RewardProvider {
    private static final Option<Integer> AT =
        Option.integer("at", 0, Integer.MAX_VALUE, "the first token's place in the answer").or(0);
    private static final Option<String> PATTERN =
        Option.text("pattern", "a regular expression for each token, with blanks between them");

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String name() {
      return "pattern-at";
    }

    @Override
    public List<Option<?>> options() {
      return List.of(AT, PATTERN);
    }

    @Override
    public Reward create(OptionValues options) {
      return new PatternAt(
          options.get(AT), Splitter.on(' ').omitEmptyStrings().splitToList(options.get(PATTERN)));
    }
  }
}
