package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Confidence;
import io.github.tess2.GenerationListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way. Between steps it holds the G drawn token ids and the next step's input
 * embeddings {@code [G,H]}; V-wide only where a sampler keeps a {@code Simplex} state.
 */
final class RequestState implements AutoCloseable {
  final Layout layout;
  final Settings settings;
  final AlphaBars alphaBars;
  final GenerationListener listener;
  final NDManager manager;
  final List<Guide> guides = new ArrayList<>();
  final long startedNanos;

  /** t of the next step to run, from T−1; −1 when all have run. */
  int step;

  /** Input embeddings of the generated positions, {@code [G,H]}; null before the first step. */
  @Nullable NDArray canvas;

  /** Drawn ids {@code [G]}, or a V-wide state {@code [G,V]}; neither at the first step. */
  @Nullable NDArray tokens;

  @Nullable NDArray simplex;

  int[] likeliest;
  double[] probability;

  long firstStepNanos;
  long denoisingNanos;
  boolean cancelled;

  /** All candidates of this request, this one among them; none where it stands alone. */
  List<RequestState> candidates = List.of();

  @Nullable RuntimeException failure;

  RequestState(
      Layout layout,
      Settings settings,
      AlphaBars alphaBars,
      GenerationListener listener,
      NDManager manager,
      long startedNanos) {
    this.layout = layout;
    this.settings = settings;
    this.alphaBars = alphaBars;
    this.listener = listener;
    this.manager = manager;
    this.startedNanos = startedNanos;
    this.step = settings.steps() - 1;
    this.likeliest = new int[layout.generated()];
    this.probability = new double[layout.generated()];
  }

  int generated() {
    return layout.generated();
  }

  /** Steps run so far. */
  int stepsRun() {
    return settings.steps() - 1 - step;
  }

  /** Whether anybody reads this step's prediction: a listener, or the result. */
  boolean observed() {
    return step == 0 || listener != GenerationListener.IGNORE;
  }

  boolean finished() {
    return step < 0 || stopped() || candidates.stream().anyMatch(RequestState::stopped);
  }

  private boolean stopped() {
    return cancelled || failure != null;
  }

  ImmutableIntArray tokenIds() {
    return ImmutableIntArray.copyOf(likeliest);
  }

  Confidence confidence() {
    return new Confidence(ImmutableDoubleArray.copyOf(probability));
  }

  /** Moves to the next state, freeing the last one's tensors. */
  void advance(NDArray nextCanvas, @Nullable NDArray nextTokens, @Nullable NDArray nextSimplex) {
    release();
    canvas = nextCanvas;
    tokens = nextTokens;
    simplex = nextSimplex;
    nextCanvas.attach(manager);
    if (nextTokens != null) {
      nextTokens.attach(manager);
    }
    if (nextSimplex != null) {
      nextSimplex.attach(manager);
    }
  }

  private void release() {
    for (NDArray old : new NDArray[] {canvas, tokens, simplex}) {
      if (old != null) {
        old.close();
      }
    }
  }

  void fail(RuntimeException e) {
    failure = Failures.join(failure, e);
  }

  /**
   * Frees everything, even where a guidance fails to close.
   *
   * @throws io.github.tess2.PluginException if one does
   */
  @Override
  public void close() {
    try (manager) {
      Failures.forEach(guides, Guide::close);
    }
  }
}
