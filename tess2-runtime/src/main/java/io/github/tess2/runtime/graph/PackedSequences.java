package io.github.tess2.runtime.graph;

import java.util.Arrays;

/** The positions of the rows of packed sequences in their sequences. */
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
   * @param positions the positions of the R rows, sequence by sequence
   * @param lengths the number of rows of each sequence, summing to R
   */
  public static PackedSequences of(long[] positions, int[] lengths) {
    return new PackedSequences(positions.clone(), lengths.clone());
  }

  /**
   * {@return all rows of sequences, or all from a position on}
   *
   * @param lengths the number of rows of each sequence
   * @param earlier the number of rows of each sequence before these
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
