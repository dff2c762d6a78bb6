package io.github.tess2.runtime.generation;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The state of a request in masked diffusion: the decided tokens. */
final class MaskedRows {
  private static final int OPEN = -1;

  private final int[] tokens;
  private int passes;

  MaskedRows(int rows) {
    tokens = new int[rows];
    Arrays.fill(tokens, OPEN);
  }

  int count() {
    return tokens.length;
  }

  /** The rows without a token, ascending. */
  ImmutableIntArray open() {
    return ImmutableIntArray.copyOf(
        IntStream.range(0, tokens.length).filter(row -> tokens[row] == OPEN));
  }

  boolean isOpen(int row) {
    return tokens[row] == OPEN;
  }

  void decide(int row, int token) {
    tokens[row] = token;
  }

  /** The tokens of some rows; −1 for an open row. */
  long[] decided(int from, int to) {
    return Arrays.stream(tokens, from, to).asLongStream().toArray();
  }

  /** A sequence with the state at its generated positions. */
  ImmutableIntArray in(ImmutableIntArray ids, ImmutableIntArray positions, int mask) {
    int[] all = ids.toArray();
    for (int row = 0; row < tokens.length; row++) {
      all[positions.get(row)] = tokens[row] == OPEN ? mask : tokens[row];
    }
    return ImmutableIntArray.copyOf(all);
  }

  /** The number of passes through the model so far. */
  int passes() {
    return passes;
  }

  void passed() {
    passes++;
  }
}
