package io.github.tess2.examples.tasks;

import org.jspecify.annotations.Nullable;

/**
 * A right and well-formed answer beside one that is not, or one more to a taste beside one less.
 *
 * @param item the task; its reference is the chosen answer
 * @param flaw what is wrong with the rejected answer
 * @param rejected the worse answer
 */
public record PreferencePair(TaskItem item, Flaw flaw, String rejected) {

  /** How many of an open family's pairs have two right answers. */
  private static final int TASTE_PERCENT = 50;

  /** Two right answers must differ by so much in taste. */
  private static final double MARGIN = 0.03;

  private static final int TRIES = 4;

  /** The better answer. */
  public String chosen() {
    return item.answer();
  }

  /** Spoils the item's answer in one of the ways that make sense for it. */
  static PreferencePair draw(TaskItem item, Draws draws) {
    if (item.family().isOpen() && draws.chance(TASTE_PERCENT)) {
      PreferencePair pair = byTaste(item, draws);
      if (pair != null) {
        return pair;
      }
    }
    while (true) {
      Flaw flaw = Flaw.draw(draws);
      String rejected = flaw.spoil(item, draws);
      // Not every flaw fits every answer: a number alone has no unit to miss.
      boolean differs = !TaskCheck.text(item.answer()).isRight(rejected) && !rejected.isBlank();
      boolean mayPass = flaw.isMalformed() && !item.family().isOpen();
      if (differs && (mayPass || !item.check().isRight(rejected))) {
        return new PreferencePair(item, flaw, rejected);
      }
    }
  }

  /** The reference and another right answer, in the order of taste; null where none was found. */
  private static @Nullable PreferencePair byTaste(TaskItem item, Draws draws) {
    for (int tries = 0; tries < TRIES; tries++) {
      String other = Flaw.TASTE.spoil(item, draws);
      double more = item.taste(item.answer()) - item.taste(other);
      if (Math.abs(more) >= MARGIN) {
        return more > 0
            ? new PreferencePair(item, Flaw.TASTE, other)
            : new PreferencePair(item.withAnswer(other), Flaw.TASTE, item.answer());
      }
    }
    return null;
  }
}
