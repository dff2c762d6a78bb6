package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @CsvSource({"auto, auto", "CPU, cpu", "cuda, cuda:0", "Cuda:12, cuda:12"})
  void parse_anyName_isTheDeviceOfThatName(String name, String device) {
    assertThat(ComputeDevice.parse(name)).hasToString(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tpu", "cuda:", "cuda:-1", "cuda:12345", "cpu:0"})
  void parse_otherName_isRejected(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.parse(name))
        .withMessage("device must be auto, cpu, cuda or cuda:N, but is: " + name);
  }

  @Test
  void parse_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> ComputeDevice.parse(null))
        .withMessage("device");
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
