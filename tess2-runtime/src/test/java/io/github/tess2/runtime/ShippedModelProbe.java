package io.github.tess2.runtime;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;

/** Runs as a process, and prints an answer of the shipped model. */
final class ShippedModelProbe {
  private ShippedModelProbe() {}

  public static void main(String[] arguments) {
    try (DiffusionLM lm =
        DiffusionLM.builder().device(ComputeDevice.CPU).steps(2).seed(1).build()) {
      System.out.println("ANSWER " + lm.generate("What is 347 + 85?").text());
    }
  }
}
