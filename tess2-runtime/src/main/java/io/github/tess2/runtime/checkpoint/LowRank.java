package io.github.tess2.runtime.checkpoint;

/**
 * What an adapter adds to a weight {@code [out, in]}: {@code scale · up · down}, or for an
 * embedding {@code [V, H]} its transpose.
 *
 * @param down {@code [r, in]}; {@code [r, V]} for an embedding
 * @param up {@code [out, r]}; {@code [H, r]} for an embedding
 * @param scale the product's factor
 * @param transposed whether the product is transposed before it is added
 */
public record LowRank(StoredTensor down, StoredTensor up, double scale, boolean transposed) {}
