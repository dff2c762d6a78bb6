package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.github.tess2.ComputeDevice;
import java.util.OptionalLong;

/** Reads a GPU's memory usage. */
final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * Bytes in use on the device, by all processes; empty on the CPU. PyTorch keeps freed memory
   * until its cache is emptied, so after some work this is the peak of that work.
   */
  static OptionalLong used(ComputeDevice device) {
    return device.kind() == ComputeDevice.Kind.CUDA
        ? OptionalLong.of(CudaUtils.getGpuMemory(Device.gpu(device.index())).getUsed())
        : OptionalLong.empty();
  }
}
