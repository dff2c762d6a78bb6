package io.github.tess2;

import static java.util.Objects.requireNonNull;

/**
 * A description of a loaded model.
 *
 * @param architecture model family: {@code mistral}, {@code llama}, {@code llada} or {@code dream}
 * @param parameters number of weights
 * @param layers number of decoder layers
 * @param hiddenSize hidden size H
 * @param vocabularySize vocabulary size V, the rows of the embedding
 * @param maxLength the most tokens of prompt and answer together
 * @param precision compute precision, never {@link Precision#AUTO}
 * @param weights how the layers' weights are stored
 * @param device the device, never {@link ComputeDevice#AUTO}
 * @param weightBytes memory of the weights on the device, in bytes
 */
public record ModelInfo(
    String architecture,
    long parameters,
    int layers,
    int hiddenSize,
    int vocabularySize,
    int maxLength,
    Precision precision,
    WeightFormat weights,
    ComputeDevice device,
    long weightBytes) {
  /**
   * Checks the values.
   *
   * @param architecture model family
   * @param parameters number of weights
   * @param layers number of decoder layers
   * @param hiddenSize hidden size H
   * @param vocabularySize vocabulary size V
   * @param maxLength the most tokens of prompt and answer together
   * @param precision compute precision
   * @param weights how the layers' weights are stored
   * @param device the device
   * @param weightBytes memory of the weights on the device
   * @throws NullPointerException if one is null
   */
  public ModelInfo {
    requireNonNull(architecture, "architecture");
    requireNonNull(precision, "precision");
    requireNonNull(weights, "weights");
    requireNonNull(device, "device");
  }
}
