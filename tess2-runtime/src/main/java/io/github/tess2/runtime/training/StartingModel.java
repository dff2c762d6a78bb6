package io.github.tess2.runtime.training;

import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model that a run trains.
 *
 * @param config its shape
 * @param tokenizerFolder the folder of its tokenizer's files
 * @param weights the checkpoint to start from, which the creator closes; null for random weights
 */
record StartingModel(ModelConfig config, Path tokenizerFolder, @Nullable Checkpoint weights) {}
