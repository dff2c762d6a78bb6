package io.github.tess2.runtime.graph;

import ai.djl.Device;
import com.google.common.collect.ImmutableMap;

/**
 * The versions of the graph's source to pack, for the parts that have several.
 *
 * @param product how matrix products with unquantized weights are computed
 * @param layer how a layer computes everything except its matrix products
 * @param weights how the weights of layers are stored and multiplied by
 */
public record KernelSet(LinearKernel product, DeviceKernels layer, WeightKernel weights) {

  /**
   * {@return a device's own kernels, with unquantized weights}
   *
   * @param device the device on which they compute
   * @param product how matrix products are computed
   */
  public static KernelSet of(Device device, LinearKernel product) {
    return new KernelSet(product, DeviceKernels.of(device), WeightKernel.PLAIN);
  }

  /**
   * {@return these kernels with weights stored in another way}
   *
   * @param other how the weights of layers are stored and multiplied by
   */
  public KernelSet with(WeightKernel other) {
    return new KernelSet(product, layer, other);
  }

  /** The files of the graph's source, by the names under which they are packed. */
  ImmutableMap<String, String> resources() {
    return ImmutableMap.<String, String>builder()
        .put("product", product.resource())
        .put("kernels", layer.resource())
        .putAll(weights.resources())
        .buildOrThrow();
  }
}
