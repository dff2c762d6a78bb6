/**
 * SentencePiece models: reads a {@code tokenizer.model}, and normalizes and splits text as
 * SentencePiece does. Knows nothing about checkpoints.
 */
@NullMarked
package io.github.tess2.runtime.sentencepiece;

import org.jspecify.annotations.NullMarked;
