package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.graph.MaskedPredictions;
import io.github.tess2.runtime.graph.SamplingCalls;
import io.github.tess2.runtime.graph.Scalars;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masked diffusion: a sequence begins with the mask token at all generated positions. Each step
 * predicts the positions that are still open, and a sampler chooses which of them keep their
 * tokens. A request is done when no position is open.
 */
final class MaskedStepper implements DiffusionProcess, Passes.Inputs {
  /** The index of a step's Gumbel noise for tokens; the draws of rewards are counted from 0. */
  private static final int TOKEN_DRAW = -1;

  private final DiffusionModel model;
  private final MaskedConfig masked;
  private final RandomSource random;
  private final int chunkRows;
  private final GuidedLogits.StepContext context;
  private final OtherPrompts denoiser;
  private final Passes passes;

  MaskedStepper(DiffusionModel model, Tokenizer tokenizer, RandomSource random) {
    this.model = model;
    this.masked = model.config().masked().orElseThrow();
    this.random = random;
    this.chunkRows = Chunk.rowsFor(model);
    this.context = new GuidedLogits.StepContext(model, tokenizer, random, chunkRows);
    this.denoiser = new OtherPrompts(this, context);
    PackedBatch.Shift shift =
        masked.shifted() ? PackedBatch.Shift.BY_ONE_BUT_THE_FIRST : PackedBatch.Shift.NONE;
    this.passes = new Passes(model, shift, this);
  }

  @Override
  public void open(RequestState request) {
    request.open(model.manager().newSubManager());
    Guide.beginAll(request, new GuidedRequest(request, model, context.tokenizer(), denoiser));
  }

  /** All positions are open; nothing is computed. */
  @Override
  public void begin(RequestState request) {
    if (request.masked == null) {
      request.masked = new MaskedRows(request.generated());
    }
  }

  @Override
  public void step(List<RequestState> requests) {
    List<RequestState> running =
        Passes.plan(requests.stream().filter(this::skipIdleSteps).toList());
    passes.inParts(running, this::stepTogether);
  }

  private void stepTogether(NDManager scope, List<RequestState> running, NDArray hidden) {
    int row = 0;
    for (RequestState request : running) {
      int first = row;
      int end = first + request.generated();
      request.plugins().run(() -> stepOwn(scope, request, hidden, first, end));
      row = end;
    }
  }

  /** Skips steps at which nothing is decided, because they need no prediction. */
  private boolean skipIdleSteps(RequestState request) {
    MaskedRows rows = rowsOf(request);
    MaskedSampler sampler = sampler(request);
    int open = rows.open().length();
    int total = request.total();
    try {
      while (request.step > 0
          && !sampler.commits(total - request.step, total, rows.count(), open)) {
        request.step--;
      }
      return true;
    } catch (Throwable e) {
      request.fail(Failures.of("sampler", Failures.nameOf(sampler), total - request.step, e));
      return false;
    }
  }

  private static MaskedRows rowsOf(RequestState request) {
    return requireNonNull(request.masked, "a request that has not begun has no state");
  }

  private static MaskedSampler sampler(RequestState request) {
    return (MaskedSampler) request.settings.sampler();
  }

  @Override
  public NDArray predict(
      NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
    return passes.predict(owner, request, ids, positions);
  }

  @Override
  public PackedBatch.Sequence sequence(
      RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
    return new PackedBatch.Sequence(
        rowsOf(request).in(ids, positions, masked.maskId()), positions, 0);
  }

  @Override
  public NDArray embed(NDManager work, PackedBatch batch, List<RequestState> requests) {
    return model.selectRows(work, model.backbone().embedding(), batch.ids(work));
  }

  private void stepOwn(NDManager scope, RequestState request, NDArray hidden, int first, int end) {
    try (NDManager own = scope.newSubManager()) {
      step(own, request, model.graph().sliceRows(own, hidden, first, end));
    }
  }

  private void step(NDManager own, RequestState request, NDArray hidden) {
    MaskedRows rows = rowsOf(request);
    GuidedLogits guided =
        request.guides.isEmpty()
            ? null
            : new GuidedLogits(context, request, own, hidden, new HeadLogits.Room());
    if (guided != null) {
      Guide.guideAll(request, guided);
    }
    if (request.failure != null) {
      return;
    }
    int step = request.total() - request.step;
    MaskedView view = new MaskedView(step, request.total(), rows, () -> uniforms(own, request));
    predictOpen(own, request, hidden, guided, view);
    ImmutableIntArray open = view.open();
    for (int i = 0; i < open.length(); i++) {
      int row = open.get(i);
      request.likeliest[row] = view.token(row);
      request.probability[row] = view.probability(row);
    }
    ImmutableIntArray chosen = request.step == 0 ? open : choose(request, view);
    decide(request, view, chosen);
    if (chosen.length() < open.length()) {
      if (goesOn(request)) {
        rows.passed();
        request.step--;
        return;
      }
      decide(request, view, open);
      request.stopped = true;
    }
    rows.passed();
    request.step = -1;
    if (guided != null) {
      Guide.finishAll(request, guided);
    }
  }

