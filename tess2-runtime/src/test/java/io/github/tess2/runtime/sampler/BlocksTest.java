package io.github.tess2.runtime.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlocksTest {
  @Test
  void shares_blocksThatDivideAll_areEven() {
    Blocks blocks = Blocks.of(8, 4, 4);
    assertThat(blocks.at(1)).isEqualTo(new Blocks.Share(4, 2));
    assertThat(blocks.at(2)).isEqualTo(new Blocks.Share(4, 2));
    assertThat(blocks.at(3)).isEqualTo(new Blocks.Share(8, 2));
    assertThat(blocks.at(4)).isEqualTo(new Blocks.Share(8, 2));
  }

  @Test
  void shares_anyShape_addUpToTheRows() {
    for (int length : new int[] {0, 1, 3, 4, 10, 99}) {
      for (int total : new int[] {10, 11, 25}) {
        Blocks blocks = Blocks.of(10, total, length);
        int sum = 0;
        for (int step = 1; step <= total; step++) {
          sum += blocks.at(step).count();
        }
        assertThat(sum).as("length %d, %d steps", length, total).isEqualTo(10);
      }
    }
  }
}
