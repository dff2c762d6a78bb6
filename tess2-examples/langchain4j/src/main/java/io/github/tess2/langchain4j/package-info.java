/**
 * LangChain4j's chat models over a diffusion language model.
 *
 * <p>{@link io.github.tess2.langchain4j.Tess2ChatModel} answers at once, {@link
 * io.github.tess2.langchain4j.Tess2StreamingChatModel} in pieces. Both take a {@link
 * io.github.tess2.DiffusionLM} of the application's, which may serve both, or load one. What a
 * request can set beyond LangChain4j's own parameters is in {@link
 * io.github.tess2.langchain4j.Tess2ChatRequestParameters}, what an answer tells beyond its text in
 * {@link io.github.tess2.langchain4j.Tess2ChatResponseMetadata}. What the model cannot do (tools,
 * JSON, images, top-k, penalties) is refused with an {@link
 * dev.langchain4j.exception.UnsupportedFeatureException}.
 */
@NullMarked
package io.github.tess2.langchain4j;

import org.jspecify.annotations.NullMarked;
