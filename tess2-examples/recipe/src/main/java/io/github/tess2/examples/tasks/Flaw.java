package io.github.tess2.examples.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The flaw that makes an answer worse than the reference. */
public enum Flaw {
  /** Well-formed but wrong: a digit, a letter, a word or the order is wrong. */
  NEAR_MISS("near-miss", 50),
  /** Right, followed by unrelated words. */
  TRAILING("trailing", 10),
  /** A part of the answer is repeated. */
  REPEATED("repeated", 10),
  /** A number without its unit, a list without its label, a result without its working. */
  MISSING_PART("missing-part", 10),
  /** Its parts are joined by the wrong signs. */
  WRONG_FORMAT("wrong-format", 8),
  /** The end is missing. */
  TRUNCATED("truncated", 12),
  /** Right, but with a lower {@link TaskItem#taste}. Only for open families; never drawn here. */
  TASTE("taste", 0);

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final String id;
  private final int share;

  Flaw(String id, int share) {
    this.id = id;
    this.share = share;
  }

  /** The name in files, as in {@code "near-miss"}. */
  public String id() {
    return id;
  }

  /** Whether only the form of the answer is worse, so that it may pass a check of the content. */
  boolean isMalformed() {
    return this != NEAR_MISS;
  }

  static Flaw draw(Draws draws) {
    return values()[draws.weighted(Arrays.stream(values()).mapToInt(flaw -> flaw.share).toArray())];
  }

  /** Returns the spoiled answer, or the unchanged answer if this flaw does not fit it. */
  String spoil(TaskItem item, Draws draws) {
    String answer = item.answer();
    return switch (this) {
      case NEAR_MISS -> nearMiss(item, draws);
      case TRAILING -> trailing(answer, draws);
      case REPEATED -> repeated(answer, draws);
      case MISSING_PART -> missingPart(item, draws);
      case WRONG_FORMAT -> wrongFormat(answer, draws);
      case TASTE -> item.family().task().answer(item.key(), draws);
      case TRUNCATED -> answer.substring(0, answer.length() * draws.between(30, 90) / 100).strip();
    };
  }

  private static String nearMiss(TaskItem item, Draws draws) {
    String answer = item.answer();
    return switch (item.family()) {
      case ARITHMETIC, WORD_PROBLEM, COUNT_LETTERS, CONVERT_UNITS ->
          otherNumber(answer, last(answer), draws);
      case SORT_WORDS, REVERSE_WORDS -> otherOrder(answer, draws);
      case SPELL_BACKWARDS -> otherLetters(answer, draws);
      case SUDOKU -> otherDigit(answer, draws);
      case FILL_BLANK ->
          answer.contains(" = ")
              ? otherNumber(
                  answer, draws.pick(numbers(TaskCheck.conclusionOf(answer, true))), draws)
              : otherWord(item, draws);
      default -> otherPart(answer, draws);
    };
  }

