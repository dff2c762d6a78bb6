package io.github.tess2.examples.evaluation;

/**
 * One judged answer.
 *
 * @param set the set that its question is from: {@code "tasks"}, {@code "infill"} or {@code
 *     "infill-cut"}
 * @param id the question's id, unique within its set
 * @param group the task, or the kind of infill
 * @param steps denoising steps asked for
 * @param expected the reference, which need not be the only right answer
 * @param generated what the model wrote
 * @param right whether the answer is right
 */
public record Answer(
    String set,
    String id,
    String group,
    int steps,
    String expected,
    String generated,
    boolean right) {}
