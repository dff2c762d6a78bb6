package io.github.tess2.examples.tasks;

/**
 * A right and well-formed answer beside one that is not.
 *
 * @param item the task; its reference is the chosen answer
 * @param flaw what is wrong with the rejected answer
 * @param rejected the worse answer
 */
public record PreferencePair(TaskItem item, Flaw flaw, String rejected) {

  /** The better answer. */
  public String chosen() {
    return item.answer();
  }

  /** Spoils the item's answer in one of the ways that make sense for it. */
  static PreferencePair draw(TaskItem item, Draws draws) {
    while (true) {
      Flaw flaw = Flaw.draw(draws);
      String rejected = flaw.spoil(item, draws);
      // Not every flaw fits every answer: a number alone has no unit to miss.
      boolean differs = !TaskCheck.text(item.answer()).isRight(rejected) && !rejected.isBlank();
      if (differs && (flaw.isMalformed() || !item.check().isRight(rejected))) {
        return new PreferencePair(item, flaw, rejected);
      }
    }
  }
}