  /** Changes one part that others must agree with. The result may still be right. */
  private static String otherPart(String answer, Draws draws) {
    List<String> parts = new ArrayList<>(List.of(answer.split("\\b", -1)));
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).matches("\\w+")) {
        words.add(i);
      }
    }
    int at = draws.pick(words);
    String word = parts.get(at);
    parts.set(
        at,
        switch (draws.weighted(50, 30, 20)) {
          case 0 -> otherSign(word, draws);
          case 1 -> parts.get(draws.pick(words));
          default -> draws.pick(Lexicon.shipped().wordsLike(word));
        });
    return String.join("", parts);
  }

  /** Replaces a digit by another digit, or a letter by another letter of the word. */
  private static String otherSign(String word, Draws draws) {
    int at = draws.below(word.length());
    char other =
        Character.isDigit(word.charAt(at))
            ? (char) ('0' + draws.below(10))
            : word.charAt(draws.below(word.length()));
    return word.substring(0, at) + other + word.substring(at + 1);
  }

  private static List<String> numbers(String text) {
    return NUMBER.matcher(text).results().map(found -> found.group()).toList();
  }

  private static String last(String answer) {
    List<String> numbers = numbers(answer);
    return numbers.get(numbers.size() - 1);
  }

  /** Replaces the last occurrence of a number by a close number or one with a different digit. */
  private static String otherNumber(String answer, String number, Draws draws) {
    int value = Integer.parseInt(number);
    int place = (int) Math.pow(10, draws.below(number.length()));
    int off = draws.chance(50) ? draws.between(1, 2) : place * draws.between(1, 3);
    int other = value >= off && draws.chance(50) ? value - off : value + off;
    int at = answer.lastIndexOf(number);
    return answer.substring(0, at) + other + answer.substring(at + number.length());
  }

  /** Swaps two neighbours, or replaces a word by another. Keeps the label. */
  private static String otherOrder(String answer, Draws draws) {
    List<String> words = new ArrayList<>(List.of(answer.split(" ", -1)));
    int at = draws.between(1, words.size() - 2);
    if (draws.chance(70)) {
      Collections.swap(words, at, at + 1);
    } else {
      words.set(at, draws.pick(Lexicon.shipped().contentWords()));
    }
    return String.join(" ", words);
  }

  private static String otherLetters(String answer, Draws draws) {
    int at = draws.below(answer.length() - 1);
    String swapped = "" + answer.charAt(at + 1) + answer.charAt(at);
    String instead = draws.chance(60) ? swapped : swapped.substring(draws.below(2)).substring(0, 1);
    return answer.substring(0, at) + instead + answer.substring(at + 2);
  }

  private static String otherDigit(String answer, Draws draws) {
    List<Integer> cells = new ArrayList<>();
    for (int i = 0; i < answer.length(); i++) {
      if (Character.isDigit(answer.charAt(i))) {
        cells.add(i);
      }
    }
    StringBuilder grid = new StringBuilder(answer);
    for (int at : draws.sample(cells, draws.between(1, 3))) {
      grid.setCharAt(at, (char) ('1' + draws.below(4)));
    }
    return grid.toString();
  }

  /**
   * Replaces the word before the full stop by one of the same kind, from the prompt or any other.
   */
  private static String otherWord(TaskItem item, Draws draws) {
    String answer = item.answer();
    int from = answer.lastIndexOf(' ') + 1;
    String word = answer.substring(from, answer.length() - 1);
    List<String> kind = Lexicon.shipped().wordsLike(word);
    List<String> given =
        Pattern.compile("\\W+")
            .splitAsStream(item.prompt())
            .filter(other -> kind.contains(other) && !other.equals(word))
            .toList();
    return answer.substring(0, from) + draws.pick(given.isEmpty() ? kind : given) + ".";
  }

  private static String trailing(String answer, Draws draws) {
    StringBuilder text = new StringBuilder(answer);
    List<String> words = draws.sample(Lexicon.shipped().contentWords(), draws.between(1, 3));
    for (String word : words) {
      text.append(' ').append(draws.chance(25) ? String.valueOf(draws.below(100)) : word);
    }
    return text.toString();
  }

  private static String repeated(String answer, Draws draws) {
    List<String> words = new ArrayList<>(List.of(answer.split("(?<= )|(?=\n)", -1)));
    int at = draws.below(words.size());
    String word = words.get(at);
    // The last word has no space after it, so one is added between the copies.
    words.add(at, at == words.size() - 1 && !word.startsWith("\n") ? word + " " : word);
    return String.join("", words);
  }

  private static String missingPart(TaskItem item, Draws draws) {
    String answer = item.answer();
    return switch (item.family()) {
      case CONVERT_UNITS -> TaskCheck.conclusionOf(answer, false).split(" ", -1)[draws.below(2)];
      case SORT_WORDS, REVERSE_WORDS -> {
        List<String> words = new ArrayList<>(List.of(answer.split(" ", -1)));
        words.remove(draws.below(words.size()));
        yield String.join(" ", words);
      }
      case ARITHMETIC, WORD_PROBLEM, COUNT_LETTERS -> last(answer);
      case FILL_BLANK -> {
        List<String> words = List.of(answer.split(" ", -1));
        yield words.get(words.size() - 1);
      }
      default -> answer;
    };
  }

  private static String wrongFormat(String answer, Draws draws) {
    Matcher blank = Pattern.compile("\\s").matcher(answer);
    String joint = draws.pick(List.of(", ", " - ", " / ", ""));
    return blank.find() ? blank.replaceAll(joint) : "'" + answer + "'";
  }
}
