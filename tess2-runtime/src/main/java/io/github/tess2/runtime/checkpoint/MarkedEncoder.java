package io.github.tess2.runtime.checkpoint;

import io.github.tess2.CheckpointException;
import io.github.tess2.runtime.engine.Closing;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Encodes with a {@code tokenizer.json} in which special tokens are spelled as {@link Markers} and
 * only these are special: see {@link CheckpointTokenizer}.
 */
final class MarkedEncoder implements TextEncoder {
  /** Texts that remain separate tokens before other text, unless they merge with it. */
  private static final List<String> ANCHORS = List.of("\n", "\r");

  private final NativeTokenizer tokenizer;
  private final Markers markers;

  MarkedEncoder(TokenizerJson json, ControlTokens controls) {
    markers = new Markers(controls.contents());
    tokenizer =
        NativeTokenizer.of(json.file(), NativeForm.respelled(json, controls, markers.all()));
    try {
      markers.all().forEach((token, marker) -> requireFound(json, json.id(token), marker));
    } catch (RuntimeException e) {
      Closing.after(e, tokenizer::close);
      throw e;
    }
  }

  private void requireFound(TokenizerJson json, int id, String marker) {
    int[] found = tokenizer.encode(marker);
    if (found.length != 1 || found[0] != id) {
      throw new CheckpointException(
          String.format(
              Locale.ROOT,
              "%s: special token %d must be found in a text as one token, but is found as: %s",
              json.file(),
              id,
              Arrays.toString(found)));
    }
  }

  @Override
  public int[] encode(List<TextSpan> spans) {
    return tokenizer.encode(markers.mark(spans));
  }

  @Override
  public int[] encodeContinuation(String text) {
    for (String anchor : ANCHORS) {
      int[] alone = encode(List.of(TextSpan.user(anchor)));
      int[] ids = encode(List.of(TextSpan.user(anchor + text)));
      int length = alone.length;
      if (ids.length >= length && Arrays.equals(ids, 0, length, alone, 0, length)) {
        return Arrays.copyOfRange(ids, length, ids.length);
      }
    }
    // They merged with the text. So this is a byte-level tokenizer, which adds no space.
    return encode(List.of(TextSpan.user(text)));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
