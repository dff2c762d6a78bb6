package io.github.tess2.runtime.model;

import ai.djl.Device;
import io.github.tess2.DeviceException;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.ModelWeight;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.Devices;
import io.github.tess2.runtime.engine.GpuMemory;
import io.github.tess2.runtime.graph.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The device of each layer of a decoder. Layers that follow one another share a device, so hidden
 * states move from one device to the next only once in a pass. Everything else, above all what is
 * as wide as the vocabulary, is on the first device.
 */
final class LayerPlacement {
  /**
   * The part of each device's memory that is kept free for activations, keys and values, and the
   * work space of products.
   */
  private static final int WORK_SHARE = 16;

  /** The part of the first device's memory that is also kept free for vocabulary-wide tensors. */
  private static final int CHUNK_SHARE = 32;

  private static final double MIB = 1 << 20;

  private final List<Device> devices;
  private final int[] layers;

  private LayerPlacement(List<Device> devices, int[] layers) {
    this.devices = List.copyOf(devices);
    this.layers = layers.clone();
  }

  /**
   * Places the layers of a model as the free memory of the devices allows.
   *
   * @param devices the devices, at least one; only several are asked for their memory
   * @param config the model's configuration
   * @param computed the computed precision
   * @param stored the format of the weights of layers
   * @throws IllegalArgumentException if there are more devices than layers
   * @throws DeviceException if the weights do not fit
   */
  static LayerPlacement of(List<Device> devices, ModelConfig config, DType computed, DType stored) {
    if (devices.size() == 1) {
      return new LayerPlacement(devices, new int[] {config.layers()});
    }
    WeightLayout layout = new WeightLayout(config);
    long layer = 0;
    for (ModelWeight weight : layout.layers().get(0).weights()) {
      boolean norm = weight.kind() == ModelWeight.Kind.NORM;
      layer += weight.elements() * (norm ? computed : stored).bytes();
    }
    boolean head = !config.tiedHead() && !config.isRewardModel();
    long others = layout.embedding().elements() * (head ? 2 : 1);
    return spread(
        devices,
        devices.stream().map(GpuMemory::of).toList(),
        config.layers(),
        layer,
        others * computed.bytes());
  }

  /**
   * Places layers so that the device that is filled most is filled as little as possible.
   *
   * @param devices the devices, in the order of the layers
   * @param memory the memory of each
   * @param count the number of layers
   * @param layer the weights of a layer, in bytes
   * @param others the weights outside the layers, in bytes; they are on the first device
   */
  static LayerPlacement spread(
      List<Device> devices, List<GpuMemory> memory, int count, long layer, long others) {
    if (devices.size() > count) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the number of GPUs must be at most the model's number of layers, %d, but is: %d",
              count,
              devices.size()));
    }
    double[] room =
        memory.stream()
            .mapToDouble(gpu -> gpu.free() - (double) gpu.total() / WORK_SHARE)
            .toArray();
    room[0] -= others + (double) memory.get(0).total() / CHUNK_SHARE;
    int[] layers = new int[devices.size()];
    Arrays.fill(layers, 1);
    for (int i = layers.length; i < count; i++) {
      int emptiest = 0;
      for (int at = 1; at < layers.length; at++) {
        if (filled(layers[at] + 1, layer, room[at])
            < filled(layers[emptiest] + 1, layer, room[emptiest])) {
          emptiest = at;
        }
      }
      layers[emptiest]++;
    }
    for (int at = 0; at < layers.length; at++) {
      if (filled(layers[at], layer, room[at]) > 1) {
        throw new DeviceException(notEnough(devices, memory, room, count, layer, others));
      }
    }
    return new LayerPlacement(devices, layers);
  }

  private static double filled(int layers, long layer, double room) {
    return room > 0 ? layers * layer / room : Double.POSITIVE_INFINITY;
  }

  private static String notEnough(
      List<Device> devices,
      List<GpuMemory> memory,
      double[] room,
      int count,
      long layer,
      long others) {
    return String.format(
        Locale.ROOT,
        "the GPUs must have room for %d layers of %.0f MiB and, on %s, %.0f MiB of other weights,"
            + " besides working memory, but have: %s",
        count,
        layer / MIB,
        Devices.name(devices.get(0)),
        others / MIB,
        IntStream.range(0, devices.size())
            .mapToObj(
                at -> roomOf(devices.get(at), memory.get(at), room[at] + (at == 0 ? others : 0)))
            .collect(Collectors.joining(", ")));
  }

  private static String roomOf(Device device, GpuMemory memory, double room) {
    return String.format(
        Locale.ROOT,
        "%s %.0f MiB free, %.0f of them for work",
        Devices.name(device),
        memory.free() / MIB,
        (memory.free() - room) / MIB);
  }

  /** {@return the device of each layer, in order} */
  List<Device> ofLayers() {
    List<Device> all = new ArrayList<>();
    for (int at = 0; at < layers.length; at++) {
      all.addAll(Collections.nCopies(layers[at], devices.get(at)));
    }
    return all;
  }

  /** {@return the device of the last layer and of the norm after it} */
  Device last() {
    return devices.get(devices.size() - 1);
  }
}
