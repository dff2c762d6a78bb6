package io.github.tess2.runtime.graph;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Controls whether PyTorch records computations with tensors that require a gradient. */
public final class Autograd {
  private Autograd() {}

  /**
   * Runs a computation while autograd records on this thread. DJL turns recording off on the thread
   * that starts the engine, and leaves it on on all other threads.
   *
   * @param <T> the type of the result
   * @param computation the computation, run immediately
   * @return its result
   */
  public static <T> T recording(Supplier<T> computation) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return computation.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
