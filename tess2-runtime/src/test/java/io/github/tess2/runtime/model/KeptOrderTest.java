package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeptOrderTest {
  private static final List<String> BY_DEVICE = List.of("a0", "b0", "c0", "a1", "b1", "c1");
  private static final List<List<String>> BY_SEQUENCE =
      List.of(List.of("a0", "a1"), List.of("b0", "b1"), List.of("c0", "c1"));

  @Test
  void bySequence_threeOnTwoDevices_hasOneForEachDevice() {
    assertThat(KeptOrder.bySequence(BY_DEVICE, 3)).isEqualTo(BY_SEQUENCE);
  }

  @Test
  void byDevice_threeOnTwoDevices_isTheGraphsOrder() {
    assertThat(KeptOrder.byDevice(BY_SEQUENCE)).isEqualTo(BY_DEVICE);
  }
}
