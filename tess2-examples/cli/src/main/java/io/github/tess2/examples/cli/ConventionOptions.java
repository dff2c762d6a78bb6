package io.github.tess2.examples.cli;

import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingStage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that make training follow the conventions of the published code, one by one or all at
 * once.
 */
final class ConventionOptions {
  @Option(
      names = "--published",
      description =
          "Train as the published code does where the default of this library differs; the"
              + " options below change single settings.")
  private boolean published;

  @Option(
      names = "--long-chats",
      paramLabel = "CHOICE",
      description =
          "What to do with chats longer than a sequence: refuse (default), cut at the end, or"
              + " skip. Chats that are cut or skipped are counted.")
  private Conventions.@Nullable LongChats longChats;

  @Option(
      names = "--blank-contents",
      paramLabel = "CHOICE",
      description = "Chats with a blank message: refuse (default), keep or skip.")
  private Conventions.@Nullable BlankContents blankContents;

  @Option(
      names = "--system-turns",
      paramLabel = "BOOL",
      description = "Whether system messages are part of a chat: true (default) or false.")
  private @Nullable Boolean systemTurns;

  @Option(
      names = "--earlier-ends",
      paramLabel = "BOOL",
      description = "Whether earlier answers have their end tokens: true (default) or false.")
  private @Nullable Boolean earlierEnds;

  @Option(
      names = "--masks",
      paramLabel = "CHOICE",
      description =
          "How masks are drawn: anywhere (default), or published: counts rounded down, the last"
              + " position always hidden, a prefix of at least two tokens.")
  private Conventions.@Nullable Masks masks;

  @Option(
      names = "--mixture-gradient",
      paramLabel = "BOOL",
      description =
          "Whether the embedding learns from the mixtures of noisy positions: true (default) or"
              + " false.")
  private @Nullable Boolean mixtureGradient;

  @Option(
      names = "--padding",
      paramLabel = "CHOICE",
      description =
          "The padding token if the tokenizer names none: existing (default: [PAD] or the end"
              + " token), or added: a new token [PAD], which enlarges the vocabulary.")
  private Conventions.@Nullable Padding padding;

  @Option(
      names = "--score",
      paramLabel = "CHOICE",
      description =
          "Where a reward model's score is read: at the answer's end (default), at the"
              + " line_break after it, or at the last_position of a padded sequence.")
  private Conventions.@Nullable Score score;

  @Option(
      names = "--reward-noise",
      paramLabel = "CHOICE",
      description = "What is noisy in a reward model's noisy pairs: answers (default), everywhere.")
  private Conventions.@Nullable RewardNoise rewardNoise;

  /**
   * Returns the choices for a stage. Building the stage throws {@link IllegalArgumentException} if
   * one is invalid.
   */
  Conventions of(TrainingStage stage, double noisyShare) {
    Conventions base =
        published ? Conventions.published(stage, noisyShare > 0) : Conventions.DEFAULT;
    return Conventions.builder()
        .longChats(or(longChats, base.longChats()))
        .blankContents(or(blankContents, base.blankContents()))
        .systemTurns(or(systemTurns, base.systemTurns()))
        .earlierEnds(or(earlierEnds, base.earlierEnds()))
        .masks(or(masks, base.masks()))
        .mixtureGradient(or(mixtureGradient, base.mixtureGradient()))
        .padding(or(padding, base.padding()))
        .score(or(score, base.score()))
        .rewardNoise(or(rewardNoise, base.rewardNoise()))
        .build();
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
