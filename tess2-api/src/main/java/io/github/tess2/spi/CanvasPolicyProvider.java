package io.github.tess2.spi;

/** Creates a {@link CanvasPolicy} selected by name. */
public interface CanvasPolicyProvider extends Provider<CanvasPolicy> {}
