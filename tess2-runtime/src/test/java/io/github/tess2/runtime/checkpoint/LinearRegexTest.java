package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearRegexTest {
  private static final CodePoints CHARACTERS = new CodePoints();

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** The patterns of published tokenizers. */
  static List<String> published() {
    return List.of(
        // GPT-2, GPT-NeoX, Phi, StarCoder
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        // Llama 3
        CONTRACTIONS
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + SPACES,
        // Qwen 2, 2.5 and 3
        CONTRACTIONS
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + SPACES,
        // cl100k_base as OpenAI writes it
        "(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
        // o200k, Llama 4
        "[^\\r\\n\\p{L}\\p{N}]?"
            + UPPER
            + "*"
            + LOWER
            + "+"
            + CONTRACTIONS
            + "?"
            + "|[^\\r\\n\\p{L}\\p{N}]?"
            + UPPER
            + "+"
            + LOWER
            + "*"
            + CONTRACTIONS
            + "?"
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
            + SPACES,
        // Mistral's tekken
        "[^\\r\\n\\p{L}\\p{N}]?"
            + UPPER
            + "*"
            + LOWER
            + "+"
            + "|[^\\r\\n\\p{L}\\p{N}]?"
            + UPPER
            + "+"
            + LOWER
            + "*"
            + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
            + SPACES,
        // DeepSeek V3 and R1
        "\\p{N}{1,3}",
        "[一-龥぀-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
            + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
            + SPACES,
        // DeepSeek's first
        "[\\r\\n]",
        "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯ]+",
        "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
        "\\s+$",
        "[一-龥ࠀ-一가-퟿]+",
        // Falcon
        "[0-9][0-9][0-9]",
        // BLOOM
        " ?[^(\\s|[.,!?…。，、।۔،])]+",
        // CLIP
        "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]"
            + "|[^\\s\\p{L}\\p{N}]+",
        // Kimi
        "[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+"
            + CONTRACTIONS
            + "?"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*"
            + CONTRACTIONS
            + "?"
            + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
            + SPACES,
        // Replaced by T5 and NLLB
        " {2,}",
        "\\s+",
        "\\d");
  }

  @ParameterizedTest
  @MethodSource("published")
  void check_publishedPattern_passes(String regex) {
    assertThatCode(() -> LinearRegex.check(regex, CHARACTERS)).doesNotThrowAnyException();
  }

  /** On each of these the engine takes minutes or crashes the process. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '⇒',
      value = {
        "(a+)+$ ⇒ it repeats a group in parentheses",
        "(a|a)*b ⇒ it repeats a group in parentheses",
        "(a|b|ab){1,9}c ⇒ it repeats a group in parentheses",
        "a*a*a*b ⇒ two repeats in it compete",
        "\\s*[\\r\\n]+ ⇒ a repeat in it can fail at every character, and no branch consumes the run",
        "a*b|a|a+ ⇒ a repeat in it can fail at every character, and no branch consumes the run",
        "a++(?!a)|a*b ⇒ a repeat in it can fail at every character, and no branch consumes the run",
        "\\s+x ⇒ a repeat in it can fail at every character, and no branch consumes the run",
        "x{0,3}a*b|a+ ⇒ a repeat in it is tried in over 2 ways",
        "a{1,9}b ⇒ over 8 ways to match are tried",
        "a{1,65} ⇒ it has a count over 64",
        "(a+|b)c ⇒ parentheses in it contain a repeat, a lookahead or nothing",
        "a*+*b ⇒ it has a lazy repeat, or a repeat of a repeat",
        "a+?b ⇒ it has a lazy repeat, or a repeat of a repeat",
        "a* ⇒ it matches the empty text",
        "a|b* ⇒ it matches the empty text",
        "(?!a) ⇒ it matches the empty text",
      })
  void check_patternThatMayBacktrack_saysWhy(String regex, String reason) {
    assertRefused(regex, reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "a)",
        "(a",
        "[",
        "[a",
        "[]",
        "[^]",
        "[b-a]",
        "[a-\\d]",
        "\\",
        "a\\",
        "*",
        "+a",
        "?",
        "{1}",
        "a{",
        "a{1",
        "a{1,",
        "a{2,1}",
        "a{,1}",
        "^a",
        "a$",
        "(?<=a)b",
        "(?<n>a)",
        "(?>a)",
        "(?#x)",
        "(*a)",
        "\\1",
        "\\b",
        "\\h",
        "\\x41",
        "\\u12",
        "\\p",
        "\\p{",
        "\\pL",
        "[[:alpha:]]",
        "\\X",
        "\\K",
        "\\R",
        "(?i)a",
        "(?=ab)c",
        "a||b|"
      })
  void check_whatTheParserDoesNotKnow_isRefused(String regex) {
    assertThatThrownBy(() -> LinearRegex.check(regex, CHARACTERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("index out");
  }

  @Test
  void check_unknownProperty_namesIt() {
    assertRefused("\\p{Nonsense}+", "\"Nonsense\" is not a general category or script of Unicode");
  }

  @Test
  void check_deepParentheses_areRefused() {
    assertRefused(
        "(".repeat(1000) + "a" + ")".repeat(1000), "its parentheses are nested too deeply");
    assertRefused("[".repeat(5000), "what begins at index 10 is not supported");
    assertRefused("a".repeat(10_001), "it has over 10000 characters");
  }

  @Test
  void check_pattern_saysWhatItTakesIn() {
    LinearRegex.Taken taken = LinearRegex.check(" {2,}|\\d\\d\\d(?!x)", CHARACTERS);
    assertThat(taken.least()).isEqualTo(2);
    assertThat(Stream.of(' ', '7', '٣').map(c -> taken.taken().get(c))).containsOnly(true);
    assertThat(taken.taken().get('x')).isFalse();
  }

  private static void assertRefused(String regex, String reason) {
    assertThatThrownBy(() -> LinearRegex.check(regex, CHARACTERS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }
}
