package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.tess2.SelfConditioning;

/**
 * The graph's methods that compute losses and their gradients. R is the number of rows of packed
 * sequences, N of the noisy rows among them, M of the rows that predict; V is the vocabulary size.
 * Indices are int64, all other tensors float32.
 *
 * <p>Methods named gradients return the loss, then a gradient for each trained parameter, then one
 * for A and one for B of each adapter.
 */
public final class TrainingCalls {
  private final Graph graph;
  private final TrainedWeights weights;
  private final TrainingSetup setup;

  /**
   * Binds the arguments that do not change.
   *
   * @param graph the graph to compute with
   * @param weights the weights, which change in place
   * @param setup the setup of all passes
   */
  public TrainingCalls(Graph graph, TrainedWeights weights, TrainingSetup setup) {
    this.graph = graph;
    this.weights = weights;
    this.setup = setup;
  }

  /**
   * Rows that predict the next token.
   *
   * @param rows the rows that predict, {@code [M]}
   * @param targets the token that each predicts, {@code [M]}
   */
  public record Targets(NDArray rows, NDArray targets) {}

  /**
   * The input of noisy rows.
   *
   * @param rows {@code [N]}
   * @param u the mixture weights of their input, {@code [N,V]}
   */
  public record Mixed(NDArray rows, NDArray u) {}

  /**
   * The input of a diffusion loss.
   *
   * @param mixed the noisy rows
   * @param times t/T of these rows, {@code [N]}
   * @param targets the predictions and their targets
   */
  public record Diffusion(Mixed mixed, NDArray times, Targets targets) {}

  /**
   * Tokens and their noise.
   *
   * @param tokens {@code [N]}
   * @param noise standard normal noise, {@code [N,V]}
   * @param alphaBars ᾱ of each row, {@code [N]}
   * @param k the simplex scale
   */
  public record Noisy(NDArray tokens, NDArray noise, NDArray alphaBars, double k) {}

  /** {@return the next-token loss and its gradients} */
  public NDList nextTokenGradients(
      NDManager owner, NDArray ids, Targets targets, PackedSequences sequences) {
    return gradients(owner, nextToken("next_token_gradients", ids, targets), sequences);
  }

  /** {@return the next-token loss} */
  public NDArray nextTokenLoss(
      NDManager owner, NDArray ids, Targets targets, PackedSequences sequences) {
    return pass(nextToken("next_token_loss", ids, targets), sequences).one(owner);
  }

  private GraphCall nextToken(String method, NDArray ids, Targets targets) {
    return call(method, ids).tensor(targets.rows()).tensor(targets.targets());
  }

  /**
   * {@return the diffusion loss and its gradients}
   *
   * @param owner the owner of the result
   * @param ids {@code [R]}
   * @param input the input of the loss
   * @param sequences the sequences of the rows
   */
  public NDList diffusionGradients(
      NDManager owner, NDArray ids, Diffusion input, PackedSequences sequences) {
    return gradients(owner, diffusion("diffusion_gradients", ids, input), sequences);
  }

  /**
   * {@return the diffusion loss}
   *
   * @param owner the owner of the result
   * @param ids {@code [R]}
   * @param input the input of the loss
   * @param sequences the sequences of the rows
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
   * {@return the pairwise loss and its gradients}
   *
   * @param owner the owner of the result
   * @param ids {@code [R]}; the first half of the sequences are the chosen ones
   * @param mixed the noisy rows; may be empty
   * @param readout the row of each sequence whose score is its reward, {@code [S]}
   * @param sequences the sequences of the rows
   */
  public NDList rewardGradients(
      NDManager owner, NDArray ids, Mixed mixed, NDArray readout, PackedSequences sequences) {
    return gradients(owner, mixed("reward_gradients", ids, mixed).tensor(readout), sequences);
  }

  /**
   * {@return the pairwise loss}
   *
   * @param owner the owner of the result
   * @param ids {@code [R]}; the first half of the sequences are the chosen ones
   * @param mixed the noisy rows; may be empty
   * @param readout the row of each sequence whose score is its reward, {@code [S]}
   * @param sequences the sequences of the rows
   */
  public NDArray rewardLoss(
      NDManager owner, NDArray ids, Mixed mixed, NDArray readout, PackedSequences sequences) {
    NDArray rewards = pass(mixed("rewards", ids, mixed).tensor(readout), sequences).one(owner);
    return graph.call("reward_loss").tensor(rewards).one(owner);
  }

  private GraphCall mixed(String method, NDArray ids, Mixed mixed) {
    return call(method, ids).tensor(mixed.rows()).tensor(mixed.u());
  }

  /**
   * {@return the softmax of the prediction one step earlier, {@code [N,V]}}
   *
   * @param owner the owner of the result
   * @param ids {@code [R]}
   * @param rows the noisy rows, {@code [N]}
   * @param predicting the row that predicts each of them, {@code [N]}; −1 for none
   * @param noisy the rows at t+1
   * @param times the times of t+1, {@code [N]}
   * @param mode the mode of self-conditioning
   * @param sequences the sequences of the rows
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
   * {@return the mixture weights u of noisy rows, {@code [N,V]}}
   *
   * @param owner the owner of the result
   * @param q the softmax of the previous prediction, {@code [N,V]}, or {@code [1,1]} for a uniform
   *     one
   * @param noisy the rows
   * @param mode the mode of self-conditioning
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

  /** Passes the last arguments of all calls. */
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
