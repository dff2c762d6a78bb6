package io.github.tess2.runtime.graph;

/** How random numbers are distributed. */
public enum RandomKind {
  /** Standard normal. */
  NORMALS("normals"),
  /** Uniform, above 0 and below 1. */
  UNIFORMS("uniforms"),
  /** Gumbel noise: added to logits, it makes their argmax a draw. */
  GUMBEL("gumbel");

  private final String method;

  RandomKind(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }
}
