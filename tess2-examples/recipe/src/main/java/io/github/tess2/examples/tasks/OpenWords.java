package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#WORDS}: five to ten different words of the lexicon in alphabetical order that begin
 * or end with one of some letters. Keys look like {@code "words 6 begin b m t"}.
 */
@Immutable
final class OpenWords implements OpenTask {
  static final String LABEL = "Words:";

  /** Letters that enough words begin with; below, letters that enough words end with. */
  private static final String FIRST = "bcdfghlmprstw";

  private static final String LAST = "adeghklnprtwy";
  private static final List<String> WORDINGS =
      List.of(
          "Write {n} different words in alphabetical order that {how} with {l}.",
          "List {n} words that {how} with {l}, from a to z, none twice.",
          "Give {n} different words that {how} with {l} in alphabetical order.");

  @Override
  public String drawKey(Draws draws) {
    boolean begin = draws.chance(60);
    while (true) {
      List<String> letters =
          draws.sample(List.of((begin ? FIRST : LAST).split("")), draws.between(2, 4)).stream()
              .sorted()
              .toList();
      int count = draws.between(5, 10);
      String key = "words " + count + (begin ? " begin " : " end ") + String.join(" ", letters);
      if (fitting(OpenTask.parts(key)).count() >= count + 3) {
        return key;
      }
    }
  }

  private static Stream<String> fitting(List<String> parts) {
    return Lexicon.shipped().contentWords().stream().filter(word -> fits(parts, word)).sorted();
  }

  private static boolean fits(List<String> parts, String word) {
    int at = parts.get(1).equals("begin") ? 0 : word.length() - 1;
    return parts.subList(2, parts.size()).contains(word.substring(at, at + 1));
  }

  @Override
  public String prompt(String key, Draws draws) {
    List<String> parts = OpenTask.parts(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", parts.get(0))
        .replace("{how}", parts.get(1))
        .replace("{l}", OpenTask.series(parts.subList(2, parts.size()), "or"));
  }

  @Override
  public String answer(String key, Draws draws) {
    List<String> parts = OpenTask.parts(key);
    List<String> words =
        draws.sample(fitting(parts).toList(), Integer.parseInt(parts.get(0))).stream()
            .sorted()
            .toList();
    return LABEL + " " + String.join(", ", words);
  }

  @Override
  public @Nullable String fault(String key, String text) {
    List<String> parts = OpenTask.parts(key);
    if (!text.strip().startsWith(LABEL + " ")) {
      return "the answer must begin with " + LABEL + ", but is: " + text;
    }
    List<String> words = words(text);
    if (words.size() != Integer.parseInt(parts.get(0))) {
      return "there must be " + parts.get(0) + " words, but there are: " + words.size();
    }
    String before = "";
    for (String word : words) {
      if (!Lexicon.shipped().contentWords().contains(word)) {
        return "a word must be known, but is: " + word;
      }
      if (!fits(parts, word)) {
        return "a word must " + parts.get(1) + " with one of the letters, but is: " + word;
      }
      if (before.equals(word)) {
        return "a word must not occur twice, but does: " + word;
      }
      if (before.compareTo(word) > 0) {
        return "words must be in alphabetical order, but are: " + before + ", " + word;
      }
      before = word;
    }
    return null;
  }

  private static List<String> words(String text) {
    return List.of(text.strip().substring(LABEL.length()).strip().split(", ", -1));
  }

  @Override
  public double taste(String key, String text) {
    return OpenTask.meanLength(words(text));
  }
}
