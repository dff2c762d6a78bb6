package io.github.tess2.runtime.checkpoint;

import com.google.common.base.CharMatcher;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.checkpoint.SentencePieceFolder.Added;
import io.github.tess2.runtime.sentencepiece.Found;
import io.github.tess2.runtime.sentencepiece.Normalizer;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel;
import io.github.tess2.runtime.sentencepiece.SentencePieceModel.Kind;
import io.github.tess2.runtime.sentencepiece.Unigram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Encodes with a {@code tokenizer.model}, with the same ids as transformers' slow {@code
 * LlamaTokenizer}.
 *
 * <p>transformers also has a fast one, which converts the model. The two differ in control
 * characters, U+2581 in a text, spaces after tokens that are not special, symbols that the model
 * defines, and everything that the model's normalizer changes, because the conversion leaves it
 * out. This class follows the slow one: it is the one that saves a folder with only a {@code
 * tokenizer.model}, and the published training used it.
 *
 * <p>So a text is split as the slow one does it: first at added tokens; then each part between them
 * is normalized as in SentencePiece ({@link Normalizer}) and split at the model's own symbols; and
 * the tokenizers library splits the rest by merges or scores.
 */
final class SentencePieceEncoder implements TextEncoder {
  /** The characters that Python's {@code strip} removes. */
  private static final CharMatcher SPACES =
      CharMatcher.whitespace().or(CharMatcher.inRange('\u001c', '\u001f'));

  private final SentencePieceFolder folder;
  private final SentencePieceModel model;
  private final Splitter splitter;

  /** The text that transformers puts before a text that must keep its first space. */
  private final String lead;

  private final Markers markers;
  private final Map<String, Integer> pieces = new HashMap<>();

  /**
   * Added tokens by the text to look for: the marker of a special token, or the spelling of
   * another.
   */
  private final Map<String, Added> wanted = new HashMap<>();

  private final Pattern tokens;

  /** A part of the text, or a token. */
  private record Stretch(String text, @Nullable Added token) {}

  SentencePieceEncoder(SentencePieceFolder folder) {
    this.folder = folder;
    model = folder.model();
    lead = model.pieces().get(model.unknownId()).text();
    Set<String> specials = new LinkedHashSet<>();
    folder.added().stream().filter(Added::special).forEach(token -> specials.add(token.content()));
    markers = new Markers(specials);
    for (Added token : folder.added()) {
      wanted.put(markers.all().getOrDefault(token.content(), token.content()), token);
    }
    tokens = Normalizer.alternatives(wanted.keySet());
    model.pieces().forEach(piece -> pieces.put(piece.text(), pieces.size()));
    int others = specials.size();
    splitter =
        model.kind() == Kind.UNIGRAM
            ? new Likeliest(new Unigram(model))
            : new Merging(
                NativeTokenizer.of(
                    folder.json().file(),
                    SentencePieceForms.merging(model, id -> markers.unique(others + id))));
  }

  @Override
  public int[] encode(List<TextSpan> spans) {
    String text = markers.mark(spans);
    if (folder.legacy() || text.isEmpty()) {
      return encode(text, false);
    }
    return encode((folder.prefixSpace() ? Normalizer.SPACE : "") + spaced(text), false);
  }

  @Override
  public int[] encodeContinuation(String text) {
    String marked = markers.mark(List.of(TextSpan.user(text)));
    return encode(folder.legacy() ? marked : spaced(marked), true);
  }

  private static String spaced(String text) {
    return text.replace(Normalizer.SPACE, " ");
  }

  private int[] encode(String text, boolean continues) {
    List<Stretch> parts = parts(text);
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
    for (int i = 0; i < parts.size(); i++) {
      Added token = parts.get(i).token();
      if (token != null) {
        ids.add(token.id());
      } else if (!isLonePrefix(parts, i)) {
        split(parts.get(i).text(), continues && i == 0, ids);
      }
    }
    return ids.build().toArray();
  }

  /** Before a special token there is no space in front, except in legacy tokenizers. */
  private boolean isLonePrefix(List<Stretch> parts, int at) {
    if (folder.legacy() || at > 0 || parts.size() < 2) {
      return false;
    }
    Added next = parts.get(1).token();
    return next != null
        && next.special()
        && parts.get(0).text().equals(Normalizer.SPACE)
        && pieces.containsKey(Normalizer.SPACE);
  }

