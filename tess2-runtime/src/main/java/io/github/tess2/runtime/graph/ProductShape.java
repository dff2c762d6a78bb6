package io.github.tess2.runtime.graph;

/**
 * The weights of a product {@code y = x·Wᵀ}.
 *
 * @param out the length of a row of y
 * @param in the length of a row of x
 * @param transposed whether W {@code [out,in]} is the transpose of the tensor in memory
 */
public record ProductShape(int out, int in, boolean transposed) {
  long weights() {
    return (long) out * in;
  }
}
