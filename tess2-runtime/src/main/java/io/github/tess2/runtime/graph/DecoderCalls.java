package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The graph's methods that run a decoder. R is the number of rows of packed sequences, H the hidden
 * size. Input embeddings are float32 or in the computed precision; so are hidden states, unless
 * stated otherwise.
 */
public final class DecoderCalls {
  private final Graph graph;
  private final List<NDArray> weights;
  private final NDArray inverseFrequencies;
  private final Architecture architecture;

  /**
   * Binds a decoder.
   *
   * @param graph the graph to compute with
   * @param weights the weights, in the order of the graph's {@code layout.py}
   * @param inverseFrequencies the inverse frequencies of the rotary positions, {@code [D/2]},
   *     float32
   * @param architecture the dimensions of the decoder
   */
  public DecoderCalls(
      Graph graph, List<NDArray> weights, NDArray inverseFrequencies, Architecture architecture) {
    this.graph = graph;
    this.weights = List.copyOf(weights);
    this.inverseFrequencies = inverseFrequencies;
    this.architecture = architecture;
  }

  GraphCall call(String method) {
    return graph.call(method);
  }

  /** Passes the decoder and the sequences, which are the last arguments of each call. */
  GraphCall pass(GraphCall call, PackedSequences sequences) {
    call.tensors(weights).tensor(inverseFrequencies);
    architecture.pass(call);
    sequences.pass(call);
    return call;
  }

  /**
   * {@return the last hidden states, {@code [R,H]}}
   *
   * @param owner the owner of the result
   * @param inputs input embeddings, {@code [R,H]}
   * @param sequences the sequences of the rows
   */
  public NDArray decode(NDManager owner, NDArray inputs, PackedSequences sequences) {
    return pass(call("decode").tensor(inputs), sequences).one(owner);
  }

  /**
   * {@return the hidden states after every layer in float32, then the last ones}
   *
   * @param owner the owner of the result
   * @param inputs input embeddings, {@code [R,H]}
   * @param sequences the sequences of the rows
   */
  public NDList trace(NDManager owner, NDArray inputs, PackedSequences sequences) {
    return pass(call("trace").tensor(inputs), sequences).all(owner);
  }

  /**
   * {@return the last hidden states of some rows, {@code [N,H]}}
   *
   * @param owner the owner of the result
   * @param inputs input embeddings, {@code [R,H]}
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   * @param sequences the sequences of the R rows
   */
  public NDArray decodeRows(
      NDManager owner, NDArray inputs, NDArray rows, PackedSequences sequences) {
    return pass(call("decode_rows").tensor(inputs).tensor(rows), sequences).one(owner);
  }

  /**
   * {@return the result of {@link #decodeRows}, then the keys and values of all sequences, {@code
   * [layers,2,L,kvHeads,D]} each: those of the layers on the first device, then those on the second
   * device, and so on}
   *
   * @param owner the owner of the result
   * @param inputs input embeddings, {@code [R,H]}
   * @param rows int64 {@code [N]} on any device; −1 for a row of zeros
   * @param sequences the sequences of the R rows
   */
  public NDList decodeKeeping(
      NDManager owner, NDArray inputs, NDArray rows, PackedSequences sequences) {
    return pass(call("decode_keeping").tensor(inputs).tensor(rows), sequences).all(owner);
  }

  /**
   * {@return the last hidden states of some rows of sequences whose other rows were computed
   * before, {@code [N,H]}}
   *
   * @param owner the owner of the result
   * @param inputs input embeddings of the rows, {@code [A,H]}
   * @param rows the rows among the A rows to return, int64 {@code [N]} on any device; −1 for zeros
   * @param kept the keys and values of all sequences, in the order of {@link #decodeKeeping}; those
   *     of the A rows change
   * @param sequences the sequences of the A rows, and the positions of the rows in them
   */
  public NDArray decodeSome(
      NDManager owner,
      NDArray inputs,
      NDArray rows,
      List<NDArray> kept,
      PackedSequences sequences) {
    return pass(call("decode_some").tensor(inputs).tensor(rows).tensors(kept), sequences)
        .one(owner);
  }

  /**
   * Assembles input embeddings: {@code E[ids]}, but the canvas plus the timestep embedding at
   * generated rows.
   *
   * @param owner the owner of the result
   * @param ids int64 {@code [R]}
   * @param embedding E, {@code [V,H]}
   * @param canvas input embeddings of the generated rows, {@code [N,H]}
   * @param rows the indices of those rows, int64 {@code [N]}
   * @param times t/T of each, any floating type {@code [N]}; like ids and rows on any device
   * @param timeWeight {@code [H,1]}
   * @return {@code [R,H]}, float32
   */
  public NDArray assemble(
      NDManager owner,
      NDArray ids,
      NDArray embedding,
      NDArray canvas,
      NDArray rows,
      NDArray times,
      NDArray timeWeight) {
    return call("assemble")
        .tensor(ids)
        .tensor(embedding)
        .tensor(canvas)
        .tensor(rows)
        .tensor(times)
        .tensor(timeWeight)
        .one(owner);
  }
}
