package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks training data, before it is written, against the files kept out of training. It relies
 * only on the content of those files, so that it does not repeat a mistake of {@link TaskSplit}.
 */
final class KeptOut {
  private final Set<String> keys = new HashSet<>();
  private final Set<String> prompts = new HashSet<>();
  private final Passages passages = new Passages();

  private KeptOut(List<TaskItem> items, List<InfillItem> infill) {
    for (TaskItem item : items) {
      keys.add(item.key());
      prompts.add(TaskItem.normalise(item.prompt()));
      passages.add(item.prompt());
    }
    for (InfillItem item : infill) {
      keys.add(item.key());
      passages.add(item.text());
    }
  }

  /**
   * Reads the files kept out of training.
   *
   * @throws Tess2Exception if one cannot be read
   */
  static KeptOut read(Path heldOut, Path guidance, Path infill) {
    return new KeptOut(
        Stream.of(heldOut, guidance).flatMap(file -> TaskFiles.readItems(file).stream()).toList(),
        TaskFiles.readInfill(infill));
  }

  /**
   * Reads files of items only.
   *
   * @throws Tess2Exception if one cannot be read
   */
  static KeptOut read(Path heldOut, Path guidance) {
    return new KeptOut(
        Stream.of(heldOut, guidance).flatMap(file -> TaskFiles.readItems(file).stream()).toList(),
        List.of());
  }

  /**
   * Returns the item if it is not kept out, in this wording or another.
   *
   * @param file the file that it goes to, for the message
   * @throws Tess2Exception if its key or its prompt is kept out
   */
  TaskItem require(String file, TaskItem item) {
    if (keys.contains(item.key()) || prompts.contains(TaskItem.normalise(item.prompt()))) {
      throw leak(file, item.prompt());
    }
    return item;
  }

  /**
   * Returns the pair if its item is not kept out.
   *
   * @param file the file that it goes to, for the message
   * @throws Tess2Exception if the item's key or prompt is kept out
   */
  PreferencePair require(String file, PreferencePair pair) {
    require(file, pair.item());
    return pair;
  }

  /**
   * Returns the text if it contains no prompt or infill that is kept out.
   *
   * @param file the file that it goes to, for the message
   * @throws Tess2Exception if one does
   */
  String require(String file, String text) {
    @Nullable String found = passages.findIn(text);
    if (found != null) {
      throw leak(file, text);
    }
    return text;
  }

  private static Tess2Exception leak(String file, String text) {
    return new Tess2Exception(file + " must contain no held-out item, but contains: " + text);
  }
}
