package io.github.tess2.examples.evaluation;

/**
 * One judged answer.
 *
 * @param set which questions it is from: {@code "tasks"}, {@code "infill"} or {@code "infill-cut"}
 * @param id the question's, unique within its set
 * @param group its task, or its kind of infill
 * @param steps denoising steps asked for
 * @param expected the reference, which need not be the only right answer
 * @param generated what the model wrote
 * @param right whether that is right
 */
public record Answer(
    String set,
    String id,
    String group,
    int steps,
    String expected,
    String generated,
    boolean right) {}
