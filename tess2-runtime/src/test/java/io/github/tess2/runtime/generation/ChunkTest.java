package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final long GIB = 1L << 30;

  @Test
  void gpuElements_withMuchMemoryLeft_stopAt128Mebibytes() {
    assertThat(Chunk.gpuElements(127 * GIB)).isEqualTo(1 << 25);
    assertThat(Chunk.gpuElements(9 * GIB)).isEqualTo(1 << 25);
  }

  @Test
  void gpuElements_withLittleMemoryLeft_areAShareOfIt() {
    assertThat(Chunk.gpuElements(GIB + GIB / 2)).isEqualTo(1 << 22);
  }

  /** A 7B model in int8 on a card of 8 GB. */
  @Test
  void rows_ofASmallCard_areFew() {
    assertThat(Chunk.rows(Chunk.gpuElements(8 * GIB - 7_520_000_000L), 32_000)).isEqualTo(64);
  }

  @Test
  void rows_wideVocabulary_areAtLeastAUnit() {
    assertThat(Chunk.rows(1 << 21, 1 << 22)).isEqualTo(32);
    assertThat(Chunk.rows(Chunk.gpuElements(-GIB), 32_000)).isEqualTo(32);
  }
}
