package io.github.tess2.runtime.checkpoint;

import io.github.tess2.runtime.sentencepiece.Normalizer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Spellings of special tokens that nobody can guess. In a text of spans of a template and of users,
 * only the template's special tokens get them.
 */
final class Markers {
  /** The first character of a spelling. */
  static final char FIRST = '\uE000';

  /** The last character of a spelling. */
  static final char LAST = '\uE001';

  private static final int SECRET_BYTES = 16;

  /** Private-use characters, which no normalizer changes, around lower-case letters and digits. */
  private final String stem = FIRST + secret() + "x";

  /** Marker by special token's spelling. */
  private final Map<String, String> markers = new LinkedHashMap<>();

  /** The special tokens' spellings, longest first, as the native library matches them. */
  private final Pattern spellings;

  Markers(Set<String> specials) {
    specials.forEach(token -> markers.put(token, unique(markers.size())));
    spellings = Normalizer.alternatives(markers.keySet());
  }

  /** Marker by special token's spelling. */
  Map<String, String> all() {
    return markers;
  }

  /** A spelling that no text contains, different for every number. */
  String unique(int number) {
    return stem + number + LAST;
  }

  /** Joins spans, with the special tokens of templates spelled as markers. */
  String mark(List<TextSpan> spans) {
    TextLength.require(
        spans.stream().mapToLong(span -> span.text().length()).sum(), TextLength.MOST);
    StringBuilder text = new StringBuilder();
    for (TextSpan span : spans) {
      requireWellFormed(span.text());
      text.append(span.control() ? mark(span.text()) : span.text());
    }
    return text.toString();
  }

  private String mark(String text) {
    return spellings
        .matcher(text)
        .replaceAll(
            match -> Matcher.quoteReplacement(markers.getOrDefault(match.group(), match.group())));
  }

  private static String secret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  // The native library would silently insert replacement characters.
  private static void requireWellFormed(String text) {
    int index = Utf16.loneSurrogate(text);
    if (index >= 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "text must be well-formed, but has half a surrogate pair at index %d: \\u%04x",
              index,
              (int) text.charAt(index)));
    }
  }
}
