package com.example.consumer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.DiffusionLM;
import io.github.tess2.spi.Plugin;
import io.github.tess2.spi.Plugins;
import java.nio.file.Path;

/** Prints what its module can see, one fact per line. */
final class Main {
  private Main() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    Module api = DiffusionLM.class.getModule();
    System.out.println("API " + api);
    for (String extensionPoint : api.getDescriptor().uses()) {
      list(Class.forName(extensionPoint).asSubclass(Plugin.class));
    }
    generate(Path.of(arguments[0]));
    add();
  }

  private static <P extends Plugin> void list(Class<P> type) {
    Plugins<P> plugins = Plugins.of(type);
    for (String name : plugins.names()) {
      Class<?> found = plugins.named(name).getClass();
      System.out.printf(
          "PLUGIN %s %s %s%n", type.getName(), found.getName(), found.getModule().getName());
    }
  }

  private static void generate(Path model) {
    try (DiffusionLM lm =
        DiffusionLM.builder()
            .model(model)
            .noiseSchedule("consumers-line")
            .steps(3)
            .length(5)
            .build()) {
      System.out.println("STEPS " + lm.generate("hello").steps());
    }
  }

  private static void add() {
    try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
        NDArray numbers = manager.create(new float[] {17, 25});
        NDArray sum = numbers.sum()) {
      System.out.println("SUM " + sum.getFloat());
    }
  }
}
