/**
 * LangChain4j's chat models over a diffusion language model.
 *
 * <p>{@link io.github.tess2.langchain4j.Tess2ChatModel} returns a whole answer, {@link
 * io.github.tess2.langchain4j.Tess2StreamingChatModel} returns it in pieces. Both use a {@link
 * io.github.tess2.DiffusionLM} of the application, which they may share, or load one. {@link
 * io.github.tess2.langchain4j.Tess2ChatRequestParameters} adds parameters to LangChain4j's own, and
 * {@link io.github.tess2.langchain4j.Tess2ChatResponseMetadata} has the metadata of an answer.
 * Unsupported features (tools, JSON, images, top-k, penalties) are refused with an {@link
 * dev.langchain4j.exception.UnsupportedFeatureException}.
 */
@NullMarked
package io.github.tess2.langchain4j;

import org.jspecify.annotations.NullMarked;
