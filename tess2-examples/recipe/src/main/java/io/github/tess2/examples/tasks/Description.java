package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A description of two people or things, and a statement with a blank about one of them.
 *
 * @param context the description, as in {@code "Tom has a red hat and Ann has a blue cup."}
 * @param asked the statement, as in {@code "The cup is _."}
 */
record Description(String context, Blanked asked) {

  /**
   * The texts of one kind. Slots p and q are people, t and u are things; {@link #draw} shows the
   * others.
   */
  private record Kind(String context, String before, String blank) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("{p} has a {c} {t} and {q} has a {d} {u}.", "The {t} is", " {c}"),
          new Kind("The {t} is {c} and the {u} is {d}.", "The {t} is", " {c}"),
          new Kind("{p} is at the {l} and {q} is at the {k}.", "{p} is at the", " {l}"),
          new Kind("The {t} is in the {l}, the {u} in the {k}.", "The {t} is in the", " {l}"),
          new Kind("{p} likes {f} and {q} likes {g}.", "{p} likes", " {f}"),
          new Kind("{p} is {x} than {q}.", "The {x} one is", " {p}"));

  private static final List<String> COMPARISONS =
      List.of(
          "older/younger",
          "younger/older",
          "taller/shorter",
          "shorter/taller",
          "faster/slower",
          "slower/faster",
          "bigger/smaller",
          "richer/poorer");

  static Description draw(Draws draws) {
    Kind kind = draws.pick(KINDS);
    Lexicon lexicon = Lexicon.shipped();
    List<String> everyone = new ArrayList<>(lexicon.words("women"));
    everyone.addAll(lexicon.words("men"));
    List<List<String>> pairs =
        List.of(
            draws.sample(everyone, 2),
            draws.sample(withoutVowel(lexicon.words("objects")), 2),
            draws.sample(lexicon.words("colors"), 2),
            draws.sample(lexicon.words("places"), 2),
            draws.sample(lexicon.words("foods"), 2),
            List.of(draws.pick(COMPARISONS).split("/", -1)));
    String context = Template.fill(kind.context(), slots(pairs, 0));
    // The statement is about the first or the second of the two.
    Map<String, String> asked = slots(pairs, draws.below(2));
    String before = Template.fill(kind.before(), asked);
    String blank = Template.fill(kind.blank(), asked);
    String key = "text " + TaskItem.normalise(context + " " + before);
    return new Description(context, new Blanked(key, before, blank, "."));
  }

  /** The slots' values, with the two values of each pair swapped if {@code first} is 1. */
  private static Map<String, String> slots(List<List<String>> pairs, int first) {
    List<String> names = List.of("pq", "tu", "cd", "lk", "fg", "xy");
    Map<String, String> slots = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      slots.put(names.get(i).substring(0, 1), pairs.get(i).get(first));
      slots.put(names.get(i).substring(1), pairs.get(i).get(1 - first));
    }
    return slots;
  }

  /** The words that take the article "a". */
  static List<String> withoutVowel(List<String> words) {
    return words.stream().filter(word -> "aeiou".indexOf(word.charAt(0)) < 0).toList();
  }
}
