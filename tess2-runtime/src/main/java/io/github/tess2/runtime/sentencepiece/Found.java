package io.github.tess2.runtime.sentencepiece;

/**
 * A piece found in a text.
 *
 * @param id the id of the piece
 * @param text the part of the text that it covers, unchanged
 */
public record Found(int id, String text) {}
