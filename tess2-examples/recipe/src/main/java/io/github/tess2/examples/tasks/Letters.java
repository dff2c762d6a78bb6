package io.github.tess2.examples.tasks;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * {@link Family#SPELL_BACKWARDS} and {@link Family#COUNT_LETTERS}. The word is in quotes, so that
 * the tokenizer splits it into letters. Half of the words are made up of random syllables, so that
 * the task cannot be solved by memorising a list of words.
 */
final class Letters {
  private static final List<String> SPELL =
      List.of(
          "Spell '{w}' backwards.",
          "Reverse the letters of '{w}'.",
          "Write '{w}' backwards.",
          "What is '{w}' spelled backwards?",
          "Write the letters of '{w}' from last to first.",
          "Turn the word '{w}' around.");
  private static final List<String> COUNT_ONE =
      List.of(
          "How many times does '{l}' appear in '{w}'?",
          "How many times is the letter '{l}' in '{w}'?",
          "How often does the letter '{l}' appear in '{w}'?",
          "Count the letter '{l}' in '{w}'.",
          "Count how many '{l}' are in '{w}'.",
          "How many '{l}' are in the word '{w}'?");
  private static final List<String> COUNT_ALL =
      List.of(
          "How many letters are in '{w}'?",
          "How many letters does '{w}' have?",
          "Count the letters in '{w}'.",
          "How long is the word '{w}'?");
  private static final List<String> ONSETS =
      List.of(
          "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z",
          "bl", "br", "ch", "cl", "cr", "dr", "fl", "gr", "pl", "sh", "sl", "st", "th", "tr");
  private static final List<String> VOWELS =
      List.of("a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "oo", "ou", "y");
  private static final List<String> CODAS =
      List.of(
          "", "", "", "", "", "", "b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "x", "ck",
          "ll", "mm", "nd", "ng", "nt", "pp", "rd", "rt", "ss", "st", "tt");
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";

  private Letters() {}

  static Draft spellBackwards(Draws draws) {
    String word = word(8, draws);
    return new Draft(
        "spell " + word,
        draws.pick(SPELL).replace("{w}", word),
        new StringBuilder(word).reverse().toString());
  }

  static Draft count(Draws draws) {
    if (draws.chance(25)) {
      String word = word(10, draws);
      return new Draft(
          "letters " + word, draws.pick(COUNT_ALL).replace("{w}", word), numbered(word));
    }
    String word = word(10, draws);
    char letter = word.charAt(draws.below(word.length()));
    // With random letters most counts would be 1.
    switch (draws.weighted(15, 35, 25, 25)) {
      case 0 -> letter = ALPHABET.charAt(draws.below(ALPHABET.length()));
      case 1 -> {}
      case 2 -> letter = mostFrequent(word);
      default -> word = withMore(word, letter, draws);
    }
    return new Draft(
        "letters " + letter + " " + word,
        draws.pick(COUNT_ONE).replace("{w}", word).replace("{l}", String.valueOf(letter)),
        marked(word, letter));
  }

  /** {@code "h1e2n3 = 3"}: the letters of the word, each with the count so far. */
  private static String numbered(String word) {
    return along(word, i -> i + 1, word.length());
  }

  /**
   * {@code "h0e0l1l1o0 = 2"}: the letters of the word, each marked with 1 if it is the letter asked
   * for, else 0.
   */
  private static String marked(String word, char asked) {
    return along(word, i -> word.charAt(i) == asked ? 1 : 0, count(word, asked));
  }

  private static String along(String word, IntUnaryOperator number, long result) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < word.length(); i++) {
      text.append(word.charAt(i)).append(number.applyAsInt(i));
    }
    return text.append(" = ").append(result).toString();
  }

  private static char mostFrequent(String word) {
    char best = word.charAt(0);
    for (int i = 1; i < word.length(); i++) {
      char letter = word.charAt(i);
      best = count(word, letter) > count(word, best) ? letter : best;
    }
    return best;
  }

  /** The word with one to three of its letters replaced by the given letter. */
  private static String withMore(String word, char letter, Draws draws) {
    StringBuilder more = new StringBuilder(word);
    for (int i = draws.between(1, 3); i > 0; i--) {
      more.setCharAt(draws.below(more.length()), letter);
    }
    return more.toString();
  }

  private static long count(String word, char letter) {
    return word.chars().filter(other -> other == letter).count();
  }

  private static String word(int longest, Draws draws) {
    if (draws.chance(50)) {
      return madeUp(draws.between(3, longest), draws);
    }
    List<String> words = Lexicon.shipped().contentWords();
    String word = draws.pick(words);
    while (word.length() < 3 || word.length() > longest) {
      word = draws.pick(words);
    }
    return word;
  }

  private static String madeUp(int length, Draws draws) {
    StringBuilder word = new StringBuilder();
    while (word.length() < length) {
      word.append(draws.pick(ONSETS)).append(draws.pick(VOWELS)).append(draws.pick(CODAS));
    }
    return word.substring(0, length);
  }
}
