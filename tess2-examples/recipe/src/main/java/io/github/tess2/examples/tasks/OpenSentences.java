package io.github.tess2.examples.tasks;

import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Family#SENTENCES}: two or three sentences like {@code The old king found a red ball near
 * the river.}, with or without the adjectives, that contain given words in the given order. No
 * noun, verb or adjective may occur twice. Keys look like {@code "sentences 2 king red river"}.
 */
@Immutable
final class OpenSentences implements OpenTask {
  /** The parts of a sentence, in order. */
  private enum Slot {
    WHOSE,
    WHO,
    DEED,
    WHICH,
    WHAT,
    PLACE;

    List<String> words() {
      Lexicon lexicon = Lexicon.shipped();
      return switch (this) {
        case WHOSE, WHICH -> lexicon.words("adjectives");
        case WHO -> Stream.of("animals", "people").flatMap(k -> lexicon.words(k).stream()).toList();
        case DEED -> lexicon.words("deeds");
        case WHAT -> lexicon.words("objects");
        case PLACE -> lexicon.words("places");
      };
    }

    boolean isOptional() {
      return this == WHOSE || this == WHICH;
    }
  }

  private static final Slot[] SLOTS = Slot.values();
  private static final List<String> PREPOSITIONS = List.of("in", "at", "near");
  private static final Pattern SENTENCE =
      Pattern.compile(
          "The (?:([a-z]+) )?([a-z]+) ([a-z]+) (an?) (?:([a-z]+) )?([a-z]+) (?:in|at|near) the"
              + " ([a-z]+)\\.");
  private static final int ARTICLE = 4;

  /** Number of words in a sentence with both adjectives. */
  private static final int MOST_WORDS = 10;

  private static final List<String> WORDINGS =
      List.of(
          "Write {n} sentences with the words {w} in this order and no noun, verb or adjective twice.",
          "Use the words {w} in this order in {n} sentences. No noun, verb or adjective may occur"
              + " twice.",
          "Make {n} sentences that have {w} in this order, with no noun, verb or adjective twice.");

  private static int count(String key) {
    return Integer.parseInt(OpenTask.parts(key).get(0));
  }

  private static List<String> given(String key) {
    List<String> parts = OpenTask.parts(key);
    return parts.subList(1, parts.size());
  }

  @Override
  public String drawKey(Draws draws) {
    int count = draws.between(2, 3);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < count * SLOTS.length; i++) {
      places.add(i);
    }
    Set<String> words = new HashSet<>();
    List<String> given = new ArrayList<>();
    for (int place : draws.sample(places, draws.between(2, 4)).stream().sorted().toList()) {
      given.add(newWord(SLOTS[place % SLOTS.length], words, draws));
    }
    return "sentences " + count + " " + String.join(" ", given);
  }

  private static String newWord(Slot slot, Set<String> used, Draws draws) {
    while (true) {
      String word = draws.pick(slot.words());
      if (used.add(word)) {
        return word;
      }
    }
  }

  @Override
  public String prompt(String key, Draws draws) {
    return draws
        .pick(WORDINGS)
        .replace("{n}", count(key) == 2 ? "two" : "three")
        .replace("{w}", OpenTask.series(given(key), "and"));
  }

  @Override
  public String answer(String key, Draws draws) {
    List<String> given = given(key);
    Set<String> used = new HashSet<>(given);
    int[] places = places(given, count(key) * SLOTS.length, draws);
    List<String> sentences = new ArrayList<>();
    int next = 0;
    for (int sentence = 0; sentence < count(key); sentence++) {
      String[] words = new String[SLOTS.length];
      for (int at = 0; at < SLOTS.length; at++) {
        Slot slot = SLOTS[at];
        if (next < places.length && places[next] == sentence * SLOTS.length + at) {
          words[at] = given.get(next++);
        } else if (slot.isOptional() && draws.chance(60)) {
          words[at] = "";
        } else {
          words[at] = newWord(slot, used, draws);
        }
      }
      sentences.add(sentence(words, draws));
    }
    return String.join(" ", sentences);
  }

  /** Draws slots that the given words can fill in their order, all choices equally likely. */
  private static int[] places(List<String> given, int slots, Draws draws) {
    List<int[]> found = new ArrayList<>();
    findPlaces(given, slots, new int[given.size()], 0, 0, found);
    return draws.pick(found);
  }

  private static void findPlaces(
      List<String> given, int slots, int[] places, int word, int from, List<int[]> found) {
    if (word == given.size()) {
      found.add(places.clone());
      return;
    }
    for (int place = from; place < slots; place++) {
      if (SLOTS[place % SLOTS.length].words().contains(given.get(word))) {
        places[word] = place;
        findPlaces(given, slots, places, word + 1, place + 1, found);
      }
    }
  }

  private static String sentence(String[] words, Draws draws) {
    String what = (words[3] + " " + words[4]).strip();
    return String.format(
            Locale.ROOT,
            "The %s %s %s %s %s %s the %s.",
            words[0],
            words[1],
            words[2],
            article(what),
            what,
            draws.pick(PREPOSITIONS),
            words[5])
        .replace("  ", " ");
  }

  private static String article(String before) {
    return "aeiou".indexOf(before.charAt(0)) < 0 ? "a" : "an";
  }

  @Override
  public @Nullable String fault(String key, String text) {
    List<String> sentences = List.of(text.strip().split("(?<=\\.) ", -1));
    if (sentences.size() != count(key)) {
      return "there must be " + count(key) + " sentences, but there are: " + sentences.size();
    }
    List<String> words = new ArrayList<>();
    for (String sentence : sentences) {
      String fault = read(sentence, words);
      if (fault != null) {
        return fault;
      }
    }
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      if (!seen.add(word)) {
        return "a word must not occur twice, but does: " + word;
      }
    }
    int next = 0;
    List<String> given = given(key);
    for (String word : words) {
      next += next < given.size() && word.equals(given.get(next)) ? 1 : 0;
    }
    return next == given.size()
        ? null
        : "the words must be in the given order, but one is not: " + given.get(next);
  }

  /**
   * Adds the content words of a sentence to a list. Returns what is wrong with the sentence, or
   * null.
   */
  private static @Nullable String read(String sentence, List<String> words) {
    Matcher parts = SENTENCE.matcher(sentence);
    if (!parts.matches()) {
      return "a sentence must read as The (old) king found a (red) ball near the river., but is: "
          + sentence;
    }
    int group = 1;
    for (Slot slot : SLOTS) {
      group += group == ARTICLE ? 1 : 0;
      String word = parts.group(group++);
      if (word == null) {
        continue;
      }
      if (!slot.words().contains(word)) {
        return "a word must fit its place in the sentence, but is: " + word;
      }
      words.add(word);
    }
    String which = parts.group(5);
    String next = which == null ? parts.group(6) : which;
    return article(next).equals(parts.group(ARTICLE))
        ? null
        : "the article must be " + article(next) + " before: " + next;
  }

  /** The number of words, as a share of the largest possible number. */
  @Override
  public double taste(String key, String text) {
    int most = count(key) * MOST_WORDS;
    return (double) text.strip().split(" ", -1).length / most;
  }
}
