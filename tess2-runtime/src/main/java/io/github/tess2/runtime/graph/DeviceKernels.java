package io.github.tess2.runtime.graph;

import ai.djl.Device;

/** How a layer computes everything except its matrix products. */
public enum DeviceKernels {
  /** A row's bits do not depend on the rows it is batched with. */
  CPU("kernels_cpu"),
  /** Uses few operations and little memory traffic, and never waits for results. */
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
