package io.github.tess2.runtime.generation;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Blank;
import io.github.tess2.Message;
import io.github.tess2.Prompt;
import io.github.tess2.Role;
import io.github.tess2.Tokenizer;
import org.jspecify.annotations.Nullable;

/** Turns prompts into {@link Layout}s: the TESS 2 chat text, BOS in front, room for the answer. */
final class PromptEncoder {
  /** The answer's room where nobody asks for another. */
  static final int DEFAULT_LENGTH = 256;

  private final Tokenizer tokenizer;
  private final int maxLength;

  PromptEncoder(Tokenizer tokenizer, int maxLength) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /**
   * Lays out a prompt.
   *
   * @param prompt what is asked
   * @param length room for the answer in tokens; null for the default; an infill ignores it
   * @throws IllegalArgumentException if prompt and answer exceed the model's length
   */
  Layout encode(Prompt prompt, @Nullable Integer length) {
    if (prompt instanceof Prompt.Infill infill) {
      return infill(infill);
    }
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder().add(tokenizer.bosId());
    if (prompt instanceof Prompt.Chat chat) {
      ids.addAll(tokenizer.encode(text(chat)));
    } else {
      ids.addAll(tokenizer.encode(((Prompt.Raw) prompt).text()));
    }
    ImmutableIntArray head = ids.build();
    int room = maxLength - head.length();
    int generated = length == null ? Math.min(DEFAULT_LENGTH, Math.max(room, 1)) : length;
    check(head.length(), generated);
    ImmutableIntArray.Builder all = ImmutableIntArray.builder().addAll(head);
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    for (int i = 0; i < generated; i++) {
      all.add(tokenizer.padId());
      positions.add(head.length() + i);
    }
    return new Layout(all.build(), positions.build(), ImmutableList.of(), ImmutableIntArray.of());
  }

  private void check(int prompt, int generated) {
    if (prompt + generated > maxLength) {
      throw new IllegalArgumentException(
          "prompt plus length must be at most %d tokens, but is: %d + %d"
              .formatted(maxLength, prompt, generated));
    }
  }

  private static String text(Prompt.Chat chat) {
    StringBuilder text = new StringBuilder();
    for (Message message : chat.messages()) {
      text.append(message.role().marker()).append('\n').append(message.content()).append('\n');
    }
    return text.append(Role.ASSISTANT.marker()).append('\n').toString();
  }

  private Layout infill(Prompt.Infill infill) {
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder().add(tokenizer.bosId());
    ImmutableIntArray.Builder positions = ImmutableIntArray.builder();
    ImmutableIntArray.Builder widths = ImmutableIntArray.builder();
    ImmutableList.Builder<String> pieces = ImmutableList.builder();
    StringBuilder piece = new StringBuilder();
    int at = 1;
    int generated = 0;
    for (Object part : infill.parts()) {
      if (part instanceof Blank blank) {
        pieces.add(piece.toString());
        piece.setLength(0);
        widths.add(blank.tokens());
        for (int i = 0; i < blank.tokens(); i++) {
          ids.add(tokenizer.padId());
          positions.add(at++);
        }
        generated += blank.tokens();
      } else {
        ImmutableIntArray encoded = tokenizer.encode((String) part);
        piece.append((String) part);
        ids.addAll(encoded);
        at += encoded.length();
      }
    }
    check(at - generated, generated);
    pieces.add(piece.toString());
    return new Layout(ids.build(), positions.build(), pieces.build(), widths.build());
  }
}