  private static void decide(RequestState request, MaskedView view, ImmutableIntArray chosen) {
    chosen.forEach(
        row -> {
          rowsOf(request).decide(row, view.token(row));
          request.entropy[row] = 0;
        });
  }

  /**
   * Whether the stopping criterion lets the request continue; if not, open rows get the current
   * predictions.
   */
  private boolean goesOn(RequestState request) {
    Course course = request.course();
    return !course.watches()
        || course.judge(StepPrediction.of(request, context.tokenizer())) == Verdict.CONTINUE;
  }

  private float[] uniforms(NDManager own, RequestState request) {
    try (NDManager scope = own.newSubManager()) {
      List<RandomSource.Rows> rows = List.of(request.rows(0, request.generated()));
      return random.uniforms(scope, rows, request.step).toFloatArray();
    }
  }

  /** Computes the predictions of the open rows, chunk by chunk. */
  private void predictOpen(
      NDManager own,
      RequestState request,
      NDArray hidden,
      @Nullable GuidedLogits guided,
      MaskedView view) {
    ImmutableIntArray open = view.open();
    for (int from = 0; from < open.length(); from += chunkRows) {
      ImmutableIntArray rows = open.subArray(from, Math.min(from + chunkRows, open.length()));
      try (NDManager work = own.newSubManager()) {
        NDArray logits =
            guided == null
                ? model.logits(work, model.selectRows(work, hidden, places(work, rows, 0)))
                : guided(work, guided, rows);
        if (request.course().wantsEntropies()) {
          noteEntropies(work, request, rows, logits);
        }
        MaskedPredictions found = candidates(work, request, rows, logits);
        for (int i = 0; i < rows.length(); i++) {
          view.set(rows.get(i), found, i);
        }
      }
    }
  }

  /**
   * Notes the entropies of the model's predictions, not of the distributions that tokens are drawn
   * from.
   */
  private void noteEntropies(
      NDManager work, RequestState request, ImmutableIntArray rows, NDArray logits) {
    double[] found = model.entropies(work, logits);
    for (int i = 0; i < rows.length(); i++) {
      request.entropy[rows.get(i)] = found[i];
    }
  }

  /**
   * The guided logits of some rows. A guidance is asked for consecutive rows, so it may compute
   * more.
   */
  private NDArray guided(NDManager work, GuidedLogits guided, ImmutableIntArray rows) {
    List<NDArray> parts = new ArrayList<>();
    int from = 0;
    while (from < rows.length()) {
      int start = rows.get(from);
      int to = from;
      while (to < rows.length() && rows.get(to) < start + chunkRows) {
        to++;
      }
      try (NDManager scope = work.newSubManager()) {
        NDArray wide = guided.logits(scope, start, rows.get(to - 1) + 1);
        parts.add(model.selectRows(work, wide, places(scope, rows.subArray(from, to), start)));
      }
      from = to;
    }
    return model.graph().concatenate(work, parts);
  }

  private static NDArray places(NDManager scope, ImmutableIntArray rows, int origin) {
    return Scalars.ints(scope, rows.stream().mapToLong(row -> row - origin).toArray());
  }

  private MaskedPredictions candidates(
      NDManager work, RequestState request, ImmutableIntArray rows, NDArray logits) {
    Settings settings = request.settings;
    NDArray noise =
        settings.greedy()
            ? work.create(new float[0])
            : random.gumbel(
                work,
                rows.stream().mapToObj(row -> request.rows(row, row + 1)).toList(),
                request.step,
                TOKEN_DRAW,
                model.config().vocabularySize());
    MaskedSampler sampler = sampler(request);
    try {
      SamplingCalls.Candidates how =
          new SamplingCalls.Candidates(
              settings.greedy() ? 0 : settings.temperature(),
              settings.topP(),
              sampler.topK(),
              model.maskId(),
              requireNonNull(sampler.measure(), "its measure must not be null"));
      return model.candidates(work, logits, noise, how);
    } catch (Throwable e) {
      String name = Failures.nameOf(sampler);
      throw Failures.of("sampler", name, request.total() - request.step, e);
    }
  }

  private static ImmutableIntArray choose(RequestState request, MaskedView view) {
    MaskedSampler sampler = sampler(request);
    try {
      ImmutableIntArray chosen =
          requireNonNull(sampler.commit(view), "its choice must not be null");
      Set<Integer> left = new HashSet<>(view.open().asList());
      chosen.forEach(
          row -> {
            if (!left.remove(row)) {
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT, "it must choose open rows, each once, but chooses: %d", row));
            }
          });
      return chosen;
    } catch (Throwable e) {
      throw Failures.of("sampler", Failures.nameOf(sampler), view.step(), e);
    }
  }
}
