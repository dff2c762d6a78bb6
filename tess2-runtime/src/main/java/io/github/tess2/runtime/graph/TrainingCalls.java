package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tess2.SelfConditioning;

/**
 * The graph's methods that compute losses and their gradients. R are the rows of packed sequences,
 * N the noisy ones among them, M those that predict, V is the vocabulary. Indices are int64, all
 * other tensors float32.
 *
 * <p>Methods named gradients return the loss, then a gradient for each trained parameter, then one
 * for A and one for B of each adapter.
 */
public final class TrainingCalls {
  private final Graph graph;
  private final TrainedWeights weights;
  private final TrainingSetup setup;

  /**
   * Binds what does not change.
   *
   * @param graph to compute with
   * @param weights which change in place
   * @param setup how they are computed with
   */
  public TrainingCalls(Graph graph, TrainedWeights weights, TrainingSetup setup) {
    this.graph = graph;
    this.weights = weights;
    this.setup = setup;
  }

  /**
   * Rows that predict the next token.
   *
   * @param rows that predict, {@code [M]}
   * @param targets what each predicts, {@code [M]}
   */
  public record Targets(NDArray rows, NDArray targets) {}

  /**
   * Noisy rows as they enter the model.
   *
   * @param rows {@code [N]}
   * @param u mixture weights of their input, {@code [N,V]}
   */
  public record Mixed(NDArray rows, NDArray u) {}

  /**
   * What a diffusion loss is computed of.
   *
   * @param mixed the noisy rows
   * @param times t/T of these, {@code [N]}
   * @param targets what is predicted
   */
  public record Diffusion(Mixed mixed, NDArray times, Targets targets) {}

  /**
   * Noise on tokens.
   *
   * @param tokens {@code [N]}
   * @param noise standard normal, {@code [N,V]}
   * @param alphaBars ᾱ of each row, {@code [N]}
   * @param k the simplex scale
   */
  public record Noisy(NDArray tokens, NDArray noise, NDArray alphaBars, double k) {}

  /** {@return next-token loss and gradients} */
  public NDList nextTokenGradients(
      NDManager owner, NDArray ids, Targets targets, PackedSequences sequences) {
    return gradients(owner, nextToken("next_token_gradients", ids, targets), sequences);
  }

  /** {@return next-token loss} */
  public NDArray nextTokenLoss(
      NDManager owner, NDArray ids, Targets targets, PackedSequences sequences) {
    return pass(nextToken("next_token_loss", ids, targets), sequences).one(owner);
  }

  private GraphCall nextToken(String method, NDArray ids, Targets targets) {
    return call(method, ids).tensor(targets.rows()).tensor(targets.targets());
  }

  /**
   * {@return diffusion loss and gradients}
   *
   * @param owner of the result
   * @param ids {@code [R]}
   * @param input what is predicted, and from what
   * @param sequences that the rows belong to
   */
  public NDList diffusionGradients(
      NDManager owner, NDArray ids, Diffusion input, PackedSequences sequences) {
    return gradients(owner, diffusion("diffusion_gradients", ids, input), sequences);
  }

  /**
   * {@return diffusion loss}
   *
   * @param owner of the result
   * @param ids {@code [R]}
   * @param input what is predicted, and from what
   * @param sequences that the rows belong to
   */
  public NDArray diffusionLoss(
      NDManager owner, NDArray ids, Diffusion input, PackedSequences sequences) {
    return pass(diffusion("diffusion_loss", ids, input), sequences).one(owner);
  }

  private GraphCall diffusion(String method, NDArray ids, Diffusion input) {
    return mixed(method, ids, input.mixed())
        .tensor(input.times())
        .tensor(input.targets().rows())
        .tensor(input.targets().targets());
  }

  /**
   * {@return pairwise loss and gradients}
   *
   * @param owner of the result
   * @param ids {@code [R]} of sequences, the first half of which are the chosen ones
   * @param mixed the noisy rows; may be none
   * @param last the row of each sequence whose score is its reward, {@code [S]}
   * @param sequences that the rows belong to
   */
  public NDList rewardGradients(
      NDManager owner, NDArray ids, Mixed mixed, NDArray last, PackedSequences sequences) {
    return gradients(owner, mixed("reward_gradients", ids, mixed).tensor(last), sequences);
  }

  /**
   * {@return pairwise loss}
   *
   * @param owner of the result
   * @param ids {@code [R]} of sequences, the first half of which are the chosen ones
   * @param mixed the noisy rows; may be none
   * @param last the row of each sequence whose score is its reward, {@code [S]}
   * @param sequences that the rows belong to
   */
  public NDArray rewardLoss(
      NDManager owner, NDArray ids, Mixed mixed, NDArray last, PackedSequences sequences) {
    NDArray rewards = pass(mixed("rewards", ids, mixed).tensor(last), sequences).one(owner);
    return graph.call("reward_loss").tensor(rewards).one(owner);
  }

  private GraphCall mixed(String method, NDArray ids, Mixed mixed) {
    return call(method, ids).tensor(mixed.rows()).tensor(mixed.u());
  }

  /**
   * {@return the softmax of the prediction one step earlier, {@code [N,V]}}
   *
   * @param owner of the result
   * @param ids {@code [R]}
   * @param rows the noisy ones, {@code [N]}
   * @param predicting the row that predicts each of them, {@code [N]}; −1 for none
   * @param noisy what the rows are at t+1
   * @param times of t+1, {@code [N]}
   * @param mode of self-conditioning
   * @param sequences that the rows belong to
   */
  public NDArray predictClean(
      NDManager owner,
      NDArray ids,
      NDArray rows,
      NDArray predicting,
      Noisy noisy,
      NDArray times,
      SelfConditioning mode,
      PackedSequences sequences) {
    GraphCall call =
        call("predict_clean", ids)
            .tensor(rows)
            .tensor(predicting)
            .tensor(noisy.tokens())
            .tensor(noisy.noise())
            .tensor(noisy.alphaBars())
            .tensor(times)
            .ints(SamplingCalls.code(mode))
            .reals(noisy.k());
    return pass(call, sequences).one(owner);
  }

  /**
   * {@return mixture weights u of noisy rows, {@code [N,V]}}
   *
   * @param owner of the result
   * @param q softmax of the previous prediction, {@code [N,V]} or {@code [1,1]} for a uniform one
   * @param noisy what the rows are
   * @param mode of self-conditioning
   */
  public NDArray mix(NDManager owner, NDArray q, Noisy noisy, SelfConditioning mode) {
    return graph
        .call("mix_noisy")
        .tensor(q)
        .tensor(noisy.tokens())
        .tensor(noisy.noise())
        .tensor(noisy.alphaBars())
        .ints(SamplingCalls.code(mode))
        .reals(noisy.k())
        .one(owner);
  }

  private GraphCall call(String method, NDArray ids) {
    GraphCall call = graph.call(method);
    weights.pass(call);
    return call.tensor(ids);
  }

  /** Passes what all calls end with. */
  private GraphCall pass(GraphCall call, PackedSequences sequences) {
    setup.pass(call);
    weights.passChoice(call);
    sequences.pass(call);
    return call;
  }

  private NDList gradients(NDManager owner, GraphCall call, PackedSequences sequences) {
    return Autograd.recording(() -> pass(call, sequences).all(owner));
  }
}
