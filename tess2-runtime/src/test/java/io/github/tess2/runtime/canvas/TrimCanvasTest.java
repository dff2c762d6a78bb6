package io.github.tess2.runtime.canvas;

import io.github.tess2.contract.CanvasPolicyContractTest;
import io.github.tess2.spi.CanvasPolicyProvider;

class TrimCanvasTest extends CanvasPolicyContractTest {
  @Override
  protected CanvasPolicyProvider provider() {
    return new TrimCanvas();
  }
}
