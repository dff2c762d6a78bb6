package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Confidence;
import io.github.tess2.GenerationListener;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.spi.CanvasPolicy.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running request, or one candidate of it. It holds native memory from when it is opened, at its
 * first step, to its end. Between steps it holds the G drawn token ids and the next step's input
 * embeddings {@code [G,H]}; it holds V-wide tensors only if a sampler keeps a {@code Simplex}
 * state.
 */
final class RequestState implements AutoCloseable {
  final Layout layout;
  final Settings settings;
  final AlphaBars alphaBars;
  final GenerationListener listener;
  final List<Guide> guides = new ArrayList<>();
  final long startedNanos;

  /** t of the next step to run, from T−1; −1 when all steps of the window have run. */
  int step;

  /** The sequence that is computed now: the window's rows and everything before them. */
  Layout active;

  /** The current window of the canvas. */
  Window window;

  /** Keys and values of what does not change, if it has a prompt cache. */
  final KeyValueCache keys;

  private final Course course;
  private int windowsBegun = 1;
  private int stepsRun;

  /** The number of rows predicted so far, including dropped ones. */
  private int known;

  /** Input embeddings of the generated positions, {@code [G,H]}; null before the first step. */
  @Nullable NDArray inputs;

  /** Drawn ids {@code [G]}, or a V-wide state {@code [G,V]}; neither at the first step. */
  @Nullable NDArray tokens;

  @Nullable NDArray simplex;

  /** The state in masked diffusion; null for other models, and before the first step. */
  @Nullable MaskedRows masked;

  int[] likeliest;
  double[] probability;
  double[] entropy;

  long firstStepNanos;
  long denoisingNanos;
  volatile boolean cancelled;

  /** Whether its stopping criterion has ended it. */
  boolean stopped;

  /** The scores of its guidances at its end, in order. */
  List<OptionalDouble> scores = List.of();

  /** The candidates that fail or stop together with this one; null if it is alone. */
  @Nullable Candidates group;

  volatile @Nullable Throwable failure;

  private final PluginCalls plugins = new PluginCalls(this);
  private @Nullable Job job;
  private boolean atItsListener;
  private @Nullable NDManager manager;
  private final IdentityHashMap<Object, Object> kept = new IdentityHashMap<>();

  RequestState(
      Layout layout,
      Settings settings,
      AlphaBars alphaBars,
      GenerationListener listener,
      long startedNanos) {
    this(layout, settings, alphaBars, Course.whole(layout), listener, startedNanos);
  }

  RequestState(
      Layout layout,
      Settings settings,
      AlphaBars alphaBars,
      Course course,
      GenerationListener listener,
      long startedNanos) {
    this.layout = layout;
    this.course = course;
    this.keys = new KeyValueCache(course, alphaBars.total());
    this.window = course.first();
    this.active = layout.window(window, new int[0]);
    this.known = window.to();
    this.settings = settings;
    this.alphaBars = alphaBars;
    this.listener = listener;
    this.startedNanos = startedNanos;
    this.step = alphaBars.total() - 1;
    this.likeliest = new int[layout.generated()];
    this.probability = new double[layout.generated()];
    this.entropy = new double[layout.generated()];
  }

  /** The number of generated positions that are computed now. */
  int generated() {
    return active.generated();
  }

  /**
   * The greatest number of rows that its sequence may still have at a step: the current number if
   * its window can only shrink, or all rows if more windows may follow.
   */
  int mostRows() {
    return course.windows() == 1 ? active.length() : layout.length();
  }

  Course course() {
    return course;
  }

  /** Runs work in a step that may call this request's plugins. */
  PluginCalls plugins() {
    return plugins;
  }

  void belongsTo(Job owner) {
    job = owner;
  }

  Job job() {
    return requireNonNull(job, "a request that nobody has sent has no job");
  }

  /** Whether its listener has been called for a step and has not returned. */
  boolean atItsListener() {
    return atItsListener;
  }

  void setAtItsListener(boolean there) {
    atItsListener = there;
  }

  /**
   * An object that a plugin keeps until this request ends.
   *
   * @param key the owner of the object, compared by identity
   * @param make creates the object, with its tensors in a manager of this request
   */
  @SuppressWarnings("unchecked") // Each key's value was made by the same caller.
  <T> T kept(Object key, Function<NDManager, T> make) {
    Object found = kept.get(key);
    if (found == null) {
      found = requireNonNull(make.apply(manager()), "what is kept for a request");
      kept.put(key, found);
    }
    return (T) found;
  }

  /** Takes ownership of the manager of all its tensors. */
  void open(NDManager owner) {
    manager = owner;
  }

  boolean isOpen() {
    return manager != null;
  }

  NDManager manager() {
    return requireNonNull(manager, "a request that is not open has no manager");
  }

