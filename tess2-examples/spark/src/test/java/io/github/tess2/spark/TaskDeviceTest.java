package io.github.tess2.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.ComputeDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {
  @Test
  void gpuOfATask_isTheFirstThatSparkGives() {
    assertThat(TaskDevice.gpu(List.of("3", "1"))).isEqualTo(ComputeDevice.cuda(3));
  }

  @Test
  void gpuWithoutIndex_isRefused() {
    assertThatThrownBy(() -> TaskDevice.gpu(List.of("GPU-8f2c")))
        .hasMessageContaining("must be its index")
        .hasMessageContaining("GPU-8f2c");
  }
}
