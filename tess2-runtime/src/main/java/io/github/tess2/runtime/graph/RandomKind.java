package io.github.tess2.runtime.graph;

/** Distributions of random numbers. */
public enum RandomKind {
  /** Standard normal. */
  NORMALS("normals"),
  /** Uniform, above 0 and below 1. */
  UNIFORMS("uniforms"),
  /** Gumbel noise: the argmax of logits plus this noise is a draw from them. */
  GUMBEL("gumbel");

  private final String method;

  RandomKind(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }
}
