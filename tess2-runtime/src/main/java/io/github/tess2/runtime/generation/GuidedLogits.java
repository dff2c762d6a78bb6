package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tess2.PluginException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.GuidedStep;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardGradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One request's predictions at one step: the logits of any rows, with the guidance's adjustments
 * applied.
 */
final class GuidedLogits implements GuidedStep {
  private final StepContext context;
  private final RequestState request;
  private final NDManager manager;
  private final HeadLogits head;
  private final Shared shared;
  private final int forked;
  private final boolean fork;
  private final List<Named> adjustments = new ArrayList<>();

  /** The rows that a sampler has accepted; null if none was asked. */
  private boolean @Nullable [] accepted;

  /** The name of the guidance whose adjustments are being added, for messages. */
  private String author = "";

  /**
   * An adjustment and the name of its author.
   *
   * @param author the guidance's name; null on a fork, whose creator names the author
   * @param adjustment its adjustment
   */
  private record Named(@Nullable String author, Adjustment adjustment) {}

  /** The state that these logits and their forks share. */
  private static final class Shared {
    int draws;
    @Nullable PluginException failure;
  }

  /**
   * Creates the logits of a step.
   *
   * @param context what all logits of the model share
   * @param request the request
   * @param manager the manager of its tensors, closed after the step
   * @param hidden {@code [G,H]}, computed precision
   * @param room the memory for kept logits
   */
  GuidedLogits(
      StepContext context,
      RequestState request,
      NDManager manager,
      NDArray hidden,
      HeadLogits.Room room) {
    this.context = context;
    this.request = request;
    this.manager = manager;
    this.head = new HeadLogits(context.model(), manager, hidden, context.chunkRows(), room);
    this.shared = new Shared();
    this.forked = 0;
    this.fork = false;
  }

  private GuidedLogits(GuidedLogits from) {
    this.context = from.context;
    this.request = from.request;
    this.manager = from.manager;
    this.head = from.head;
    this.shared = from.shared;
    this.adjustments.addAll(from.adjustments);
    this.forked = adjustments.size();
    this.fork = true;
  }

  /**
   * What all logits of a model share.
   *
   * @param model the model that predicts
   * @param tokenizer the model's tokenizer
   * @param random the source of Gumbel noise
   * @param chunkRows the greatest number of rows in a chunk
   */
  record StepContext(
      DiffusionModel model, Tokenizer tokenizer, RandomSource random, int chunkRows) {}

  RequestState request() {
    return request;
  }

  Tokenizer tokenizer() {
    return context.tokenizer();
  }

  /** The memory for kept logits of the same step. */
  HeadLogits.Room room() {
    return head.room();
  }

  /** Names the guidance that acts from now on. */
  void author(String name) {
    author = name;
  }

  /** Notes which rows continue from their tokens. */
  void accept(boolean[] rows) {
    accepted = rows;
  }

  boolean[] accepted() {
    return requireNonNull(accepted, "no sampler has been asked which rows it accepts");
  }

  @Override
  public int step() {
    return request.stepOfWindow();
  }

  @Override
  public int total() {
    return request.total();
  }

  @Override
  public int rows() {
    return request.generated();
  }

  @Override
  public int chunkRows() {
    return context.chunkRows();
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public NDArray logits(int from, int to) {
    return logits(manager, from, to);
  }

  NDArray logits(NDManager owner, int from, int to) {
    checkRows(from, to, rows());
    DiffusionModel model = context.model();
    try (NDManager scope = owner.newSubManager()) {
      NDArray logits = head.rows(scope, from, to);
      if (request.masked != null) {
        logits = model.pin(scope, logits, request.masked.decided(from, to));
      }
      for (Named named : adjustments) {
        logits = apply(named, logits, from, to);
      }
      logits.attach(owner);
      return logits;
    }
  }

  /**
   * Checks a range of rows that a plugin asks for: native code would silently shorten one that is
   * too long.
   */
  static void checkRows(int from, int to, int rows) {
    if (from < 0 || from >= to || to > rows) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT,
              "rows must be a range in [0, %d) that is not empty, but are: [%d, %d)",
              rows,
              from,
              to));
    }
  }

  private NDArray apply(Named named, NDArray logits, int from, int to) {
    try {
      return checked(named.adjustment(), logits, from, to);
    } catch (Throwable e) {
      if (named.author() == null) {
        throw e;
      }
      shared.failure = Failures.of("guidance", named.author(), step(), e);
      throw shared.failure;
    }
  }

  /**
   * Applies an adjustment, which may be third-party code, and checks the result before native code
   * uses it.
   */
  private NDArray checked(Adjustment adjustment, NDArray logits, int from, int to) {
    Shape shape = logits.getShape();
    NDArray adjusted =
        requireNonNull(adjustment.apply(logits, from, to), "the adjusted logits must not be null");
    if (!adjusted.getShape().equals(shape) || adjusted.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the adjusted logits must be float32 %s, but are: %s %s",
              shape,
              adjusted.getDataType(),
              adjusted.getShape()));
    }
    if (!context.model().graph().sampling().areLogits(manager, adjusted)) {
      throw new IllegalArgumentException(
          "the adjusted logits must have a finite maximum at each position, but have: NaN or"
              + " infinity");
    }
    return adjusted;
  }

  /** {@return the last failure of an adjustment, which names its author; null if none failed} */
  @Nullable PluginException failure() {
    return shared.failure;
  }

  @Override
  public void adjust(Adjustment adjustment) {
    adjustments.add(new Named(fork ? null : author, requireNonNull(adjustment, "adjustment")));
  }

  @Override
  public RewardGradient differentiate(Reward reward, Relaxation relaxation) {
    requireNonNull(relaxation, "relaxation");
    Softening softening =
        Softening.of(context.model(), relaxation, context.random(), request, shared.draws++);
    return call(reward, softening).differentiate();
  }

  @Override
  public double score(Reward reward) {
    return call(reward, Softening.likeliest(context.model().graph())).score();
  }

  private RewardCall call(Reward reward, Softening softening) {
    return new RewardCall(this, context.model(), requireNonNull(reward, "reward"), softening);
  }

  @Override
  public GuidedStep fork() {
    return new GuidedLogits(this);
  }

  @Override
  public Adjustment adjustments() {
    return (logits, from, to) -> {
      NDArray adjusted = logits;
      for (Named named : List.copyOf(adjustments.subList(forked, adjustments.size()))) {
        adjusted = apply(named, adjusted, from, to);
      }
      return adjusted;
    };
  }
}
