package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Draws examples one after the other, in the data's seeded order; texts can be packed. What it
 * needs to go on from where it stands is a few numbers, kept with the checkpoint.
 */
final class Sequences {
  private final DataLines lines;
  private final ExampleReader reader;
  private final int length;
  private long next;
  private @Nullable Example peeked;

  /** Tokens of the last packed text that did not fit into its sequence. */
  private final Deque<Integer> carried = new ArrayDeque<>();

  Sequences(DataLines lines, ExampleReader reader, int length) {
    this.lines = lines;
    this.reader = reader;
    this.length = length;
  }

  /** The next example as it stands. */
  Example example() {
    Example example = peek();
    peeked = null;
    next++;
    return example;
  }

  private Example peek() {
    Example example = peeked;
    if (example == null) {
      example = reader.read(lines.at(next));
      peeked = example;
    }
    return example;
  }

  /** Whether the next example is a chat, with no text half packed before it. */
  boolean peekIsChat() {
    return carried.isEmpty() && peek() instanceof Example.Chat;
  }

  /** The next chat, no longer than a sequence. */
  Example.Chat chat(Example example) {
    if (example instanceof Example.Chat chat) {
      return fitting(chat);
    }
    throw wrong("messages", example);
  }

  /** The next preference, no chat of it longer than a sequence. */
  Example.Pair pair() {
    Example example = example();
    if (example instanceof Example.Pair pair) {
      fitting(pair.chosen());
      fitting(pair.rejected());
      return pair;
    }
    throw wrong("chosen and rejected", example);
  }

  private Example.Chat fitting(Example.Chat chat) {
    if (chat.ids().length() > length) {
      throw lineError(
          "a chat must have at most %d tokens, but has: %d".formatted(length, chat.ids().length()));
    }
    return chat;
  }

  /** The next L tokens of texts (or chats as texts), one behind the other. */
  ImmutableIntArray packed() {
    while (carried.size() < length) {
      Example example = example();
      ImmutableIntArray ids;
      if (example instanceof Example.Text text) {
        ids = text.ids();
      } else if (example instanceof Example.Chat chat) {
        ids = chat.ids();
      } else {
        throw wrong("text or messages", example);
      }
      ids.forEach(carried::add);
    }
    ImmutableIntArray.Builder sequence = ImmutableIntArray.builder(length);
    for (int i = 0; i < length; i++) {
      sequence.add(carried.remove());
    }
    return sequence.build();
  }

  private Tess2Exception wrong(String wanted, Example example) {
    return lineError(
        "this stage needs %s, but the line has: %s".formatted(wanted, example.fields()));
  }

  private Tess2Exception lineError(String message) {
    return lines.at(next - 1).wrong(message, null);
  }

  /** Where this stands. */
  JsonObject state() {
    JsonObject state = new JsonObject();
    state.addProperty("next", next);
    state.addProperty("lines", lines.count());
    JsonArray rest = new JsonArray();
    carried.forEach(rest::add);
    state.add("carried", rest);
    return state;
  }

  /** Goes on from where another stood. */
  void restore(JsonObject state) {
    int before = state.has("lines") ? state.get("lines").getAsInt() : lines.count();
    if (before != lines.count()) {
      throw new Tess2Exception(
          "training data must not change while a run goes on, but had %d lines and now has: %d"
              .formatted(before, lines.count()));
    }
    peeked = null;
    next = state.get("next").getAsLong();
    carried.clear();
    state.getAsJsonArray("carried").forEach(id -> carried.add(id.getAsInt()));
  }
}
