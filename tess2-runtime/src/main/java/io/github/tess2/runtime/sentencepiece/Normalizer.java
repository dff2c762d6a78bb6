package io.github.tess2.runtime.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Normalizes a text as SentencePiece does before it splits the text: replaces characters and, if
 * the model says so, removes extra spaces, puts one in front and writes them as U+2581.
 *
 * <p>The tokenizers library's own steps are similar but lead to different ids: it looks up grapheme
 * clusters in the table of replacements, and puts a space after a user-defined symbol. So its steps
 * are not used.
 */
public final class Normalizer {
  /** Represents a space. */
  public static final String SPACE = "\u2581";

  private final Charsmap charsmap;
  private final Pattern symbols;
  private final boolean dummyPrefix;
  private final boolean removeExtra;
  private final String space;

  Normalizer(
      Charsmap charsmap,
      List<String> symbols,
      boolean dummyPrefix,
      boolean removeExtra,
      boolean escape) {
    this.charsmap = charsmap;
    this.symbols = alternatives(symbols);
    this.dummyPrefix = dummyPrefix;
    this.removeExtra = removeExtra;
    this.space = escape ? SPACE : " ";
  }

  /** Matches any of the texts; the longest if several begin at the same place. */
  public static Pattern alternatives(Iterable<String> texts) {
    String all =
        java.util.stream.StreamSupport.stream(texts.spliterator(), false)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    // Without texts it must match nothing, but an empty pattern would match everywhere.
    return Pattern.compile(all.isEmpty() ? "(?!)" : all);
  }

  /** Finds the user-defined symbols, which no other piece may cross, in a normalized text. */
  public Pattern symbols() {
    return symbols;
  }

  /** Whether {@link #beginning} puts a space in front. */
  public boolean dummyPrefix() {
    return dummyPrefix;
  }

  /** Whether the only change is from spaces to U+2581, and no space is removed. */
  public boolean keepsAll() {
    return charsmap.isEmpty() && !removeExtra && space.equals(SPACE);
  }

  /** Normalizes a text that begins a sequence. */
  public String beginning(String text) {
    return normalize(text, dummyPrefix);
  }

  /** Normalizes a text that begins a sequence, without a space in front. */
  public String bare(String text) {
    return normalize(text, false);
  }

  private String normalize(String text, boolean prefix) {
    byte[] utf8 = text.getBytes(UTF_8);
    Matcher symbol = symbols.matcher(text);
    StringBuilder result = new StringBuilder(text.length() + 1);
    boolean begun = !removeExtra;
    if (begun && prefix && !text.isEmpty()) {
      result.append(space);
    }
    boolean afterSpace = removeExtra;
    int at = 0;
    int atByte = 0;
    while (at < text.length()) {
      Charsmap.Match match = match(text, at, utf8, atByte, symbol);
      String found = match.replacement();
      int chars = charCount(utf8, atByte, match.bytes());
      if (!begun && !found.equals(" ")) {
        begun = true;
        result.append(prefix ? space : "");
      }
      if (begun) {
        int skip = 0;
        while (afterSpace && skip < found.length() && found.charAt(skip) == ' ') {
          skip++;
        }
        String kept = found.substring(skip);
        result.append(kept.replace(" ", space));
        if (!kept.isEmpty()) {
          afterSpace = removeExtra && kept.endsWith(" ");
        }
      }
      at += chars;
      atByte += match.bytes();
    }
    if (removeExtra) {
      while (result.length() > 0 && result.charAt(result.length() - 1) == space.charAt(0)) {
        result.setLength(result.length() - 1);
      }
    }
    return result.toString();
  }

  private Charsmap.Match match(String text, int at, byte[] utf8, int atByte, Matcher symbol) {
    if (symbol.region(at, text.length()).lookingAt()) {
      return new Charsmap.Match(symbol.group().getBytes(UTF_8).length, symbol.group());
    }
    Charsmap.Match replaced = charsmap.longest(utf8, atByte);
    if (replaced.bytes() > 0) {
      return replaced;
    }
    String character = text.substring(at, text.offsetByCodePoints(at, 1));
    return new Charsmap.Match(character.getBytes(UTF_8).length, character);
  }

  /** The number of Java characters that some bytes of UTF-8 encode. */
  private static int charCount(byte[] utf8, int from, int length) {
    int chars = 0;
    for (int i = from; i < from + length; i++) {
      boolean begins = (utf8[i] & 0xC0) != 0x80;
      boolean pair = (utf8[i] & 0xF8) == 0xF0;
      chars += begins ? pair ? 2 : 1 : 0;
    }
    return chars;
  }
}
