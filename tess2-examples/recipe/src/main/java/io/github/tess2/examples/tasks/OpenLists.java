package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#LISTS}: three to five words of each of two kinds, one line for each kind. The words
 * of a line are in alphabetical order, and no two have the same first letter. The prompt may also
 * exclude words with a certain letter. Keys look like {@code "lists animals 3 foods 4 e"}, with
 * {@code *} if no letter is excluded.
 */
@Immutable
final class OpenLists implements OpenTask {
  private static final List<String> KINDS =
      List.of("animals", "foods", "objects", "places", "people", "verbs", "adjectives");
  private static final List<String> LETTERS =
      List.of("*", "*", "*", "a", "e", "i", "o", "l", "n", "r", "s", "t");
  private static final int PATIENCE = 300;
  private static final List<String> WORDINGS =
      List.of(
          "List {n} {k} and {m} {j}, both in alphabetical order, no first letter twice in a list{x}.",
          "Name {n} {k}, then {m} {j}, each list from a to z with all first letters different{x}.");

  private record Asked(String first, int count, String second, int others, String letter) {
    static Asked of(String key) {
      List<String> parts = OpenTask.parts(key);
      return new Asked(
          parts.get(0),
          Integer.parseInt(parts.get(1)),
          parts.get(2),
          Integer.parseInt(parts.get(3)),
          parts.get(4));
    }

    List<String> words(String kind) {
      return Lexicon.shipped().words(kind).stream().filter(word -> !word.contains(letter)).toList();
    }
  }

  @Override
  public String drawKey(Draws draws) {
    while (true) {
      List<String> kinds = draws.sample(KINDS, 2);
      String key =
          String.join(
              " ",
              "lists",
              kinds.get(0),
              String.valueOf(draws.between(3, 5)),
              kinds.get(1),
              String.valueOf(draws.between(3, 5)),
              draws.pick(LETTERS));
      if (tryAnswer(Asked.of(key), draws) != null) {
        return key;
      }
    }
  }

  @Override
  public String prompt(String key, Draws draws) {
    Asked asked = Asked.of(key);
    return draws
        .pick(WORDINGS)
        .replace("{n}", String.valueOf(asked.count))
        .replace("{k}", asked.first)
        .replace("{m}", String.valueOf(asked.others))
        .replace("{j}", asked.second)
        .replace("{x}", asked.letter.equals("*") ? "" : ", none with '" + asked.letter + "'");
  }

  @Override
  public String answer(String key, Draws draws) {
    while (true) {
      String answer = tryAnswer(Asked.of(key), draws);
      if (answer != null) {
        return answer;
      }
    }
  }

  private static @Nullable String tryAnswer(Asked asked, Draws draws) {
    for (int tries = 0; tries < PATIENCE; tries++) {
      List<String> first = pick(asked.words(asked.first), asked.count, draws);
      List<String> second = pick(asked.words(asked.second), asked.others, draws);
      if (first.size() == asked.count && second.size() == asked.others) {
        return line(asked.first, first) + "\n" + line(asked.second, second);
      }
    }
    return null;
  }

  /**
   * Returns as many words as asked for, or fewer if the shuffled words have fewer first letters.
   */
  private static List<String> pick(List<String> from, int count, Draws draws) {
    Set<Character> letters = new HashSet<>();
    List<String> picked = new ArrayList<>();
    for (String word : draws.sample(from, from.size())) {
      if (picked.size() < count && letters.add(word.charAt(0))) {
        picked.add(word);
      }
    }
    Collections.sort(picked);
    return picked;
  }

  private static String label(String kind) {
    return Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + ":";
  }

  private static String line(String kind, List<String> words) {
    return label(kind) + " " + String.join(", ", words);
  }

  @Override
  public @Nullable String fault(String key, String text) {
    Asked asked = Asked.of(key);
    Matcher lines =
        Pattern.compile(label(asked.first) + " (.+)\n" + label(asked.second) + " (.+)")
            .matcher(text.strip());
    if (!lines.matches()) {
      return "there must be a line of " + asked.first + " and one of " + asked.second;
    }
    String fault = fault(asked, asked.first, asked.count, lines.group(1));
    return fault != null ? fault : fault(asked, asked.second, asked.others, lines.group(2));
  }

  private static @Nullable String fault(Asked asked, String kind, int count, String line) {
    List<String> words = List.of(line.strip().split(", ", -1));
    if (words.size() != count) {
      return "there must be " + count + " " + kind + ", but there are: " + words.size();
    }
    String before = "";
    for (String word : words) {
      if (!Lexicon.shipped().words(kind).contains(word)) {
        return "a word must be one of the " + kind + ", but is: " + word;
      }
      if (word.contains(asked.letter)) {
        return "a word must not have the letter " + asked.letter + ", but is: " + word;
      }
      if (word.compareTo(before) < 0) {
        return "words must be in alphabetical order, but are: " + before + ", " + word;
      }
      if (before.startsWith(word.substring(0, 1))) {
        return "a first letter must not occur twice, but does: " + word;
      }
      before = word;
    }
    return null;
  }

  @Override
  public double taste(String key, String text) {
    List<String> words =
        text.strip()
            .lines()
            .flatMap(line -> List.of(line.replaceAll("^\\w+: ", "").split(", ", -1)).stream())
            .toList();
    return OpenTask.meanLength(words);
  }
}
