package io.github.tess2.runtime.checkpoint;

/**
 * The settings of the diffusion process in a checkpoint of a masked diffusion model.
 *
 * @param maskId the token at positions that are not decided yet
 * @param shifted whether the head's output at a position predicts the next one, as in the
 *     left-to-right models from which such a model may be made. The first position is then
 *     predicted at its own position
 * @param sampler the name of the sampler that the family was published with
 */
public record MaskedConfig(int maskId, boolean shifted, String sampler) {}
