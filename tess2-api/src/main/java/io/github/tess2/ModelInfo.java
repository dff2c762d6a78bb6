package io.github.tess2;

import static java.util.Objects.requireNonNull;

/**
 * A description of a loaded model.
 *
 * @param architecture {@code mistral}, {@code llama}, {@code llada} or {@code dream}
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
   * @param architecture as the component
   * @param parameters as the component
   * @param layers as the component
   * @param hiddenSize as the component
   * @param vocabularySize as the component
   * @param maxLength as the component
   * @param precision as the component
   * @param weights as the component
   * @param device as the component
   * @param weightBytes as the component
   * @throws NullPointerException if one is null
   */
  public ModelInfo {
    requireNonNull(architecture, "architecture");
    requireNonNull(precision, "precision");
    requireNonNull(weights, "weights");
    requireNonNull(device, "device");
  }
}