  /** Rows of its window, as the random source identifies them. */
  RandomSource.Rows rows(int from, int to) {
    return new RandomSource.Rows(settings.seed(), window.from() + from, window.from() + to);
  }

  /** The number of steps in a window. */
  int total() {
    return alphaBars.total();
  }

  /** The greatest number of steps of the request. */
  int mostSteps() {
    return (int) Math.min((long) total() * course.windows(), Integer.MAX_VALUE);
  }

  /** The number of the next step in its window, from 1. */
  int stepOfWindow() {
    return total() - step;
  }

  /** The number of steps run so far, including those of earlier windows. */
  int stepsRun() {
    if (masked != null) {
      return masked.passes();
    }
    return stepsRun;
  }

  /** Counts a step as run; the next one has a lower t. */
  void stepDone() {
    stepsRun++;
    step--;
  }

  /** Counts a step as run and as the last of its window. */
  void windowDone() {
    stepsRun++;
    step = -1;
  }

  /** Whether this step's prediction is read: by a listener, a plugin, or the result. */
  boolean observed() {
    return step == 0 || course.watches() || listener != GenerationListener.IGNORE;
  }

  boolean finished() {
    return step < 0
        || stopped
        || cancelled
        || failure != null
        || (group != null && group.stopped());
  }

  ImmutableIntArray tokenIds() {
    return ImmutableIntArray.copyOf(likeliest).subArray(0, known);
  }

  /**
   * Treats the last rows of the window as being after the end of the answer. They are not computed
   * any more.
   *
   * @param end the end of the remaining rows, exclusive
   * @param eos the token of the dropped rows
   */
  void drop(int end, int eos) {
    Arrays.fill(likeliest, end, window.to(), eos);
    int rows = end - window.from();
    window = new Window(window.from(), end);
    active = layout.window(window, likeliest);
    // Objects of plugins and the kept keys were made from the old sequence.
    kept.clear();
    keys.forget();
    if (inputs != null) {
      NDArray left = inputs;
      advance(
          rows(left, rows),
          tokens == null ? null : rows(tokens, rows),
          simplex == null ? null : rows(simplex, rows));
    }
  }

  /** A copy, so that the memory of the other rows is freed. */
  private static NDArray rows(NDArray all, int count) {
    try (NDArray part = all.get(new NDIndex(":" + count))) {
      return part.duplicate();
    }
  }

  /** Notes that the window's rows have been predicted. */
  void predicted() {
    known = Math.max(known, window.to());
  }

  /** Moves to the next window; everything before it is given from now on. */
  void beginWindow(Window next) {
    window = next;
    windowsBegun++;
    active = layout.window(next, likeliest);
    kept.clear();
    keys.beginWindow();
    step = total() - 1;
    release();
    inputs = null;
    tokens = null;
    simplex = null;
  }

  int windowsBegun() {
    return windowsBegun;
  }

  Confidence confidence() {
    return new Confidence(ImmutableDoubleArray.copyOf(probability).subArray(0, known));
  }

  /** Moves to the next state and frees the tensors of the last one. */
  void advance(NDArray nextInputs, @Nullable NDArray nextTokens, @Nullable NDArray nextSimplex) {
    release();
    inputs = nextInputs;
    tokens = nextTokens;
    simplex = nextSimplex;
    NDManager owner = manager();
    nextInputs.attach(owner);
    if (nextTokens != null) {
      nextTokens.attach(owner);
    }
    if (nextSimplex != null) {
      nextSimplex.attach(owner);
    }
  }

  private void release() {
    for (NDArray old : new NDArray[] {inputs, tokens, simplex}) {
      if (old != null) {
        old.close();
      }
    }
  }

  void fail(Throwable e) {
    failure = Failures.join(failure, e);
    if (group != null) {
      group.stop();
    }
  }

  /**
   * Like {@link #fail}, for a failure that occurred before those already noted and may explain
   * them.
   */
  void failedBefore(Throwable e) {
    Throwable later = failure;
    failure = null;
    fail(e);
    if (later != null) {
      fail(later);
    }
  }

  void cancel() {
    cancelled = true;
    if (group != null) {
      group.stop();
    }
  }

  /** Asks its guidances for their scores and frees everything. If that fails, the request fails. */
  void end() {
    try {
      if (failure == null) {
        scores = guides.stream().map(Guide::score).toList();
      }
    } catch (PluginException e) {
      fail(e);
    }
    try {
      close();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /**
   * Frees everything, even if a guidance fails to close.
   *
   * @throws PluginException if one does
   */
  @Override
  public void close() {
    inputs = null;
    tokens = null;
    simplex = null;
    kept.clear();
    Closing.all(() -> Guide.closeAll(guides), manager == null ? null : manager::close);
  }
}
