package io.github.tess2.examples.claims;

import org.jspecify.annotations.Nullable;

/**
 * One answer in one setting, as a line of JSON.
 *
 * @param setting how it was generated
 * @param seed of the whole run; each question has its own derived of it, the same in all settings
 * @param id of the question
 * @param task its kind
 * @param prompt the question
 * @param expected the reference, which need not be the only right answer
 * @param generated the answer
 * @param tokens of it
 * @param right whether it is
 * @param reward the reward model's score of it, where there is one
 * @param word what it was to contain, where something
 * @param hasWord whether it does
 * @param passes what it cost, counted
 * @param seconds its part of the time that its batch took
 */
public record GuidedAnswer(
    Setting setting,
    long seed,
    String id,
    String task,
    String prompt,
    String expected,
    String generated,
    int tokens,
    boolean right,
    @Nullable Double reward,
    @Nullable String word,
    @Nullable Boolean hasWord,
    Passes passes,
    double seconds) {}
