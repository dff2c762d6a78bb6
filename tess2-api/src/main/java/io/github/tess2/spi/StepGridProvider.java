package io.github.tess2.spi;

/** Creates a {@link StepGrid} selected by name. */
public interface StepGridProvider extends Provider<StepGrid> {}
