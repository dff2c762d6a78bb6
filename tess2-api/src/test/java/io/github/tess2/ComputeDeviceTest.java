package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.google.common.primitives.ImmutableIntArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
  @Test
  void cuda_oneGpu_hasItsIndex() {
    assertThat(ComputeDevice.cuda(3).gpus()).isEqualTo(ImmutableIntArray.of(3));
  }

  @Test
  void cuda_severalGpus_keepTheirOrder() {
    assertThat(ComputeDevice.cuda(2, 0, 1).gpus()).isEqualTo(ImmutableIntArray.of(2, 0, 1));
  }

  @Test
  void cuda_negativeIndex_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.cuda(0, -1))
        .withMessage("a GPU index must be zero or more, but is: [0, -1]");
  }

  @Test
  void cuda_sameIndexTwice_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.cuda(1, 0, 1))
        .withMessage("GPU indices must be different, but are: [1, 0, 1]");
  }

  @Test
  void cpu_withAnIndex_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ComputeDevice(ComputeDevice.Kind.CPU, ImmutableIntArray.of(1)))
        .withMessage("there must be no GPU index for CPU, but there are: [1]");
  }

  @Test
  void cuda_withoutAnIndex_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ComputeDevice(ComputeDevice.Kind.CUDA, ImmutableIntArray.of()))
        .withMessage("there must be at least one GPU index for CUDA, but there are: []");
  }

  @Test
  void device_nullKind_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ComputeDevice(null, ImmutableIntArray.of()))
        .withMessage("device kind");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto | auto",
        "CPU | cpu",
        "cuda | cuda:0",
        "Cuda:12 | cuda:12",
        "cuda:1+0 | cuda:1+0",
        "CUDA:0+1+2 | cuda:0+1+2"
      })
  void parse_anyName_isTheDeviceOfThatName(String name, String device) {
    assertThat(ComputeDevice.parse(name)).hasToString(device);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tpu",
        "cuda:",
        "cuda:-1",
        "cuda:12345",
        "cpu:0",
        "cuda:0+",
        "cuda:0,1",
        "cuda:+1",
        "cuda:0 1"
      })
  void parse_otherName_isRejected(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.parse(name))
        .withMessage("device must be auto, cpu, cuda, cuda:N or cuda:N+M, but is: " + name);
  }

  @Test
  void parse_sameGpuTwice_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ComputeDevice.parse("cuda:0+0"))
        .withMessage("GPU indices must be different, but are: [0, 0]");
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
