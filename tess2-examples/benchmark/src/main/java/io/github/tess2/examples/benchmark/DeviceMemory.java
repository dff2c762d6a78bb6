package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.github.tess2.ComputeDevice;
import java.util.OptionalLong;

/** A GPU's memory. */
final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * The device's memory in use, by whomever, in bytes; empty on the CPU. PyTorch keeps what it has
   * freed until it is told otherwise, so after some work this is the most that the work took.
   */
  static OptionalLong used(ComputeDevice device) {
    return device.kind() == ComputeDevice.Kind.CUDA
        ? OptionalLong.of(CudaUtils.getGpuMemory(Device.gpu(device.index())).getUsed())
        : OptionalLong.empty();
  }
}
