package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.SamplerInput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a sampler sees of a chunk. Values that it does not ask for are not computed. */
final class ChunkInput implements SamplerInput {
  private final DiffusionModel model;
  private final RandomSource random;
  private final Chunk chunk;
  private final NDManager manager;
  private final NDArray logits;
  private final AlphaBars alphaBars;
  private @Nullable NDArray drawn;
  private @Nullable NDArray noisy;

  ChunkInput(
      DiffusionModel model, RandomSource random, Chunk chunk, NDManager manager, NDArray logits) {
    this.model = model;
    this.random = random;
    this.chunk = chunk;
    this.manager = manager;
    this.logits = logits;
    this.alphaBars = chunk.lead().alphaBars;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public int timestep() {
    return chunk.lead().step;
  }

  @Override
  public int total() {
    return chunk.lead().total();
  }

  @Override
  public double alphaBar() {
    return alphaBars.at(timestep());
  }

  @Override
  public double alphaBarPrevious() {
    return alphaBars.before(timestep());
  }

  @Override
  public double simplexValue() {
    return model.simplexValue();
  }

  @Override
  public double temperature() {
    return chunk.lead().settings.temperature();
  }

  @Override
  public NDArray logits() {
    return logits;
  }

  @Override
  public NDArray drawTokens() {
    if (drawn == null) {
      Settings settings = chunk.lead().settings;
      drawn =
          settings.greedy()
              ? model.graph().sampling().argmax(manager, logits)
              : model.draw(
                  manager,
                  logits,
                  random.uniforms(manager, chunk.random(), timestep()),
                  settings.temperature(),
                  settings.topP());
    }
    return drawn;
  }

  @Override
  public NDArray noisySimplex() {
    if (noisy == null) {
      noisy = chunk.lead().simplex != null ? kept() : renoised();
    }
    return noisy;
  }

  private NDArray kept() {
    return rowsOf(request -> request.simplex);
  }

  /** The state is token ids: the same seed gives the noise with which the previous step made x. */
  private NDArray renoised() {
    NDArray noise =
        random.noise(manager, chunk.random(), timestep(), model.config().vocabularySize());
    if (chunk.lead().tokens == null) {
      return noise.muli(simplexValue());
    }
    NDArray tokens = rowsOf(request -> request.tokens);
    return renoise(tokens, noise, alphaBars.before(timestep() + 1));
  }

  /** The noisy simplex of the tokens that this step's sampler produced. */
  NDArray renoise(NDArray tokens, NDArray noise, double alphaBar) {
    return Acceptance.decides(chunk.lead())
        ? model.renoiseAccepted(manager, tokens, noise, alphaBar)
        : model.renoise(manager, tokens, noise, alphaBar);
  }

  private NDArray rowsOf(Function<RequestState, @Nullable NDArray> state) {
    List<NDArray> rows = new ArrayList<>();
    for (Chunk.Span span : chunk.spans()) {
      NDArray all = requireNonNull(state.apply(span.request()));
      rows.add(model.graph().sliceRows(manager, all, span.from(), span.to()));
    }
    return model.graph().concatenate(manager, rows);
  }
}
