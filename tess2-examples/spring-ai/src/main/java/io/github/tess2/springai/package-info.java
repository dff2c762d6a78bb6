/**
 * Spring AI's {@code ChatModel} over a diffusion language model, and its auto-configuration by the
 * properties {@code spring.ai.tess2}.
 */
@NullMarked
package io.github.tess2.springai;

import org.jspecify.annotations.NullMarked;
