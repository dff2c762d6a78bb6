package io.github.tess2.runtime.canvas;

import com.google.auto.service.AutoService;
import io.github.tess2.spi.CanvasPolicy;
import io.github.tess2.spi.CanvasPolicyProvider;
import io.github.tess2.spi.OptionValues;

/** {@code whole}: generates every position at every step. */
@AutoService(CanvasPolicyProvider.class)
public final class WholeCanvas implements CanvasPolicyProvider {
  @Override
  public String name() {
    return "whole";
  }

  @Override
  public CanvasPolicy create(OptionValues options) {
    return CanvasPolicy.WHOLE;
  }
}
