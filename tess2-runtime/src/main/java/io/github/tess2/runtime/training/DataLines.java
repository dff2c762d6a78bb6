package io.github.tess2.runtime.training;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.collect.ImmutableList;
import com.google.common.io.Closer;
import com.google.common.primitives.Longs;
import io.github.tess2.Tess2Exception;
import io.github.tess2.runtime.files.FileProblem;
import io.github.tess2.runtime.files.Utf8Text;
import io.github.tess2.runtime.generation.RandomSeeds;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The lines of JSON Lines files, in a seeded order that differs in every epoch. Only the places of
 * the lines are held in memory. Blank lines are skipped. Not thread-safe.
 */
final class DataLines implements AutoCloseable {
  /**
   * A line and its place.
   *
   * @param file the file that contains it
   * @param number the line number, from 1
   * @param text the text of the line
   */
  record Line(Path file, long number, String text) {
    /** The exception for a line that breaks a rule. */
    Tess2Exception wrong(String rule, @Nullable Exception cause) {
      return new Tess2Exception(
          String.format(Locale.ROOT, "%s, line %d: %s", file, number, rule), cause);
    }
  }

  /** The number of bytes of the longest byte-order mark. */
  private static final int MARK = 3;

  private final ImmutableList<Path> files;
  private final List<RandomAccessFile> open = new ArrayList<>();

  /** For each line in turn: file, offset, length in bytes, line number. */
  private final long[] places;

  private final long seed;

  /** The order of the lines in the epoch that was last used. */
  private int[] order = {};

  private long orderedEpoch = -1;

  private DataLines(ImmutableList<Path> files, long[] places, long seed) {
    this.files = files;
    this.places = places;
    this.seed = seed;
  }

  /**
   * Finds the lines. The caller closes it.
   *
   * @param what what error messages call them
   * @throws Tess2Exception if a file cannot be read or there is no line
   */
  static DataLines open(String what, List<Path> files, long seed) {
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      try {
        index(files.get(i), i, places);
      } catch (Utf8Text.NotUtf8Exception e) {
        throw new Tess2Exception(
            what + " must be text in UTF-8, but " + e.getMessage() + ": " + files.get(i), e);
      } catch (IOException e) {
        throw new Tess2Exception(
            what + " cannot be read: " + files.get(i) + " (" + FileProblem.of(e) + ")", e);
      }
    }
    if (places.isEmpty()) {
      throw new Tess2Exception(what + " must have at least one line, but has none: " + files);
    }
    DataLines lines = new DataLines(ImmutableList.copyOf(files), Longs.toArray(places), seed);
    try {
      for (Path file : files) {
        lines.open.add(new RandomAccessFile(file.toFile(), "r"));
      }
      return lines;
    } catch (IOException e) {
      try (lines) {
        throw new Tess2Exception(
            what + " cannot be read: " + files + " (" + FileProblem.of(e) + ")", e);
      }
    }
  }

  private static void index(Path file, int fileIndex, List<Long> places) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      long start = beginning(in);
      long at = start;
      long number = 1;
      boolean blank = true;
      for (int next = in.read(); next >= 0; next = in.read()) {
        at++;
        if (next == '\n') {
          add(places, fileIndex, start, at - 1 - start, number, blank);
          start = at;
          number++;
          blank = true;
        } else if (next > ' ') {
          blank = false;
        }
      }
      add(places, fileIndex, start, at - start, number, blank);
    }
  }

  /** Skips a byte-order mark; returns its length. */
  private static int beginning(InputStream in) throws IOException {
    in.mark(MARK);
    byte[] head = in.readNBytes(MARK);
    int mark = Utf8Text.markBytes(head, head.length);
    in.reset();
    in.skipNBytes(mark);
    return mark;
  }

  private static void add(
      List<Long> places, int file, long start, long length, long number, boolean blank) {
    if (!blank) {
      places.add((long) file);
      places.add(start);
      places.add(length);
      places.add(number);
    }
  }

  int count() {
    return places.length / 4;
  }

  /** Reads a line by its index in the endless order, epoch after epoch. */
  Line at(long index) {
    long epoch = index / count();
    if (epoch != orderedEpoch) {
      order = Shuffle.order(count(), RandomSeeds.of(seed, RandomSeeds.ORDER, epoch, 0));
      orderedEpoch = epoch;
    }
    return read(order[(int) (index % count())]);
  }

  /** Reads a line by its index in the files. */
  Line read(int line) {
    int place = line * 4;
    int file = (int) places[place];
    byte[] bytes = new byte[(int) places[place + 2]];
    try {
      RandomAccessFile from = open.get(file);
      from.seek(places[place + 1]);
      from.readFully(bytes);
    } catch (IOException e) {
      throw new Tess2Exception(
          String.format(
              Locale.ROOT,
              "%s, line %d cannot be read: %s",
              files.get(file),
              places[place + 3],
              FileProblem.of(e)),
          e);
    }
    return line(files.get(file), places[place + 3], bytes);
  }

  private static Line line(Path file, long number, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new Line(file, number, text);
    } catch (CharacterCodingException e) {
      throw new Line(file, number, "").wrong("a line must be UTF-8 text, but is not", e);
    }
  }

  @Override
  public void close() {
    try {
      closeAll(open);
    } catch (IOException e) {
      throw new Tess2Exception("training data could not be closed: " + files, e);
    }
  }

  /** Closes all of them; throws the first failure, with the others suppressed. */
  @VisibleForTesting
  static void closeAll(List<? extends Closeable> files) throws IOException {
    try (Closer closer = Closer.create()) {
      files.forEach(closer::register);
    }
  }
}
