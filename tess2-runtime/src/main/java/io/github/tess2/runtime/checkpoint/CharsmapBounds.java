package io.github.tess2.runtime.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's table of replacements ({@code precompiled_charsmap}). It is walked in the same
 * way as in the native library, which checks no index.
 *
 * <p>The first four bytes are the length of a trie in bytes; all numbers are little-endian. The
 * trie is a double array of 32-bit units. In a unit, bits 0 to 7 and 31 are the label, bit 8 says
 * that it has a value, and bits 10 to 31 (shifted by eight more if bit 9 is set) are the offset to
 * its children, combined by exclusive or. The rest of the table is text: a value is the index at
 * which a replacement begins, and a zero byte ends it.
 */
final class CharsmapBounds {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_REPLACEMENT = 1024;
  private static final int LABEL = 0x800000FF;
  private static final int HAS_VALUE = 1 << 8;

  private final int[] units;
  private final byte[] text;
  private int growth = 1;
  private boolean keepsLetters = true;
  private boolean deletes;

  private CharsmapBounds(int[] units, byte[] text) {
    this.units = units;
    this.text = text;
  }

  /**
   * Checks a table.
   *
   * @param bytes the table
   * @return the checked table
   * @throws IllegalArgumentException if it is damaged; the message says why
   */
  static CharsmapBounds check(byte[] bytes) {
    if (bytes.length < 8 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("it must have from 8 to " + MAX_BYTES + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int trie = buffer.getInt();
    if (trie < 4 || trie > buffer.remaining() || trie % 4 != 0) {
      throw new IllegalArgumentException("its trie must lie within it");
    }
    int[] units = new int[trie / 4];
    buffer.asIntBuffer().get(units);
    buffer.position(4 + trie);
    byte[] text = new byte[buffer.remaining()];
    buffer.get(text);
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("its replacements must be UTF-8", e);
    }
    CharsmapBounds map = new CharsmapBounds(units, text);
    map.walk();
    return map;
  }

  /** The largest ratio of the bytes of a replacement to those of what it replaces, rounded up. */
  int growth() {
    return growth;
  }

  /** Whether a replacement is empty. */
  boolean deletes() {
    return deletes;
  }

  /** Whether every replacement of an ASCII letter or digit contains one too. */
  boolean keepsLetters() {
    return keepsLetters;
  }

  /**
   * A node that the walk has reached.
   *
   * @param base the place of the children
   * @param depth the number of bytes on the path to the node
   * @param letter whether the first of them is an ASCII letter or digit
   */
  private record Node(int base, int depth, boolean letter) {}

  private void walk() {
    BitSet seen = new BitSet();
    BitSet seenByLetter = new BitSet();
    Deque<Node> open = new ArrayDeque<>();
    open.add(new Node(offset(units[0]), 0, false));
    while (!open.isEmpty()) {
      Node node = open.remove();
      // One byte at a time, so that the first path to a node is the shortest.
      for (int label = 1; label < 256; label++) {
        int at = node.base ^ label;
        requireUnit(at);
        int unit = units[at];
        if ((unit & LABEL) != label) {
          continue;
        }
        int base = at ^ offset(unit);
        boolean letter = node.depth == 0 ? isLetter((byte) label) : node.letter;
        if ((unit & HAS_VALUE) != 0) {
          requireUnit(base);
          replace(units[base] & Integer.MAX_VALUE, node.depth + 1, letter);
        }
        BitSet known = letter ? seenByLetter : seen;
        if (!known.get(base)) {
          known.set(base);
          open.add(new Node(base, node.depth + 1, letter));
        }
      }
    }
  }

  private static boolean isLetter(byte one) {
    return one > 0 && Character.isLetterOrDigit(one);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private void requireUnit(int at) {
    if (at < 0 || at >= units.length) {
      throw new IllegalArgumentException("its trie must stay within its bounds");
    }
  }

  private void replace(int begin, int length, boolean letter) {
    if (begin > text.length || (begin < text.length && (text[begin] & 0xC0) == 0x80)) {
      throw new IllegalArgumentException("its replacements must begin at characters in it");
    }
    int end = begin;
    boolean keeps = false;
    while (end < text.length && text[end] != 0) {
      keeps |= isLetter(text[end]);
      end++;
      if (end - begin > MAX_REPLACEMENT) {
        throw new IllegalArgumentException(
            "its replacements must have at most " + MAX_REPLACEMENT + " bytes");
      }
    }
    keepsLetters &= keeps || !letter;
    deletes |= end == begin;
    growth = Math.max(growth, (end - begin + length - 1) / length);
  }
}
