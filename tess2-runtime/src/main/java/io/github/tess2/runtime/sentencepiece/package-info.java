/**
 * SentencePiece models: what a {@code tokenizer.model} says, and how SentencePiece prepares a text
 * before it splits it. Knows nothing about checkpoints.
 */
@NullMarked
package io.github.tess2.runtime.sentencepiece;

import org.jspecify.annotations.NullMarked;
