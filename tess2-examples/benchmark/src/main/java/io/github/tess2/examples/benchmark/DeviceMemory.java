package io.github.tess2.examples.benchmark;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.github.tess2.ComputeDevice;
import java.util.Arrays;
import java.util.OptionalLong;

/** Reads the memory usage of GPUs. */
final class DeviceMemory {
  private DeviceMemory() {}

  /**
   * Bytes in use on all GPUs among the devices, by all processes; empty if there are none. PyTorch
   * keeps freed memory until its cache is emptied, so after some work this is the peak of that
   * work.
   */
  static OptionalLong used(ComputeDevice... devices) {
    int[] gpus =
        Arrays.stream(devices).flatMapToInt(device -> device.gpus().stream()).distinct().toArray();
    return gpus.length == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Arrays.stream(gpus).mapToLong(DeviceMemory::used).sum());
  }

  private static long used(int gpu) {
    return CudaUtils.getGpuMemory(Device.gpu(gpu)).getUsed();
  }
}
