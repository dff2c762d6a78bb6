package io.github.tess2.runtime.checkpoint;

/**
 * What a checkpoint of a masked diffusion model says about its process.
 *
 * @param maskId the token that stands where nothing is decided yet
 * @param shifted whether the head's output at a position is about the next one, as in the
 *     left-to-right models that such a model may be made of. The first position then goes by its
 *     own
 * @param sampler the name of the sampler that the family is known with
 */
public record MaskedConfig(int maskId, boolean shifted, String sampler) {}
