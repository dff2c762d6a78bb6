package io.github.tess2.runtime.graph;

/**
 * The numbers of a decoder, which the graph's {@code layout.py} unpacks.
 *
 * @param layers how many layers there are
 * @param heads query heads of a layer
 * @param keyValueHeads key and value heads of a layer
 * @param headDimension D, the width of a head
 * @param slidingWindow how many positions attention reaches, itself included; 0 for all
 * @param causal whether a position sees only those before it and itself
 * @param normEpsilon what RMS norm adds to the mean square
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
