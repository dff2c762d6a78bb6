package io.github.tess2.runtime.graph;

import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch's switch for optimizing graphs, which each thread has for itself. It cannot be asked, so
 * what it is set back to is what DJL would have it be.
 */
final class GraphOptimizer {
  private static final String PROPERTY = "ai.djl.pytorch.graph_optimizer";

  private GraphOptimizer() {}

  static void off() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  static void restore() {
    JniUtils.setGraphExecutorOptimize(
        System.getProperty(PROPERTY) == null || Boolean.getBoolean(PROPERTY));
  }
}
