package io.github.tess2.runtime.graph;

import java.util.Arrays;

/** Where the rows of packed sequences are in their sequences. */
public final class PackedSequences {
  private final long[] positions;
  private final int[] lengths;

  private PackedSequences(long[] positions, int[] lengths) {
    this.positions = positions;
    this.lengths = lengths;
  }

  /**
   * {@return some rows of sequences}
   *
   * @param positions of the R rows, sequence by sequence
   * @param lengths how many rows each sequence has, summing to R
   */
  public static PackedSequences of(long[] positions, int[] lengths) {
    return new PackedSequences(positions.clone(), lengths.clone());
  }

  /**
   * {@return all rows of sequences, or all from one on}
   *
   * @param lengths how many rows each sequence has
   * @param earlier how many rows of each sequence come before these
   */
  public static PackedSequences of(int[] lengths, int earlier) {
    long[] positions = new long[Arrays.stream(lengths).sum()];
    int row = 0;
    for (int length : lengths) {
      for (int i = 0; i < length; i++) {
        positions[row++] = (long) earlier + i;
      }
    }
    return new PackedSequences(positions, lengths.clone());
  }

  void pass(GraphCall call) {
    call.ints(positions).ints(Arrays.stream(lengths).asLongStream().toArray());
  }
}
