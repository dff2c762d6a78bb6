package io.github.tess2.training;

import java.nio.file.Path;

/**
 * What a run leaves.
 *
 * @param checkpoint folder with the model in the Hugging Face layout
 * @param steps optimizer steps done, earlier parts of a resumed run included
 * @param tokens positions through the model, likewise
 * @param finished whether all steps were done
 */
public record TrainingResult(Path checkpoint, int steps, long tokens, boolean finished) {}
