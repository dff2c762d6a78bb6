package io.github.tess2.examples.claims;

import org.jspecify.annotations.Nullable;

/**
 * One answer in one setting, as a line of JSON.
 *
 * @param setting how it was generated
 * @param seed the seed of the whole run; each question derives its seed from it, the same in all
 *     settings
 * @param id the question's id
 * @param task the question's kind
 * @param prompt the question
 * @param expected the reference, which need not be the only right answer
 * @param generated the answer
 * @param tokens number of tokens of the answer
 * @param right whether the answer is right
 * @param reward the reward model's score of the answer, if there is one
 * @param word the wanted word, if there is one
 * @param hasWord whether the answer contains the wanted word
 * @param passes the passes that the answer took
 * @param seconds the answer's share of the time of its batch
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
    AnswerCost passes,
    double seconds) {}
