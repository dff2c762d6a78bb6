package io.github.tess2.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.github.tess2.DeviceException;
import io.github.tess2.runtime.Goldens;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.engine.GpuMemory;
import io.github.tess2.runtime.graph.DType;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerPlacementTest {
  private static final long MIB = 1 << 20;
  private static final List<Device> TWO = List.of(Device.gpu(0), Device.gpu(1));

  private static GpuMemory free(long mebibytes) {
    return new GpuMemory(mebibytes * MIB, mebibytes * MIB);
  }

  private static long layersOn(LayerPlacement placement, int gpu) {
    return placement.ofLayers().stream().filter(Device.gpu(gpu)::equals).count();
  }

  @Test
  void of_oneDevice_hasAllLayers() {
    try (Checkpoint files = Checkpoint.open(Goldens.checkpoint("mistral"))) {
      LayerPlacement placement =
          LayerPlacement.of(List.of(Device.cpu()), files.config(), DType.FLOAT32, DType.FLOAT32);

      assertThat(placement.ofLayers()).hasSize(files.config().layers()).containsOnly(Device.cpu());
      assertThat(placement.last()).isEqualTo(Device.cpu());
    }
  }

  /**
   * Mistral-7B in bf16: 32 layers of 416 MiB, 500 MiB of embedding and head, two cards of 12 GB.
   */
  @Test
  void spread_twoEqualGpus_fillsBothAlike() {
    LayerPlacement placement =
        LayerPlacement.spread(TWO, List.of(free(11_900), free(11_900)), 32, 416 * MIB, 500 * MIB);

    assertThat(layersOn(placement, 0)).isEqualTo(15);
    assertThat(layersOn(placement, 1)).isEqualTo(17);
    assertThat(placement.ofLayers())
        .isSortedAccordingTo((a, b) -> a.getDeviceId() - b.getDeviceId());
    assertThat(placement.last()).isEqualTo(Device.gpu(1));
  }

  @Test
  void spread_gpusOfDifferentSizes_fillsThemInProportion() {
    LayerPlacement placement =
        LayerPlacement.spread(TWO, List.of(free(3200), free(9300)), 12, 100 * MIB, 0);

    assertThat(layersOn(placement, 0)).isEqualTo(3);
    assertThat(layersOn(placement, 1)).isEqualTo(9);
  }

  @Test
  void spread_asManyGpusAsLayers_putsOneOnEach() {
    List<Device> three = List.of(Device.gpu(2), Device.gpu(0), Device.gpu(1));

    assertThat(
            LayerPlacement.spread(three, Collections.nCopies(3, free(100)), 3, MIB, MIB).ofLayers())
        .isEqualTo(three);
  }

  @Test
  void spread_moreGpusThanLayers_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LayerPlacement.spread(TWO, List.of(free(9), free(9)), 1, MIB, 0))
        .withMessage(
            "the number of GPUs must be at most the model's number of layers, 1, but is: 2");
  }

  @Test
  void spread_layersThatDoNotFit_isRejectedWithTheNumbers() {
    assertThatThrownBy(
            () ->
                LayerPlacement.spread(
                    TWO, List.of(free(6000), free(6000)), 32, 416 * MIB, 500 * MIB))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "the GPUs must have room for 32 layers of 416 MiB and, on cuda:0, 500 MiB of other weights,"
                + " besides working memory, but have: cuda:0 6000 MiB free, 563 of them for work,"
                + " cuda:1 6000 MiB free, 375 of them for work");
  }

  /** Layers may not fill a GPU completely: a step needs memory too. */
  @Test
  void spread_layersThatWouldLeaveNoMemoryForWork_isRejected() {
    List<GpuMemory> memory = List.of(free(1000), free(1000));

    assertThat(LayerPlacement.spread(TWO, memory, 17, 100 * MIB, 0).ofLayers()).hasSize(17);
    assertThatThrownBy(() -> LayerPlacement.spread(TWO, memory, 19, 100 * MIB, 0))
        .isInstanceOf(DeviceException.class);
  }

  @Test
  void spread_firstGpuWithoutRoomForTheEmbedding_isRejected() {
    assertThatThrownBy(
            () -> LayerPlacement.spread(TWO, List.of(free(400), free(60_000)), 32, MIB, 500 * MIB))
        .isInstanceOf(DeviceException.class);
  }
}
