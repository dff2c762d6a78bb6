package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.checkpoint.TokenizerJson.AddedToken;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Encodes text in which special tokens are spelled as markers that nobody can guess, and no others
 * are special: see {@link CheckpointTokenizer}.
 */
final class MarkedEncoder implements AutoCloseable {
  private static final int SECRET_BYTES = 16;

  /** UTF-16 units: over runs of five million, regular expressions in native code end the JVM. */
  private static final int MOST = 2_000_000;

  private final NativeTokenizer tokenizer;

  /** Marker by special token's spelling. */
  private final Map<String, String> markers = new HashMap<>();

  /** The special tokens' spellings, longest first, as the native library matches them. */
  private final Pattern spellings;

  /** True id by the one this tokenizer gives: added tokens are numbered in their order. */
  private final Map<Integer, Integer> trueIds = new HashMap<>();

  MarkedEncoder(TokenizerJson json) {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    // Private-use characters, which no normaliser touches, around lower-case letters and digits.
    String stem = "\uE000" + HexFormat.of().formatHex(secret) + "x";
    for (AddedToken token : json.added()) {
      if (token.special()) {
        markers.put(token.content(), stem + markers.size() + "\uE001");
      }
    }
    spellings =
        Pattern.compile(
            markers.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
    tokenizer = NativeTokenizer.of(json.file(), json.respelled(this::respelled));
    try {
      json.added().forEach(token -> learnId(json, token));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private String respelled(String special) {
    return markers.getOrDefault(special, special);
  }

  private void learnId(TokenizerJson json, AddedToken token) {
    String text = token.special() ? respelled(token.content()) : token.content();
    int[] found = tokenizer.encode(text);
    if (found.length == 1) {
      trueIds.put(found[0], token.id());
    } else if (token.special()) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: special token %d must be found in a text as one token, but is found as: %s",
              json.file(),
              token.id(),
              Arrays.toString(found)));
    }
  }

  /** Encodes spans as one text. */
  int[] encode(List<TextSpan> spans) {
    requireShort(spans);
    StringBuilder text = new StringBuilder();
    for (TextSpan span : spans) {
      requireWellFormed(span.text());
      text.append(span.control() ? mark(span.text()) : span.text());
    }
    int[] ids = tokenizer.encode(text.toString());
    for (int i = 0; i < ids.length; i++) {
      ids[i] = trueIds.getOrDefault(ids[i], ids[i]);
    }
    return ids;
  }

  private static void requireShort(List<TextSpan> spans) {
    long length = spans.stream().mapToLong(span -> span.text().length()).sum();
    if (length > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "text must have at most %d characters, but has: %d", MOST, length));
    }
  }

  private String mark(String text) {
    if (markers.isEmpty()) {
      return text;
    }
    Matcher matcher = spellings.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(respelled(match.group())));
  }

  // The native library would put in replacement characters without a word.
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

  @Override
  public void close() {
    tokenizer.close();
  }
}
