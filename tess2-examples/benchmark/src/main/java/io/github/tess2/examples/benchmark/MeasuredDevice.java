package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import io.github.tess2.ComputeDevice;
import io.github.tess2.examples.options.DeviceConverter;
import io.github.tess2.runtime.engine.Devices;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that chooses the device to measure on. */
final class MeasuredDevice {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      defaultValue = "cpu",
      description =
          "auto, cpu, cuda, cuda:N or, for layers on several GPUs, cuda:N+M. Default:"
              + " ${DEFAULT-VALUE}.")
  private ComputeDevice device = ComputeDevice.CPU;

  /** The device. Throws {@link io.github.tess2.DeviceException} if it is unavailable. */
  ComputeDevice resolved() {
    return Devices.resolve(device);
  }

  /** DJL's names of its GPUs, or of the CPU. */
  List<Device> djl() {
    return Devices.djl(resolved());
  }
}
