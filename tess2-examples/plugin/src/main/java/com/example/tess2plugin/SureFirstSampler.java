package com.example.tess2plugin;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import com.google.auto.service.AutoService;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;

/**
 * {@code sure-first}: takes a token to which the model gives a probability of at least 0.9. At
 * other positions it draws a token, as {@code simplex-ddpm} does everywhere. So settled positions
 * stay as they are, and the others keep exploring.
 */
@AutoService(Sampler.class)
public final class SureFirstSampler implements Sampler {
  private static final double SURE = 0.9;

  /** For {@link java.util.ServiceLoader}. */
  public SureFirstSampler() {}

  @Override
  public String name() {
    return "sure-first";
  }

  @Override
  public SamplerStep step(SamplerInput input) {
    NDArray p = input.logits().div(input.temperature()).softmax(1); // [C,V]
    NDArray sure = p.max(new int[] {1}).gte(SURE); // [C]
    return new SamplerStep.Tokens(NDArrays.where(sure, p.argMax(1), input.drawTokens()));
  }
}
