package io.github.tess2.runtime.graph;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Whether PyTorch records what is computed from tensors that want a gradient. */
public final class Autograd {
  private Autograd() {}

  /**
   * Computes with autograd recording on this thread. DJL switches that off on the thread that
   * starts the engine and leaves it on on all others.
   *
   * @param <T> what is computed
   * @param computation what to run, at once
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
