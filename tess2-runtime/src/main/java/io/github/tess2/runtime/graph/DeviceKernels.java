package io.github.tess2.runtime.graph;

import ai.djl.Device;

/** Whose parts of the graph's text are packed, for what a layer computes beside its products. */
public enum DeviceKernels {
  /** Each row's bits are its own, whatever rows it is batched with. */
  CPU("kernels_cpu"),
  /** As few operations and as little memory traffic as can be, and no waiting for results. */
  CUDA("kernels_cuda");

  private final String resource;

  DeviceKernels(String resource) {
    this.resource = resource;
  }

  String resource() {
    return resource;
  }

  static DeviceKernels of(Device device) {
    return device.isGpu() ? CUDA : CPU;
  }
}