  private void split(String text, boolean continues, ImmutableIntArray.Builder ids) {
    Normalizer normalizer = model.normalizer();
    boolean spaced = text.startsWith(Normalizer.SPACE) || text.startsWith(" ");
    if (continues || (spaced && !folder.legacy())) {
      // As in transformers: with something in front, the first space is kept.
      add(normalizer.bare(lead + text), normalizer.bare(lead).length(), ids);
    } else {
      add(folder.legacy() ? normalizer.beginning(text) : normalizer.bare(text), 0, ids);
    }
  }

  /** Splits a normalized text and adds the ids of everything after its first characters. */
  private void add(String prepared, int from, ImmutableIntArray.Builder ids) {
    int at = 0;
    boolean afterUnknown = false;
    for (Found found : splitter.split(prepared)) {
      String text = found.text().substring(Math.min(Math.max(from - at, 0), found.text().length()));
      at += found.text().length();
      if (text.isEmpty()) {
        continue;
      }
      boolean unknown = found.id() == model.unknownId();
      if (unknown && model.byteFallback()) {
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
          ids.add(pieces.getOrDefault(SentencePieceModel.byteName(value & 0xFF), found.id()));
        }
      } else if (!unknown || !afterUnknown) {
        ids.add(found.id());
      }
      afterUnknown = unknown;
    }
  }

  private List<Stretch> parts(String text) {
    List<Stretch> parts = new ArrayList<>();
    Matcher matcher = tokens.matcher(text);
    int from = 0;
    while (matcher.find()) {
      Added token = wanted.get(matcher.group());
      if (token == null) {
        continue;
      }
      if (isInWord(token, text, from, matcher)) {
        // Not a token, but this part of the text still ends here.
        boolean atItsEnd = matcher.start() > from && text.charAt(matcher.start() - 1) != ' ';
        int end = atItsEnd ? matcher.end() : matcher.start();
        parts.add(new Stretch(text.substring(from, end), null));
        from = end;
        continue;
      }
      String before = text.substring(from, matcher.start());
      parts.add(new Stretch(token.lstrip() ? SPACES.trimTrailingFrom(before) : before, null));
      parts.add(new Stretch("", token));
      from = matcher.end();
      if (token.rstrip()) {
        while (from < text.length() && SPACES.matches(text.charAt(from))) {
          from++;
        }
        matcher.region(from, text.length());
      }
    }
    parts.add(new Stretch(text.substring(from), null));
    parts.removeIf(part -> part.token() == null && part.text().isEmpty());
    return parts;
  }

  /**
   * Whether a token may not be found here. A template is literal: its tokens are found next to any
   * text.
   */
  private static boolean isInWord(Added token, String text, int from, Matcher found) {
    return token.singleWord()
        && !token.special()
        && ((found.start() > from && text.charAt(found.start() - 1) != ' ')
            || (found.end() < text.length() && text.charAt(found.end()) != ' '));
  }

  @Override
  public void close() {
    splitter.close();
  }

  /** Splits normalized text. */
  private interface Splitter {
    List<Found> split(String text);

    void close();
  }

  private record Likeliest(Unigram unigram) implements Splitter {
    @Override
    public List<Found> split(String text) {
      return unigram.split(text);
    }

    @Override
    public void close() {
      // Holds nothing native.
    }
  }

  private final class Merging implements Splitter {
    private final NativeTokenizer tokenizer;

    Merging(NativeTokenizer tokenizer) {
      this.tokenizer = tokenizer;
    }

    /** The text next to a symbol never merges with it. */
    @Override
    public List<Found> split(String text) {
      List<Found> found = new ArrayList<>();
      Matcher symbol = model.normalizer().symbols().matcher(text);
      int from = 0;
      while (symbol.find()) {
        found.addAll(tokenizer.split(text.substring(from, symbol.start())));
        int id = pieces.getOrDefault(symbol.group(), model.unknownId());
        found.add(new Found(id, symbol.group()));
        from = symbol.end();
      }
      found.addAll(tokenizer.split(text.substring(from)));
      return found;
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }
}
