package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Denoiser;
import io.github.tess2.spi.Guidance;
import java.util.OptionalInt;

/** What a guidance sees of a request. */
record GuidedRequest(
    RequestState state, DiffusionModel model, Tokenizer tokenizer, Denoiser denoiser)
    implements Guidance.Request {
  @Override
  public NDManager manager() {
    return state.manager();
  }

  @Override
  public int vocabularySize() {
    return model.config().vocabularySize();
  }

  @Override
  public ImmutableIntArray ids() {
    return state.active.ids();
  }

  @Override
  public ImmutableIntArray positions() {
    return state.active.positions();
  }

  @Override
  public OptionalInt maskId() {
    return model
        .config()
        .masked()
        .map(mask -> OptionalInt.of(mask.maskId()))
        .orElseGet(OptionalInt::empty);
  }

  @Override
  public boolean endsAtEos() {
    return !state.layout.infill();
  }

  @Override
  public int total() {
    return state.total();
  }

  @Override
  public long seed() {
    return state.settings.seed();
  }
}
