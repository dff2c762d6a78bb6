package io.github.tess2.examples.options;

import io.github.tess2.ComputeDevice;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a device, as {@link ComputeDevice#parse} does. */
public final class DeviceConverter implements ITypeConverter<ComputeDevice> {
  /** For picocli, which creates it. */
  public DeviceConverter() {}

  @Override
  public ComputeDevice convert(String value) {
    try {
      return ComputeDevice.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
