package io.github.tess2.runtime.graph;

/**
 * The dimensions of a decoder, which the graph's {@code layout.py} unpacks.
 *
 * @param layers the number of layers
 * @param heads the number of query heads in a layer
 * @param keyValueHeads the number of key and value heads in a layer
 * @param headDimension D, the width of a head
 * @param slidingWindow the number of positions that attention reaches, including the position
 *     itself; 0 for all
 * @param causal whether a position sees only those before it and itself
 * @param normEpsilon the number that RMS norm adds to the mean square
 */
public record Architecture(
    int layers,
    int heads,
    int keyValueHeads,
    int headDimension,
    int slidingWindow,
    boolean causal,
    double normEpsilon) {
  void pass(GraphCall call) {
    call.ints(layers, heads, keyValueHeads, headDimension, slidingWindow, causal ? 1 : 0)
        .reals(normEpsilon);
  }
}
