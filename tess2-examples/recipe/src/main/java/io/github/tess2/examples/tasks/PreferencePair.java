package io.github.tess2.examples.tasks;

import org.jspecify.annotations.Nullable;

/**
 * A pair of answers: a right and well-formed one and a flawed one, or two right ones of different
 * taste.
 *
 * @param item the task; its reference is the chosen answer
 * @param flaw what is wrong with the rejected answer
 * @param rejected the worse answer
 */
public record PreferencePair(TaskItem item, Flaw flaw, String rejected) {

  /** Share of the pairs of open families that have two right answers, in per cent. */
  private static final int TASTE_PERCENT = 50;

  /** The least difference in taste between two right answers. */
  private static final double MARGIN = 0.03;

  private static final int TRIES = 4;

  /** The better answer. */
  public String chosen() {
    return item.answer();
  }

  /** Draws a pair by spoiling the item's answer in a way that fits it. */
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
      // Not every flaw fits every answer: a bare number has no unit that could be missing.
      boolean differs = !TaskCheck.text(item.answer()).isRight(rejected) && !rejected.isBlank();
      boolean mayPass = flaw.isMalformed() && !item.family().isOpen();
      if (differs && (mayPass || !item.check().isRight(rejected))) {
        return new PreferencePair(item, flaw, rejected);
      }
    }
  }

  /** The reference and another right answer, ordered by taste; null if no other was found. */
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
