package io.github.tess2.runtime.graph;

import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch's switch for optimizing graphs, which is separate for each thread. Its value cannot be
 * read, so it is reset to the value that DJL would set.
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
