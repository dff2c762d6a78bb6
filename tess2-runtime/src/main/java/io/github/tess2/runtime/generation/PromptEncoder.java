package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.TextSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Converts prompts to {@link Layout}s: renders a chat in the model's template, adds what a sequence
 * begins with, and reserves room for the answer.
 */
final class PromptEncoder {
  /** The default room for an answer, in tokens. */
  static final int DEFAULT_LENGTH = 256;

  private final CheckpointTokenizer tokenizer;
  private final int maxLength;

  PromptEncoder(CheckpointTokenizer tokenizer, int maxLength) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /**
   * Lays out a prompt.
   *
   * @param prompt the prompt
   * @param length the room for the answer in tokens; null for the default; ignored for an infill
   * @throws IllegalArgumentException if prompt and answer exceed the model's length
   */
  Layout encode(Prompt prompt, @Nullable Integer length) {
    if (prompt instanceof Prompt.Infill infill) {
      return infill(infill);
    }
    ImmutableIntArray head =
        prompt instanceof Prompt.Chat chat ? chat(chat, length) : raw((Prompt.Raw) prompt, length);
    int room = maxLength - head.length();
    int generated = length == null ? Math.min(DEFAULT_LENGTH, Math.max(room, 1)) : length;
    check(head.length(), generated);
    ImmutableIntArray.Builder all = ImmutableIntArray.builder().addAll(head);
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    blank(all, positions, head.length(), generated);
    return new Layout(
        all.build(),
        positions.build(),
        prompt instanceof Prompt.Raw,
        ImmutableList.of(),
        ImmutableIntArray.of());
  }

  private ImmutableIntArray chat(Prompt.Chat chat, @Nullable Integer length) {
    List<TextSpan> spans =
        tokenizer.hasOwnTemplate()
            ? tokenizer.chat(
                chat.messages().stream().map(message -> role(message.role())).toList(),
                chat.messages().stream().map(Message::content).toList())
            : ChatText.beforeAnswer(chat, tokenizer);
    StringBuilder text = new StringBuilder();
    spans.forEach(span -> text.append(span.text()));
    checkUnsplit(List.of(text.toString()), length == null ? 1 : length);
    return tokenizer.hasOwnTemplate()
        ? tokenizer.encodeSpans(spans)
        : tokenizer.encodeSequence(spans);
  }

  /** A role's name in templates. */
  private static String role(Role role) {
    return switch (role) {
      case SYSTEM -> "system";
      case USER -> "user";
      case ASSISTANT -> "assistant";
    };
  }

  private ImmutableIntArray raw(Prompt.Raw raw, @Nullable Integer length) {
    checkUnsplit(List.of(raw.text()), length == null ? 1 : length);
    return tokenizer.encodeText(raw.text());
  }

  /** Refuses texts that cannot fit before they are split into tokens, which may take long. */
  private void checkUnsplit(List<String> texts, long generated) {
    int room = (int) Math.max(0, maxLength - generated);
    // The beginning-of-sequence token.
    long least = 1;
    for (int i = 0; i < texts.size() && least <= room; i++) {
      least += tokenizer.atLeast(texts.get(i), room);
    }
    if (least > 1 && least > room) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "prompt plus length must be at most %d tokens, but is: at least %d + %d",
              maxLength,
              least,
              generated));
    }
  }

  private void check(long prompt, long generated) {
    if (prompt + generated > maxLength) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "prompt plus length must be at most %d tokens, but is: %d + %d",
              maxLength,
              prompt,
              generated));
    }
  }

  private void blank(
      ImmutableIntArray.Builder ids, ImmutableIntArray.Builder positions, int from, int width) {
    for (int i = 0; i < width; i++) {
      ids.add(tokenizer.padId());
      positions.add(from + i);
    }
  }

  private Layout infill(Prompt.Infill infill) {
    List<Object> parts = joinTexts(infill.parts());
    long generated = 0;
    for (Object part : parts) {
      generated += part instanceof Blank blank ? blank.tokens() : 0;
    }
    checkUnsplit(
        parts.stream().filter(String.class::isInstance).map(String.class::cast).toList(),
        generated);
    List<ImmutableIntArray> encoded = texts(parts);
    check(encoded.stream().mapToLong(ImmutableIntArray::length).sum(), generated);
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    ImmutableIntArray.Builder widths = ImmutableIntArray.builder();
    ImmutableList.Builder<String> pieces = ImmutableList.builder();
    String piece = "";
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      ids.addAll(encoded.get(i));
      at += encoded.get(i).length();
      if (parts.get(i) instanceof Blank blank) {
        pieces.add(piece);
        piece = "";
        widths.add(blank.tokens());
        blank(ids, positions, at, blank.tokens());
        at += blank.tokens();
      } else {
        piece = (String) parts.get(i);
      }
    }
    pieces.add(piece);
    return new Layout(ids.build(), positions.build(), true, pieces.build(), widths.build());
  }

  /** Joins adjacent texts, so that they are tokenized as one text. */
  private static List<Object> joinTexts(List<Object> parts) {
    List<Object> joined = new ArrayList<>();
    for (Object part : parts) {
      int last = joined.size() - 1;
      if (part instanceof String && last >= 0 && joined.get(last) instanceof String before) {
        joined.set(last, before + part);
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  /** The tokens of each part's text, or none for a blank; the first also has BOS. */
  private List<ImmutableIntArray> texts(List<Object> parts) {
    List<ImmutableIntArray> texts = new ArrayList<>();
    for (Object part : parts) {
      boolean first = texts.isEmpty();
      if (part instanceof String text) {
        texts.add(first ? tokenizer.encodeText(text) : tokenizer.encodeContinuation(text));
      } else {
        texts.add(first ? tokenizer.beginning() : ImmutableIntArray.of());
      }
    }
    return texts;
  }
}
