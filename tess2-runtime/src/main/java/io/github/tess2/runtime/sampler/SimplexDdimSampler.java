package io.github.tess2.runtime.sampler;

import ai.djl.ndarray.NDArray;
import com.google.auto.service.AutoService;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;

/**
 * {@code simplex-ddim}, deterministic after the first noise (after DDIM, arXiv 2010.02502): {@code
 * x̂ = 2k·softmax(logits) − k}, the noise that explains x_t is {@code ε = (x_t − √ᾱ_t·x̂) /
 * √(1−ᾱ_t)}, and {@code x_{t−1} = √ᾱ_{t−1}·x̂ + √(1−ᾱ_{t−1})·ε}. Temperature and top-p have no
 * effect. Its state is V-wide.
 */
@AutoService(Sampler.class)
public final class SimplexDdimSampler implements Sampler {
  @Override
  public String name() {
    return "simplex-ddim";
  }

  @Override
  public SamplerStep step(SamplerInput input) {
    double k = input.simplexValue();
    NDArray clean = input.logits().softmax(-1).muli(2 * k).subi(k);
    double next = input.alphaBarPrevious();
    double now = input.alphaBar();
    if (next >= 1 || now >= 1) {
      return new SamplerStep.Simplex(clean);
    }
    double keep = Math.sqrt(1 - next) / Math.sqrt(1 - now);
    NDArray noise = input.noisySimplex().mul(keep);
    NDArray signal = clean.muli(Math.sqrt(next) - Math.sqrt(now) * keep);
    return new SamplerStep.Simplex(noise.addi(signal));
  }
}
