package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

class ComputeDeviceTest {
  @Test
  void cuda_index_isKept() {
    assertThat(ComputeDevice.cuda(3)).isEqualTo(new ComputeDevice(ComputeDevice.Kind.CUDA, 3));
  }

  @Test
  void cuda_negativeIndex_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.cuda(-1))
        .withMessage("device index must be zero or more for CUDA, but is: -1");
  }

  @Test
  void cpu_otherIndex_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ComputeDevice(ComputeDevice.Kind.CPU, 1))
        .withMessage("device index must be zero for CPU, but is: 1");
  }

  @Test
  void device_nullKind_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ComputeDevice(null, 0))
        .withMessage("device kind");
  }

  @Test
  void toString_cuda_hasItsIndex() {
    assertThat(ComputeDevice.cuda(1)).hasToString("cuda:1");
  }

  @Test
  void toString_cpu_isItsKind() {
    assertThat(ComputeDevice.CPU).hasToString("cpu");
  }
}
