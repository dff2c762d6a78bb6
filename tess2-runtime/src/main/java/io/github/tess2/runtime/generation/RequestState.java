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
 * One request on its way, or one candidate of it. It holds native memory from when it is opened, by
 * its first step, to its end. Between steps it holds the G drawn token ids and the next step's
 * input embeddings {@code [G,H]}; V-wide only where a sampler keeps a {@code Simplex} state.
 */
final class RequestState implements AutoCloseable {
  final Layout layout;
  final Settings settings;
  final AlphaBars alphaBars;
  final GenerationListener listener;
  final List<Guide> guides = new ArrayList<>();
  final long startedNanos;

  /** t of the next step to run, from T−1; −1 when all of the window have run. */
  int step;

  /** The sequence as it is computed now: the window's rows, and what stands before them. */
  Layout active;

  /** Which rows of the whole canvas those are. */
  Window window;

  /** Keys and values of what does not change, where it has a prompt cache. */
  final KeptKeys keys;

  private final Course course;
  private int windowsBegun = 1;
  private int stepsRun;

  /** Rows predicted by now, those included that were dropped. */
  private int known;

  /** Input embeddings of the generated positions, {@code [G,H]}; null before the first step. */
  @Nullable NDArray inputs;

  /** Drawn ids {@code [G]}, or a V-wide state {@code [G,V]}; neither at the first step. */
  @Nullable NDArray tokens;

  @Nullable NDArray simplex;

  /** The state of a model that diffuses by masking; null for another, and before the first step. */
  @Nullable MaskedRows masked;

  int[] likeliest;
  double[] probability;
  double[] entropy;

  long firstStepNanos;
  long denoisingNanos;
  volatile boolean cancelled;

  /** Whether its stopping criterion has ended it. */
  boolean stopped;

  /** What its guidances say at its end, in their order. */
  List<OptionalDouble> scores = List.of();

  /** What shares this one's fate; null where it stands alone. */
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
    this.keys = new KeptKeys(course, alphaBars.total());
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

  /** How many positions are computed now. */
  int generated() {
    return active.generated();
  }

  /**
   * How many rows its sequence may still have at a step: those of now where its window can only
   * shrink, all where further windows may come.
   */
  int mostRows() {
    return course.windows() == 1 ? active.length() : layout.length();
  }

  Course course() {
    return course;
  }

  /** How work in a step is done that may call this request's plugins. */
  PluginCalls plugins() {
    return plugins;
  }

  void belongsTo(Job owner) {
    job = owner;
  }

  Job job() {
    return requireNonNull(job, "a request that nobody has sent has no job");
  }

  /** Whether its listener is told of a step, and has not returned. */
  boolean atItsListener() {
    return atItsListener;
  }

  void setAtItsListener(boolean there) {
    atItsListener = there;
  }

  /**
   * What a plugin keeps for as long as this request lasts.
   *
   * @param key whose it is, compared by identity
   * @param make makes it with its tensors in a manager of this request
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

  /** Takes over the owner of all it makes. */
  void open(NDManager owner) {
    manager = owner;
  }

  boolean isOpen() {
    return manager != null;
  }

  NDManager manager() {
    return requireNonNull(manager, "a request that is not open has no manager");
  }

  /** Some rows of its canvas, as the random source addresses them. */
  RandomSource.Rows rows(int from, int to) {
    return new RandomSource.Rows(settings.seed(), window.from() + from, window.from() + to);
  }

  /** How many steps a window takes. */
  int total() {
    return alphaBars.total();
  }

  /** How many steps it takes at most. */
  int mostSteps() {
    return (int) Math.min((long) total() * course.windows(), Integer.MAX_VALUE);
  }

  /** Which step of its window is next, from 1. */
  int stepOfWindow() {
    return total() - step;
  }

  /** Steps run so far, those of earlier windows included. */
  int stepsRun() {
    if (masked != null) {
      return masked.passes();
    }
    return stepsRun;
  }

  /** Counts a step as run; the next one is of a lower t. */
  void stepDone() {
    stepsRun++;
    step--;
  }

  /** Counts a step as run, and as the last one of its window. */
  void windowDone() {
    stepsRun++;
    step = -1;
  }

  /** Whether anybody reads this step's prediction: a listener, or the result. */
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
   * Takes the last rows of the window for what lies behind the end of the answer; they are not
   * computed any more.
   *
   * @param end behind the last row that is left
   * @param eos what the others are
   */
  void drop(int end, int eos) {
    Arrays.fill(likeliest, end, window.to(), eos);
    int rows = end - window.from();
    window = new Window(window.from(), end);
    active = layout.window(window, likeliest);
    // What plugins keep was made of the sequence as it was, and so were its keys.
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

  /** Moves on to the next rows; what came before them is given from now on. */
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

  /** Moves to the next state, freeing the last one's tensors. */
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

  /** As {@link #fail}, of a failure that came before those already noted, and may explain them. */
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

  /** Asks its guidances for their last word and frees everything; where that fails, it failed. */
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
   * Frees everything, even where a guidance fails to close.
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
