package io.github.tess2.runtime.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.SelfConditioning;
import io.github.tess2.spi.MaskedSampler;
import org.jspecify.annotations.Nullable;

/**
 * The graph's methods from logits to tokens and to the next state. C is a chunk of generated
 * positions, V the vocabulary size, H the hidden size. Tensors {@code [C,V]} are float32.
 */
public final class SamplingCalls {
  private final Graph graph;

  SamplingCalls(Graph graph) {
    this.graph = graph;
  }

  /**
   * {@return the likeliest token of each row and its probability, float64 {@code [C,2]}}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   */
  public NDArray readOut(NDManager owner, NDArray logits) {
    return graph.call("read_out").tensor(logits).one(owner);
  }

  /**
   * {@return the same, to the last bit, and the entropy of each row in nats, float64 {@code [C,3]}}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   */
  public NDArray readOutEntropies(NDManager owner, NDArray logits) {
    return graph.call("read_out_entropies").tensor(logits).one(owner);
  }

  /**
   * {@return the likeliest token of each row, int64 {@code [C]}}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   */
  public NDArray argmax(NDManager owner, NDArray logits) {
    return graph.call("argmax").tensor(logits).one(owner);
  }

  /**
   * {@return whether every row has a valid softmax, because its maximum is finite}
   *
   * @param manager the manager to work in
   * @param logits {@code [C,V]}
   */
  public boolean areLogits(NDManager manager, NDArray logits) {
    try (NDArray answer = graph.call("rows_are_logits").tensor(logits).one(manager)) {
      return answer.getBoolean();
    }
  }

  /**
   * {@return a token for each row, drawn from the nucleus, int64 {@code [C]}}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   * @param uniforms in [0, 1), one column for each try, {@code [C,K]}, float32
   * @param temperature the divisor of the logits, greater than 0
   * @param topP the nucleus's mass, in (0, 1]
   */
  public NDArray draw(
      NDManager owner, NDArray logits, NDArray uniforms, double temperature, double topP) {
    return graph.call("draw").tensor(logits).tensor(uniforms).reals(temperature, topP).one(owner);
  }

  /**
   * How a masked model's prediction is computed from its logits.
   *
   * @param temperature the divisor of the logits; 0 for none
   * @param topP the nucleus's mass, in (0, 1]
   * @param topK how many of the likeliest tokens are kept; 0 for all
   * @param maskId the token that is never predicted
   * @param measure the additional value to compute for each row
   */
  public record Candidates(
      double temperature, double topP, int topK, int maskId, MaskedSampler.Measure measure) {
    /** {@return how to compute the likeliest tokens other than the mask token} */
    public static Candidates likeliest(int maskId, MaskedSampler.Measure measure) {
      return new Candidates(0, 1, 0, maskId, measure);
    }
  }

  /**
   * {@return the predictions of C rows}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   * @param noise Gumbel noise for a draw, {@code [C,V]}; empty for the likeliest token
   * @param how how they are computed
   */
  public MaskedPredictions candidates(
      NDManager owner, NDArray logits, NDArray noise, Candidates how) {
    NDArray found =
        graph
            .call("masked_candidates")
            .tensor(logits)
            .tensor(noise)
            .reals(how.temperature(), how.topP())
            .ints(how.topK(), how.maskId(), code(how.measure()))
            .one(owner);
    return new MaskedPredictions(found.toDoubleArray());
  }

  /** The number of a measure in the graph's masked.py. */
  private static int code(MaskedSampler.Measure measure) {
    return switch (measure) {
      case NONE -> 0;
      case MARGIN -> 1;
      case NEGATIVE_ENTROPY -> 2;
    };
  }

  /**
   * {@return logits {@code [C,V]} that are certain of the decided tokens}
   *
   * @param owner the owner of the result
   * @param logits {@code [C,V]}
   * @param tokens the tokens of the C positions; −1 for an open one
   */
  public NDArray pin(NDManager owner, NDArray logits, long[] tokens) {
    return graph.call("pin").tensor(logits).ints(tokens).one(owner);
  }

  /**
   * {@return the noisy simplex of tokens, {@code [C,V]}, in the noise's memory}
   *
   * @param owner the owner of the result
   * @param tokens int64 {@code [C]}
   * @param noise ε, {@code [C,V]}; used up
   * @param alphaBar ᾱ
   * @param k the simplex scale
   */
  public NDArray renoise(
      NDManager owner, NDArray tokens, NDArray noise, double alphaBar, double k) {
    return renoise(graph.call("renoise"), owner, tokens, noise, alphaBar, k);
  }

  /**
   * {@return the same, but rows may start again from noise, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param tokens int64 {@code [C]}; negative for a row that becomes k·ε
   * @param noise ε, {@code [C,V]}; used up
   * @param alphaBar ᾱ of the other rows
   * @param k the simplex scale
   */
  public NDArray renoiseAccepted(
      NDManager owner, NDArray tokens, NDArray noise, double alphaBar, double k) {
    return renoise(graph.call("renoise_accepted"), owner, tokens, noise, alphaBar, k);
  }

  private static NDArray renoise(
      GraphCall call, NDManager owner, NDArray tokens, NDArray noise, double alphaBar, double k) {
    double signal = Math.sqrt(alphaBar);
    double sigma = Math.sqrt(1 - alphaBar);
    return call.tensor(tokens).tensor(noise).reals(signal, sigma, k).one(owner);
  }

  /**
   * {@return +k at the token and −k elsewhere, {@code [C,V]}}
   *
   * @param owner the owner of the result
   * @param tokens int64 {@code [C]}
   * @param width V
   * @param k the simplex scale
   */
  public NDArray oneHot(NDManager owner, NDArray tokens, int width, double k) {
    return graph.call("one_hot").tensor(tokens).ints(width).reals(k).one(owner);
  }

  /**
   * {@return the input embedding u·E, {@code [C,H]}}
   *
   * @param owner the owner of the result
   * @param x the noisy simplex, {@code [C,V]}
   * @param previous the previous logits, {@code [C,V]}; null at the first step, whose softmax is
   *     uniform
   * @param embedding E, {@code [V,H]}
   * @param mode how the two mix
   */
  public NDArray embed(
      NDManager owner,
      NDArray x,
      @Nullable NDArray previous,
      NDArray embedding,
      SelfConditioning mode) {
    if (previous == null) {
      return graph.call("embed_first").tensor(x).tensor(embedding).ints(code(mode)).one(owner);
    }
    return graph
        .call("embed_next")
        .tensor(x)
        .tensor(previous)
        .tensor(embedding)
        .ints(code(mode))
        .one(owner);
  }

  /** The number of a mode in the graph's simplex.py. */
  static int code(SelfConditioning mode) {
    return switch (mode) {
      case NONE -> 0;
      case LOGITS_MEAN, LOGITS_WITH_PROJECTION -> 1;
      case LOGITS_ADDITION, LOGITS_WITH_PROJECTION_ADDITION -> 2;
      case LOGITS_MAX -> 3;
      case LOGITS_MULTIPLY -> 4;
    };
  }
}
