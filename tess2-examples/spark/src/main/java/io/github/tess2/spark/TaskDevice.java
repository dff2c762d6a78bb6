package io.github.tess2.spark;

import io.github.tess2.ComputeDevice;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Chooses the device that a task computes on. */
final class TaskDevice {
  private static final String GPU = "gpu";

  private TaskDevice() {}

  /**
   * The device of a task. If the setting is {@code auto}, the first GPU that Spark assigned to the
   * task, if any.
   *
   * @param device as {@link ComputeDevice#parse} reads it
   */
  static ComputeDevice of(String device, TaskContext task) {
    ComputeDevice asked = ComputeDevice.parse(device);
    ResourceInformation given = task.resourcesJMap().get(GPU);
    return given != null && asked.kind() == ComputeDevice.Kind.AUTO
        ? gpu(List.of(given.addresses()))
        : asked;
  }

  /**
   * The GPU that Spark's addresses name.
   *
   * @throws IllegalArgumentException if the first address is not an index
   */
  static ComputeDevice gpu(List<String> addresses) {
    String first = addresses.get(0);
    if (!first.matches("\\d{1,4}")) {
      throw new IllegalArgumentException(
          "the address of a task's GPU must be its index, as spark.executor.resource.gpu."
              + "discoveryScript gives it, but is: "
              + first);
    }
    return ComputeDevice.cuda(Integer.parseInt(first));
  }
}
