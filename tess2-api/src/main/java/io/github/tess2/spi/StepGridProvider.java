package io.github.tess2.spi;

/** Makes a {@link StepGrid} that is found by name. */
public interface StepGridProvider extends Provider<StepGrid> {}
