package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The points at which this library's training differs from the published code although both ways
 * are sound. Each point can be chosen separately. {@link #DEFAULT} has this library's choices,
 * {@link #published} those of the published code. Immutable.
 */
@Immutable
public final class Conventions {
  /** How to treat a chat with more tokens than a sequence. */
  public enum LongChats {
    /** It is an error: the run fails before the first step. */
    REFUSE,
    /** It is cut at the end. A chat whose prompt alone fills the sequence is skipped. */
    CUT,
    /** It is skipped; a preference pair is skipped if either chat is too long. */
    SKIP
  }

  /** How to treat a chat in which a message is empty or blank. */
  public enum BlankContents {
    /** It is an error: the run fails before the first step. */
    REFUSE,
    /** It is used as is: a blank answer consists only of its end token. */
    KEEP,
    /** It is skipped. */
    SKIP
  }

  /** How prefix and span masks are drawn. */
  public enum Masks {
    /**
     * The numbers of masked tokens and spans are rounded to the nearest integer, the last position
     * may stay unmasked, a prefix may be empty, and each sequence has its own mean span length.
     */
    ANYWHERE,
    /**
     * The numbers are rounded down, the last position is always masked, a prefix has at least two
     * tokens and fewer than half of the sequence, and a whole batch has one mean span length.
     */
    PUBLISHED
  }

  /** The padding token if the tokenizer defines none. */
  public enum Padding {
    /** The token {@code [PAD]} if the vocabulary has one, otherwise the end token. */
    EXISTING,
    /**
     * The token {@code [PAD]}. If the vocabulary has none, it is added: the tokenizer's files, the
     * embedding and the head grow to V+1.
     */
    ADDED
  }

  /** The position where a reward model's score is read. */
  public enum Score {
    /** At the answer's end token. */
    END,
    /** At the line break after the answer's end token. */
    LINE_BREAK,
    /** At the last position of a sequence that is padded to its full length. */
    LAST_POSITION
  }

  /** Which positions of a noisy pair are noisy simplexes. */
  public enum RewardNoise {
    /** Those of the answers, both at the same timestep. */
    ANSWERS,
    /**
     * All positions, including prompt and padding; each of the two sequences has its own timestep.
     */
    EVERYWHERE
  }

  /** This library's choices. */
  public static final Conventions DEFAULT = new Builder().build();

  private final LongChats longChats;
  private final BlankContents blankContents;
  private final boolean systemTurns;
  private final boolean earlierEnds;
  private final Masks masks;
  private final boolean mixtureGradient;
  private final Padding padding;
  private final Score score;
  private final RewardNoise rewardNoise;

  private Conventions(Builder set) {
    this.longChats = set.longChats;
    this.blankContents = set.blankContents;
    this.systemTurns = set.systemTurns;
    this.earlierEnds = set.earlierEnds;
    this.masks = set.masks;
    this.mixtureGradient = set.mixtureGradient;
    this.padding = set.padding;
    this.score = set.score;
    this.rewardNoise = set.rewardNoise;
  }

  /** {@return a builder that starts with {@link #DEFAULT}} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts with these choices} */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * {@return the published code's choices for a stage}
   *
   * @param stage the stage of the run
   * @param noisy whether a reward model's share of noisy pairs is greater than 0
   */
  public static Conventions published(TrainingStage stage, boolean noisy) {
    requireNonNull(stage, "stage");
    Builder published = new Builder().padding(Padding.ADDED);
    if (stage != TrainingStage.ADAPTATION) {
      published.blankContents(BlankContents.KEEP).systemTurns(false);
    }
    switch (stage) {
      case AUTOREGRESSIVE -> published.longChats(LongChats.CUT);
      case ADAPTATION -> published.masks(Masks.PUBLISHED).mixtureGradient(false);
      case INSTRUCTION ->
          published
              .longChats(LongChats.CUT)
              .earlierEnds(false)
              .masks(Masks.PUBLISHED)
              .mixtureGradient(false);
      case REWARD -> {
        published.longChats(LongChats.SKIP).score(Score.LINE_BREAK);
        if (noisy) {
          published.rewardNoise(RewardNoise.EVERYWHERE).mixtureGradient(false);
        }
      }
    }
    return published.build();
  }

  /** {@return how chats longer than a sequence are treated} */
  public LongChats longChats() {
    return longChats;
  }

  /** {@return how chats with blank messages are treated} */
  public BlankContents blankContents() {
    return blankContents;
  }

  /** {@return whether system messages are part of a chat} */
  public boolean systemTurns() {
    return systemTurns;
  }

  /** {@return whether earlier answers in a chat keep their end tokens} */
  public boolean earlierEnds() {
    return earlierEnds;
  }

  /** {@return how masks are drawn} */
  public Masks masks() {
    return masks;
  }

  /** {@return whether the embedding receives gradients through its mixtures} */
  public boolean mixtureGradient() {
    return mixtureGradient;
  }

  /** {@return the padding token if the tokenizer defines none} */
  public Padding padding() {
    return padding;
  }

  /** {@return where a reward model's score is read} */
  public Score score() {
    return score;
  }

  /** {@return which positions of a noisy pair are noisy} */
  public RewardNoise rewardNoise() {
    return rewardNoise;
  }

  /** Checks that each choice other than the default applies to the run. */
  void check(TrainingStage stage, double noisyShare) {
    boolean noisy = noisyShare > 0;
    Set<TrainingStage> diffusion = EnumSet.of(TrainingStage.ADAPTATION, TrainingStage.INSTRUCTION);
    Set<TrainingStage> reward = EnumSet.of(TrainingStage.REWARD);
    requireStage(
        longChats != LongChats.REFUSE,
        "long chats " + longChats,
        EnumSet.complementOf(EnumSet.of(TrainingStage.ADAPTATION)),
        stage);
    requireStage(masks != Masks.ANYWHERE, "masks " + masks, diffusion, stage);
    requireStage(score != Score.END, "score " + score, reward, stage);
    requireStage(rewardNoise != RewardNoise.ANSWERS, "reward noise " + rewardNoise, reward, stage);
    requireStage(
        !mixtureGradient,
        "no mixture gradient",
        EnumSet.complementOf(EnumSet.of(TrainingStage.AUTOREGRESSIVE)),
        stage);
    if (stage == TrainingStage.REWARD && !noisy) {
      requireNoise(rewardNoise != RewardNoise.ANSWERS, "reward noise " + rewardNoise);
      requireNoise(!mixtureGradient, "no mixture gradient");
    }
  }

  private static void requireStage(
      boolean chosen, String choice, Set<TrainingStage> stages, TrainingStage stage) {
    if (chosen && !stages.contains(stage)) {
      List<String> names = new ArrayList<>();
      stages.forEach(one -> names.add(one.name()));
      throw new IllegalArgumentException(
          choice + " is for " + String.join(", ", names) + " only, but the stage is: " + stage);
    }
  }

  private static void requireNoise(boolean chosen, String choice) {
    if (chosen) {
      throw new IllegalArgumentException(
          choice + " needs a noisy share greater than zero, but it is: 0");
    }
  }

  private List<Object> choices() {
    return Arrays.asList(
        longChats,
        blankContents,
        systemTurns,
        earlierEnds,
        masks,
        mixtureGradient,
        padding,
        score,
        rewardNoise);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Conventions that && choices().equals(that.choices());
  }

  @Override
  public int hashCode() {
    return choices().hashCode();
  }

  /** {@return all choices, in a fixed order} */
  @Override
  public String toString() {
    return "Conventions" + choices();
  }

  /** Builds {@link Conventions}. Not thread-safe. */
  public static final class Builder {
    private LongChats longChats = LongChats.REFUSE;
    private BlankContents blankContents = BlankContents.REFUSE;
    private boolean systemTurns = true;
    private boolean earlierEnds = true;
    private Masks masks = Masks.ANYWHERE;
    private boolean mixtureGradient = true;
    private Padding padding = Padding.EXISTING;
    private Score score = Score.END;
    private RewardNoise rewardNoise = RewardNoise.ANSWERS;

    private Builder() {}

    private Builder(Conventions from) {
      this.longChats = from.longChats;
      this.blankContents = from.blankContents;
      this.systemTurns = from.systemTurns;
      this.earlierEnds = from.earlierEnds;
      this.masks = from.masks;
      this.mixtureGradient = from.mixtureGradient;
      this.padding = from.padding;
      this.score = from.score;
      this.rewardNoise = from.rewardNoise;
    }

    /**
     * Sets how to treat chats longer than a sequence. Default: {@link LongChats#REFUSE}.
     *
     * @param choice not for {@link TrainingStage#ADAPTATION}, which packs chats as texts
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder longChats(LongChats choice) {
      longChats = requireNonNull(choice, "longChats");
      return this;
    }

    /**
     * Sets how to treat chats with blank messages. Default: {@link BlankContents#REFUSE}.
     *
     * @param choice applies to any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder blankContents(BlankContents choice) {
      blankContents = requireNonNull(choice, "blankContents");
      return this;
    }

    /**
     * Sets whether a chat includes its system messages, under the marker {@code <|system|>}.
     * Default: true.
     *
     * @param kept applies to any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder systemTurns(boolean kept) {
      systemTurns = kept;
      return this;
    }

    /**
     * Sets whether earlier answers in a chat keep their end tokens, as in generation. Default:
     * true.
     *
     * @param kept applies to any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder earlierEnds(boolean kept) {
      earlierEnds = kept;
      return this;
    }

    /**
     * Sets how masks are drawn. Default: {@link Masks#ANYWHERE}.
     *
     * @param choice applies to {@link TrainingStage#ADAPTATION} and the texts of {@link
     *     TrainingStage#INSTRUCTION}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder masks(Masks choice) {
      masks = requireNonNull(choice, "masks");
      return this;
    }

    /**
     * Sets whether the embedding E receives gradients through the mixtures u·E that are the input
     * at noisy positions, as the loss implies. Otherwise it learns only from tokens that are not
     * noisy and, if tied, from the head. Default: true.
     *
     * @param flows applies to {@link TrainingStage#ADAPTATION}, {@link TrainingStage#INSTRUCTION},
     *     and {@link TrainingStage#REWARD} with a noisy share
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder mixtureGradient(boolean flows) {
      mixtureGradient = flows;
      return this;
    }

    /**
     * Sets the padding token if the tokenizer defines none. Default: {@link Padding#EXISTING}.
     *
     * @param choice applies to any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder padding(Padding choice) {
      padding = requireNonNull(choice, "padding");
      return this;
    }

    /**
     * Sets where a reward model's score is read. Default: {@link Score#END}.
     *
     * @param choice applies to {@link TrainingStage#REWARD}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder score(Score choice) {
      score = requireNonNull(choice, "score");
      return this;
    }

    /**
     * Sets which positions of a noisy pair are noisy. Default: {@link RewardNoise#ANSWERS}.
     *
     * @param choice applies to {@link TrainingStage#REWARD} with a noisy share
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder rewardNoise(RewardNoise choice) {
      rewardNoise = requireNonNull(choice, "rewardNoise");
      return this;
    }

    /** {@return the conventions} */
    public Conventions build() {
      return new Conventions(this);
    }
  }
}
