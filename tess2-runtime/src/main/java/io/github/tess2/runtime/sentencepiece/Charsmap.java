package io.github.tess2.runtime.sentencepiece;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tess2.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Locale;

/**
 * SentencePiece's table of replacements ({@code precompiled_charsmap}): the length of a
 * double-array trie (Darts-clone), the trie, and the replacements, each terminated by a zero byte.
 * Keys are UTF-8.
 *
 * <p>The tokenizers library reads the same table, but looks up grapheme clusters instead of the
 * longest key, so it produces different text for some Thai, Hindi or Arabic; see {@link
 * Normalizer}.
 */
final class Charsmap {
  /** The result if no key begins at a place. */
  static final Match NONE = new Match(0, "");

  /**
   * A key found in a text.
   *
   * @param bytes the key's length
   * @param replacement the text that replaces it
   */
  record Match(int bytes, String replacement) {}

  private final int[] units;
  private final byte[] replacements;

  private Charsmap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /**
   * Reads a table and follows every path in it, so that no lookup can leave it.
   *
   * @param source what error messages call the file
   * @param table the table; empty if it has no keys
   */
  static Charsmap parse(String source, byte[] table) {
    if (table.length == 0) {
      return new Charsmap(new int[0], new byte[0]);
    }
    ByteBuffer buffer = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    long trie = table.length < Integer.BYTES ? -1 : Integer.toUnsignedLong(buffer.getInt());
    if (trie <= 0 || trie % Integer.BYTES != 0 || trie >= buffer.remaining()) {
      throw broken(source, "begin with its trie's length, followed by the trie and more", trie);
    }
    int[] units = new int[(int) trie / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    buffer.position(buffer.position() + (int) trie);
    byte[] replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    if (replacements[replacements.length - 1] != 0) {
      throw broken(source, "end with a zero byte", replacements[replacements.length - 1]);
    }
    Charsmap map = new Charsmap(units, replacements);
    map.check(source);
    return map;
  }

  boolean isEmpty() {
    return units.length == 0;
  }

  /** Finds the longest key that begins at a place; {@link #NONE} if there is none. */
  Match longest(byte[] utf8, int from) {
    if (units.length == 0) {
      return NONE;
    }
    int length = 0;
    int value = 0;
    int node = offset(units[0]);
    for (int i = from; i < utf8.length; i++) {
      int next = node ^ (utf8[i] & 0xFF);
      if (next >= units.length || label(units[next]) != (utf8[i] & 0xFF)) {
        break;
      }
      node = next ^ offset(units[next]);
      if (hasLeaf(units[next])) {
        length = i + 1 - from;
        value = units[node] & Integer.MAX_VALUE;
      }
    }
    return length == 0 ? NONE : new Match(length, replacement(value));
  }

  private String replacement(int from) {
    int end = from;
    while (replacements[end] != 0) {
      end++;
    }
    return new String(replacements, from, end - from, UTF_8);
  }

  private void check(String source) {
    BitSet seen = new BitSet(units.length);
    Deque<Integer> open = new ArrayDeque<>();
    open.push(offset(units[0]));
    while (!open.isEmpty()) {
      int node = open.pop();
      for (int label = 1; label < 256; label++) {
        int next = node ^ label;
        if (next < units.length && label(units[next]) == label && !seen.get(next)) {
          seen.set(next);
          int child = next ^ offset(units[next]);
          if (hasLeaf(units[next])) {
            checkLeaf(source, child);
          }
          open.push(child);
        }
      }
    }
  }

  private void checkLeaf(String source, int leaf) {
    if (leaf >= units.length) {
      throw broken(source, "have its leaves within " + units.length + " units", leaf);
    }
    int value = units[leaf] & Integer.MAX_VALUE;
    if (value >= replacements.length) {
      throw broken(source, "have its replacements within " + replacements.length + " bytes", value);
    }
  }

  private static CheckpointException broken(String source, String rule, long value) {
    return new CheckpointException(
        String.format(
            Locale.ROOT,
            "%s: normalizer_spec.precompiled_charsmap must %s, but has: %d",
            source,
            rule,
            value));
  }

  // Darts-clone's layout of a unit: 8 bits of label, whether a leaf follows, 22 bits of offset.
  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
  }

  /** The label of a leaf has its highest bit set, so it equals no byte. */
  private static int label(int unit) {
    return unit & ((1 << 31) | 0xFF);
  }

  private static boolean hasLeaf(int unit) {
    return ((unit >>> 8) & 1) == 1;
  }
}
