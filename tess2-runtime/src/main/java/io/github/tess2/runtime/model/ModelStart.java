package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.EngineStart;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.LinearKernel;
import java.util.function.BiFunction;

/** Gives a model the manager and the graph it owns, and frees both where it cannot be made. */
final class ModelStart {
  private ModelStart() {}

  static <T> T on(Device device, LinearKernel kernel, BiFunction<NDManager, Graph, T> model) {
    EngineStart.engine();
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    Graph graph = null;
    try {
      graph = Graph.load(device, kernel);
      return model.apply(manager, graph);
    } catch (RuntimeException | Error e) {
      manager.close();
      if (graph != null) {
        graph.close();
      }
      throw e;
    }
  }
}
