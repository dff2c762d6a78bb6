package io.github.tess2.training;

import java.nio.file.Path;

/**
 * The result of a training run.
 *
 * @param checkpoint the folder with the model in the Hugging Face layout
 * @param steps number of optimizer steps done, including earlier parts of a resumed run
 * @param tokens number of positions processed, including earlier parts of a resumed run
 * @param finished whether all steps were done
 */
public record TrainingResult(Path checkpoint, int steps, long tokens, boolean finished) {}
