package io.github.tess2;

import static java.util.Objects.requireNonNull;

/**
 * What a loaded model is.
 *
 * @param architecture {@code mistral}, {@code llama}, {@code llada} or {@code dream}
 * @param parameters how many weights it has
 * @param layers decoder layers
 * @param hiddenSize H
 * @param vocabularySize V, the rows of the embedding
 * @param maxLength the most tokens of prompt and answer together, L
 * @param precision what it computes in, never {@link Precision#AUTO}
 * @param weights how the weights of its layers are stored
 * @param device where it computes, never {@link ComputeDevice#AUTO}
 * @param weightBytes memory its weights take on the device
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
   * Checks the parts.
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
