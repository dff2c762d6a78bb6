package io.github.tess2.spi;

/** Makes a {@link CanvasPolicy} that is found by name. */
public interface CanvasPolicyProvider extends Provider<CanvasPolicy> {}
