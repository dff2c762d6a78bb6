package io.github.tess2.examples.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.tess2.ComputeDevice;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class DeviceConverterTest {
  private final DeviceConverter converter = new DeviceConverter();

  @Test
  void convert_severalGpus_keepsTheirOrder() {
    assertThat(converter.convert("cuda:1+0")).isEqualTo(ComputeDevice.cuda(1, 0));
  }

  @Test
  void convert_unknownDevice_saysWhatThereIs() {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> converter.convert("gpu"))
        .withMessage("device must be auto, cpu, cuda, cuda:N or cuda:N+M, but is: gpu");
  }
}
