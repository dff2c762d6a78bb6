package io.github.tess2.spi;

/** Creates a {@link StoppingCriterion} selected by name. */
public interface StoppingCriterionProvider extends Provider<StoppingCriterion> {}
