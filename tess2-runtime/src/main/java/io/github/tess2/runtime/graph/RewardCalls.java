package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The graph's methods for a reward model. B is the number of sequences, R of their concatenated
 * rows, N of the generated rows among these, M of the scored rows of a sequence; H is the hidden
 * size. The input may be on another device than the reward model; results are on the device of the
 * input's embeddings.
 */
public final class RewardCalls {
  private final DecoderCalls decoder;
  private final NDArray embedding;
  private final NDArray score;

  /**
   * Binds a reward model.
   *
   * @param decoder its decoder
   * @param embedding its token embedding, {@code [V,H]}
   * @param score its head, {@code [1,H]}
   */
  public RewardCalls(DecoderCalls decoder, NDArray embedding, NDArray score) {
    this.decoder = decoder;
    this.embedding = embedding;
    this.score = score;
  }

  /**
   * The rows of packed sequences.
   *
   * @param ids int64 {@code [R]}
   * @param generated the rows whose embeddings are given, int64 {@code [N]}
   * @param embeddings the embeddings of these rows, {@code [N,H]}, float32
   * @param readout the rows that are scored, int64 {@code [B,M]}
   * @param shares the weights of their scores, {@code [B,M]}, float32
   */
  public record Input(
      NDArray ids, NDArray generated, NDArray embeddings, NDArray readout, NDArray shares) {}

  /**
   * Values and their gradients, float32.
   *
   * @param values {@code [B]}
   * @param embeddings the gradients with respect to the embeddings, {@code [N,H]}
   * @param shares the gradients with respect to the shares, {@code [B,M]}
   */
  public record Gradients(NDArray values, NDArray embeddings, NDArray shares) {}

  /**
   * {@return the keys and values of the tokens that sequences begin with, {@code
   * [layers,2,P,kvHeads,D]} for the layers on each device}
   *
   * @param owner the owner of the result
   * @param ids int64 {@code [P]}; may be empty
   * @param sequences the sequence of these P rows
   */
  public NDList prefix(NDManager owner, NDArray ids, PackedSequences sequences) {
    return decoder
        .pass(decoder.call("reward_prefix").tensor(ids).tensor(embedding), sequences)
        .all(owner);
  }

  /**
   * {@return values, {@code [B]}, float32}
   *
   * @param owner the owner of the result
   * @param input the rows
   * @param earlier the keys and values of the rows before these, as from {@link #prefix}
   * @param sequences the sequences of the R rows
   */
  public NDArray value(
      NDManager owner, Input input, List<NDArray> earlier, PackedSequences sequences) {
    return decoder.pass(call("reward_value", input, earlier), sequences).one(owner);
  }

  /**
   * {@return values and their gradients}
   *
   * @param owner the owner of the result
   * @param input the rows
   * @param earlier the keys and values of the rows before these, as from {@link #prefix}
   * @param attentions the number of attention halves whose activations are kept
   * @param feedForwards the number of MLP halves whose activations are kept
   * @param sequences the sequences of the R rows
   */
  public Gradients gradient(
      NDManager owner,
      Input input,
      List<NDArray> earlier,
      int attentions,
      int feedForwards,
      PackedSequences sequences) {
    GraphCall call = call("reward_gradient", input, earlier).ints(attentions, feedForwards);
    NDList found = decoder.pass(call, sequences).all(owner);
    return new Gradients(found.get(0), found.get(1), found.get(2));
  }

  private GraphCall call(String method, Input input, List<NDArray> earlier) {
    return decoder
        .call(method)
        .tensor(input.embeddings())
        .tensor(input.ids())
        .tensor(input.generated())
        .tensor(input.readout())
        .tensor(input.shares())
        .tensor(embedding)
        .tensor(score)
        .tensors(earlier);
  }

  /**
   * {@return the distribution of the ends of answers, differentiably: the probability that the
   * first end-of-sequence token is at each position, with all remaining probability at the last
   * position, {@code [B,G]}, float32}
   *
   * @param owner the owner of the result
   * @param end the probability of the end-of-sequence token, {@code [B,G]}, float32
   */
  public NDArray ends(NDManager owner, NDArray end) {
    return decoder.call("reward_ends").tensor(end).one(owner);
  }
}
