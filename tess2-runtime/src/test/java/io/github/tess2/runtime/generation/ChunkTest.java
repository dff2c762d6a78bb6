package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final long GIB = 1L << 30;

  @Test
  void gpuElements_onLargeCards_stopAt128Mebibytes() {
    assertThat(Chunk.gpuElements(141 * GIB)).isEqualTo(1 << 25);
    assertThat(Chunk.gpuElements(32 * GIB)).isEqualTo(1 << 25);
  }

  @Test
  void gpuElements_onSmallerCards_areAShareOfTheirMemory() {
    assertThat(Chunk.gpuElements(8 * GIB)).isEqualTo(1 << 23);
  }

  @Test
  void rowsFor_aVocabularyWiderThanAChunk_isStillOneUnitOfRows() {
    assertThat(Chunk.rowsFor(Device.cpu(), 1 << 22)).isEqualTo(32);
  }
}
