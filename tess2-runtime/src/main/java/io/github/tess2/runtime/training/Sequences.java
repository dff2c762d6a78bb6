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
 * Draws examples one after another, in the data's seeded order. Texts can be packed. Its state is a
 * few numbers, which are saved in the checkpoint.
 */
final class Sequences {
  private final DataLines lines;
  private final ExampleReader reader;
  private final int length;

  /** The number of lines that are converted to examples at once, on all cores. */
  private static final int AHEAD = 256;

  /** The examples of the lines from {@link #next} on that have been read. */
  private final Deque<Example> ahead = new ArrayDeque<>();

  /** The index of the next line, counting skipped ones. */
  private long next;

  private @Nullable Example peeked;

  /** Tokens of the last packed text that did not fit into its sequence. */
  private final Deque<Integer> carried = new ArrayDeque<>();

  Sequences(DataLines lines, ExampleReader reader, int length) {
    this.lines = lines;
    this.reader = reader;
    this.length = length;
  }

  /** Returns the next example. */
  Example example() {
    Example example = peek();
    peeked = null;
    next++;
    return example;
  }

  /** The next example that is not skipped. */
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

  /** The example of the next line. Lines are read one by one but parsed in parallel. */
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

  /** Whether the next example is a chat and no partly packed text comes before it. */
  boolean peekIsChat() {
    return carried.isEmpty() && peek() instanceof Example.Chat;
  }

  /** The next L tokens of texts (or of chats as texts), concatenated. */
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

  /** The state, from which another can continue. */
  JsonObject state() {
    JsonObject state = new JsonObject();
    state.addProperty("next", next);
    state.addProperty("lines", lines.count());
    JsonArray rest = new JsonArray();
    carried.forEach(rest::add);
    state.add("carried", rest);
    return state;
  }

  /** Continues from the state of another. */
  void restore(JsonObject state) {
    int before = state.has("lines") ? state.get("lines").getAsInt() : lines.count();
    if (before != lines.count()) {
      throw new Tess2Exception(
          String.format(
              Locale.ROOT,
              "training data must not change during a run, but had %d lines and now has: %d",
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
