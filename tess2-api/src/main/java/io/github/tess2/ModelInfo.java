package io.github.tess2;

/**
 * What a loaded model is.
 *
 * @param architecture {@code mistral} or {@code llama}
 * @param parameters how many weights it has
 * @param layers decoder layers
 * @param hiddenSize H
 * @param vocabularySize V, the rows of the embedding
 * @param maxLength the most tokens of prompt and answer together, L
 * @param precision what it computes in, never {@link Precision#AUTO}
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
    ComputeDevice device,
    long weightBytes) {}
