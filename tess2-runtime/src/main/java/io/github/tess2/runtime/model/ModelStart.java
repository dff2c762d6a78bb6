package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.runtime.engine.EngineStart;
import io.github.tess2.runtime.graph.Graph;
import io.github.tess2.runtime.graph.KernelChoice;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Creates a model with the manager and the graph that it owns, and frees both if that fails. */
final class ModelStart {
  private ModelStart() {}

  /** Creates a model on one or more devices whose matrix products use the kernel that suits it. */
  static <T> T on(
      List<Device> devices,
      Precision precision,
      WeightFormat weights,
      ModelConfig config,
      BiFunction<NDManager, Graph, T> model) {
    return on(
        devices.get(0),
        () ->
            KernelChoice.load(
                devices,
                precision,
                weights,
                Backbone.products(config),
                Backbone.layerProducts(config)),
        model);
  }

  /** Creates a model with a graph; its manager is that of the first device. */
  static <T> T on(Device device, Supplier<Graph> load, BiFunction<NDManager, Graph, T> model) {
    EngineStart.engine();
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    Graph graph = null;
    try {
      graph = load.get();
      return model.apply(manager, graph);
    } catch (RuntimeException | Error e) {
      Closing.after(e, manager::close, graph == null ? null : graph::close);
      throw e;
    }
  }
}
