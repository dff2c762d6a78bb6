package io.github.tess2.runtime.graph;

import ai.djl.Device;
import com.google.common.collect.ImmutableMap;

/**
 * Which version of the graph's text is packed where there are several.
 *
 * @param product how matrix products with unquantized weights are computed
 * @param layer how a layer computes everything but its matrix products
 * @param weights how the weights of layers are stored and multiplied by
 */
public record KernelSet(LinearKernel product, DeviceKernels layer, WeightKernel weights) {

  /**
   * {@return a device's own kernels, with unquantized weights}
   *
   * @param device where they compute
   * @param product how matrix products are computed
   */
  public static KernelSet of(Device device, LinearKernel product) {
    return new KernelSet(product, DeviceKernels.of(device), WeightKernel.PLAIN);
  }

  /**
   * {@return these with weights stored otherwise}
   *
   * @param other how the weights of layers are stored and multiplied by
   */
  public KernelSet with(WeightKernel other) {
    return new KernelSet(product, layer, other);
  }

  /** The files of the graph's text, by the name they are packed as. */
  ImmutableMap<String, String> resources() {
    return ImmutableMap.<String, String>builder()
        .put("product", product.resource())
        .put("kernels", layer.resource())
        .putAll(weights.resources())
        .buildOrThrow();
  }
}
