package io.github.tess2.spi;

/** Makes a {@link StoppingCriterion} that is found by name. */
public interface StoppingCriterionProvider extends Provider<StoppingCriterion> {}
