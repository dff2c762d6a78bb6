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
 * Where this library trains otherwise than the published code does, and either way is sound: each
 * point is a choice of its own. {@link #DEFAULT} is this library's way, {@link #published} the
 * other one. Immutable.
 */
@Immutable
public final class Conventions {
  /** What becomes of a chat with more tokens than a sequence. */
  public enum LongChats {
    /** It is a bad line: the run ends before it begins. */
    REFUSE,
    /** It is cut at the end. One whose prompt alone fills the sequence is passed over. */
    CUT,
    /** It is passed over; a preference, if one of its two chats is too long. */
    SKIP
  }

  /** What becomes of a chat in which a message has no content, or only blanks. */
  public enum BlankContents {
    /** It is a bad line: the run ends before it begins. */
    REFUSE,
    /** It is taken as it stands: a blank answer is its end token alone. */
    KEEP,
    /** It is passed over. */
    SKIP
  }

  /** How masks of prefixes and spans are drawn. */
  public enum Masks {
    /**
     * Counts of hidden tokens and of spans are rounded to the nearest, the last position may be
     * kept as well, a prefix may be empty, and each sequence has a mean length of its own.
     */
    ANYWHERE,
    /**
     * Counts are rounded down, the last position is always hidden, a prefix has at least two tokens
     * and fewer than half, and a batch has one mean length.
     */
    PUBLISHED
  }

  /** What fills up sequences where the tokenizer names no padding token. */
  public enum Padding {
    /** A token {@code [PAD]}, if the vocabulary has one, else the end token. */
    EXISTING,
    /**
     * A token {@code [PAD]}. Where the vocabulary has none, it is added: the tokenizer's files, the
     * embedding and the head grow by it, to V+1.
     */
    ADDED
  }

  /** Where a reward model's score is read. */
  public enum Score {
    /** At the answer's end token. */
    END,
    /** At the line break behind it. */
    LINE_BREAK,
    /** At the last position of a sequence that is padded to its full length. */
    LAST_POSITION
  }

  /** Which positions of a noisy pair hold noisy simplexes. */
  public enum RewardNoise {
    /** The answers', both at one timestep. */
    ANSWERS,
    /** All, prompt and padding too; each of the two sequences has a timestep of its own. */
    EVERYWHERE
  }

  /** This library's way. */
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

  /** {@return a description that begins with {@link #DEFAULT}} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return what the published code does in a stage}
   *
   * @param stage of the run
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

  /** {@return what becomes of chats longer than a sequence} */
  public LongChats longChats() {
    return longChats;
  }

  /** {@return what becomes of chats with blank messages} */
  public BlankContents blankContents() {
    return blankContents;
  }

  /** {@return whether system messages are part of a chat} */
  public boolean systemTurns() {
    return systemTurns;
  }

  /** {@return whether earlier answers of a chat have their end tokens} */
  public boolean earlierEnds() {
    return earlierEnds;
  }

  /** {@return how masks are drawn} */
  public Masks masks() {
    return masks;
  }

  /** {@return whether the embedding learns from its mixtures} */
  public boolean mixtureGradient() {
    return mixtureGradient;
  }

  /** {@return what fills up where the tokenizer names nothing} */
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

  /** Each choice that is not the default has to concern the run. */
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

  /** {@return all choices, in one order} */
  @Override
  public String toString() {
    return "Conventions" + choices();
  }

  /** Describes {@link Conventions}. Not thread-safe. */
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

    /**
     * Sets what becomes of chats longer than a sequence. Default: {@link LongChats#REFUSE}.
     *
     * @param choice not for {@link TrainingStage#ADAPTATION}, where chats are packed as texts
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder longChats(LongChats choice) {
      longChats = requireNonNull(choice, "longChats");
      return this;
    }

    /**
     * Sets what becomes of chats with blank messages. Default: {@link BlankContents#REFUSE}.
     *
     * @param choice for any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder blankContents(BlankContents choice) {
      blankContents = requireNonNull(choice, "blankContents");
      return this;
    }

    /**
     * Sets whether system messages are part of a chat, under the marker {@code <|system|>}; else
     * they are left out. Default: true.
     *
     * @param kept for any stage
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder systemTurns(boolean kept) {
      systemTurns = kept;
      return this;
    }

    /**
     * Sets whether earlier answers of a chat have their end tokens, as they have in generation.
     * Default: true.
     *
     * @param kept for any stage
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
     * @param choice for {@link TrainingStage#ADAPTATION} and the texts of {@link
     *     TrainingStage#INSTRUCTION}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder masks(Masks choice) {
      masks = requireNonNull(choice, "masks");
      return this;
    }

    /**
     * Sets whether the embedding E learns from the mixtures u·E that noisy positions have as input,
     * as the loss has it; else from the tokens that are not noisy, and a tied head, alone. Default:
     * true.
     *
     * @param flows for {@link TrainingStage#ADAPTATION}, {@link TrainingStage#INSTRUCTION}, and
     *     {@link TrainingStage#REWARD} with a noisy share
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder mixtureGradient(boolean flows) {
      mixtureGradient = flows;
      return this;
    }

    /**
     * Sets what fills up sequences where the tokenizer names nothing for it. Default: {@link
     * Padding#EXISTING}.
     *
     * @param choice for any stage
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
     * @param choice for {@link TrainingStage#REWARD}
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
     * @param choice for {@link TrainingStage#REWARD} with a noisy share
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder rewardNoise(RewardNoise choice) {
      rewardNoise = requireNonNull(choice, "rewardNoise");
      return this;
    }

    /** {@return the choices} */
    public Conventions build() {
      return new Conventions(this);
    }
  }
}
