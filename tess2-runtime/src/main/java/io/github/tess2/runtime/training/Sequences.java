package io.github.tess2.runtime.training;

import com.google.common.primitives.ImmutableIntArray;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Draws examples one after the other, in the data's seeded order; texts can be packed. What it
 * needs to go on from where it stands is a few numbers, kept with the checkpoint.
 */
final class Sequences {
  private final DataLines lines;
  private final ExampleReader reader;
  private final int length;

  /** Lines that are turned into examples at once, by as many cores as there are. */
  private static final int AHEAD = 256;

  /** What the lines from {@link #next} on hold, as far as they have been read. */
  private final Deque<Example> ahead = new ArrayDeque<>();

  /** The place of the next line, of those passed over too. */
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

  /** The next that is not passed over. */
  private Example peek() {
    Example example = peeked;
    for (int passed = 0; example == null; passed++) {
      Example found = read();
      if (!(found instanceof Example.Skipped)) {
        example = found;
      } else if (passed < lines.count()) {
        next++;
      } else {
        throw DataCheck.nothingFits(lines.count());
      }
    }
    peeked = example;
    return example;
  }

  /** The example of the next line. Lines are read one by one, but parsed side by side. */
  private Example read() {
    if (ahead.isEmpty()) {
      List<DataLines.Line> read = new ArrayList<>();
      for (int i = 0; i < AHEAD; i++) {
        read.add(lines.at(next + i));
      }
      ahead.addAll(read.parallelStream().map(reader::read).toList());
    }
    return ahead.remove();
  }

  /** Whether the next example is a chat, with no text half packed before it. */
  boolean peekIsChat() {
    return carried.isEmpty() && peek() instanceof Example.Chat;
  }

  /** The next L tokens of texts (or chats as texts), one behind the other. */
  ImmutableIntArray packed() {
    while (carried.size() < length) {
      Example example = example();
      if (example instanceof Example.Text text) {
        text.ids().forEach(carried::add);
      } else if (example instanceof Example.Chat chat) {
        chat.ids().forEach(carried::add);
      }
    }
    ImmutableIntArray.Builder sequence = ImmutableIntArray.builder(length);
    for (int i = 0; i < length; i++) {
      sequence.add(carried.remove());
    }
    return sequence.build();
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
          String.format(
              Locale.ROOT,
              "training data must not change while a run goes on, but had %d lines and now has: %d",
              before,
              lines.count()));
    }
    peeked = null;
    ahead.clear();
    next = state.get("next").getAsLong();
    carried.clear();
    state.getAsJsonArray("carried").forEach(id -> carried.add(id.getAsInt()));
  }
}
