package io.github.tess2.examples.cli;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Plugins;

/** Runs as a process with the runnable jar on its class path, and prints what it finds there. */
final class JarProbe {
  private JarProbe() {}

  public static void main(String[] arguments) {
    System.out.println("FROM " + Plugins.class.getProtectionDomain().getCodeSource().getLocation());
    System.out.println("SCHEDULES " + Plugins.of(NoiseSchedule.class).names());
    try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
        NDArray numbers = manager.create(new float[] {17, 25});
        NDArray sum = numbers.sum()) {
      System.out.println("SUM " + sum.getFloat());
    }
  }
}
