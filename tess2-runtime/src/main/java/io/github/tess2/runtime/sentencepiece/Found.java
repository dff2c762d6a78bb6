package io.github.tess2.runtime.sentencepiece;

/**
 * A piece found in a text.
 *
 * @param id the piece's
 * @param text its part of the text, as it is there
 */
public record Found(int id, String text) {}
