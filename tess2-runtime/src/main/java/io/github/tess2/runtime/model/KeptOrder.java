package io.github.tess2.runtime.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of kept keys and values. The graph has those of all sequences on the first device, then
 * those on the second, and so on; a request has those of its own sequence, one for each device.
 */
final class KeptOrder {
  private KeptOrder() {}

  /**
   * {@return for each sequence what belongs to it}
   *
   * @param <T> what is kept
   * @param byDevice in the graph's order
   * @param sequences the number of sequences
   */
  static <T> List<List<T>> bySequence(List<T> byDevice, int sequences) {
    List<List<T>> all = new ArrayList<>();
    for (int sequence = 0; sequence < sequences; sequence++) {
      List<T> own = new ArrayList<>();
      for (int place = sequence; place < byDevice.size(); place += sequences) {
        own.add(byDevice.get(place));
      }
      all.add(own);
    }
    return all;
  }

  /**
   * {@return the same in the graph's order}
   *
   * @param <T> what is kept
   * @param bySequence what belongs to each sequence, at least one, each with as many
   */
  static <T> List<T> byDevice(List<? extends List<T>> bySequence) {
    List<T> all = new ArrayList<>();
    for (int device = 0; device < bySequence.get(0).size(); device++) {
      for (List<T> own : bySequence) {
        all.add(own.get(device));
      }
    }
    return all;
  }
}
