package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.PluginException;
import io.github.tess2.SelfConditioning;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.runtime.sampler.SimplexDdpmSampler;
import io.github.tess2.spi.CanvasPolicy.Window;
import io.github.tess2.spi.Denoiser;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerStep;
import io.github.tess2.spi.StoppingCriterion.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One denoising step of a batch of requests: the backbone over all their rows packed together, then
 * head, guidance, sampling and the next input embedding chunk by chunk.
 */
final class SimplexStepper implements DiffusionProcess, Passes.Inputs {
  private final DiffusionModel model;
  private final RandomSource random;
  private final int chunkRows;
  private final GuidedLogits.StepContext context;
  private final Denoiser denoiser;
  private final Passes passes;
  private final Acceptance acceptance;

  SimplexStepper(DiffusionModel model, Tokenizer tokenizer, RandomSource random) {
    this.model = model;
    this.random = random;
    this.chunkRows = Chunk.rowsFor(model);
    this.context = new GuidedLogits.StepContext(model, tokenizer, random, chunkRows);
    this.denoiser = new OtherPrompts(this, context);
    this.passes = new Passes(model, PackedBatch.Shift.BY_ONE, this);
    this.acceptance = new Acceptance(model, chunkRows);
  }

  /** {@return the source of further predictions at the steps of this process} */
  Denoiser denoiser() {
    return denoiser;
  }

  /** The properties of a request that its guidances may know. */
  Guidance.Request properties(RequestState request) {
    return new GuidedRequest(request, model, context.tokenizer(), denoiser);
  }

  /**
   * Opens a request: its memory, and its guidance, which may compute. If that fails, the request
   * fails.
   */
  @Override
  public void open(RequestState request) {
    request.open(model.manager().newSubManager());
    Guide.beginAll(request, properties(request));
  }

  /** Creates the input embeddings of the first step: x = k·ε, with nothing predicted yet. */
  @Override
  public void begin(RequestState request) {
    try (NDManager scope = model.manager().newSubManager()) {
      List<NDArray> inputs = new ArrayList<>();
      for (int from = 0; from < request.generated(); from += chunkRows) {
        int to = Math.min(from + chunkRows, request.generated());
        try (NDManager chunk = scope.newSubManager()) {
          List<RandomSource.Rows> rows = List.of(request.rows(from, to));
          NDArray x =
              random
                  .noise(chunk, rows, request.step, model.config().vocabularySize())
                  .muli(model.simplexValue());
          inputs.add(model.embed(scope, x, null, request.settings.selfConditioning()));
        }
      }
      request.advance(model.graph().concatenate(scope, inputs), null, null);
    }
  }

  /**
   * Runs the next step of every request. A request that fails is marked as failed; the others
   * continue.
   *
   * @param all requests that have begun and are not finished
   */
  @Override
  public void step(List<RequestState> all) {
    passes.inParts(Passes.plan(all), this::stepTogether);
  }

  private void stepTogether(NDManager scope, List<RequestState> requests, NDArray hidden) {
    List<@Nullable GuidedLogits> allGuided = guide(scope, requests, hidden);
    Map<RequestState, NextState> next = new HashMap<>();
    Observations observations = new Observations(model);
    for (Chunk chunk : Chunk.cut(requests, allGuided, chunkRows)) {
      sample(scope, chunk, hidden, next, observations);
    }
    observations.read(scope);
    for (int i = 0; i < requests.size(); i++) {
      RequestState request = requests.get(i);
      GuidedLogits guided = allGuided.get(i);
      if (request.failure == null) {
        request.plugins().run(() -> conclude(scope, request, guided, next.get(request)));
      }
    }
  }

  /** Moves a request to its next step, its next window, or its end. */
  private void conclude(
      NDManager scope,
      RequestState request,
      @Nullable GuidedLogits guided,
      @Nullable NextState parts) {
    Course course = request.course();
    boolean last = request.step == 0;
    if (last ? course.windows() == 1 : !course.watches()) {
      advance(scope, request, parts);
      return;
    }
    request.predicted();
    StepPrediction seen = StepPrediction.of(request, context.tokenizer());
    try {
      Verdict verdict = course.judge(seen);
      if (!last && verdict == Verdict.CONTINUE) {
        int end = course.end(seen, request.window);
        advance(scope, request, parts);
        if (request.failure == null && end < request.window.to()) {
          request.drop(end, context.tokenizer().eosId());
          Guide.renewAll(request, properties(request));
        }
      } else {
        endWindow(request, guided, seen, verdict);
      }
    } catch (PluginException e) {
      request.fail(e);
    }
  }

  private void endWindow(
      RequestState request, @Nullable GuidedLogits guided, StepPrediction seen, Verdict verdict) {
    boolean early = request.step > 0;
    if (early && guided != null) {
      Guide.finishAll(request, guided);
      if (request.failure != null) {
        return;
      }
    }
    Optional<Window> next = request.course().next(seen, request.window, request.windowsBegun());
    request.windowDone();
    if (next.isPresent() && verdict != Verdict.STOP) {
      request.beginWindow(next.get());
      Guide.renewAll(request, properties(request));
    } else {
      request.stopped = early || next.isPresent();
    }
  }

  private static void advance(NDManager scope, RequestState request, @Nullable NextState parts) {
    if (parts != null) {
      try {
        parts.apply(scope, request);
      } catch (IllegalArgumentException e) {
        String sampler = Failures.nameOf(request.settings.sampler());
        request.fail(Failures.of("sampler", sampler, request.stepsRun() + 1, e));
        return;
      }
    }
    request.stepDone();
  }

  @Override
  public NDArray predict(
      NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
    return passes.predict(owner, request, ids, positions);
  }

  @Override
  public PackedBatch.Sequence sequence(
      RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
    return new PackedBatch.Sequence(ids, positions, request.alphaBars.time(request.step));
  }

  @Override
  public NDArray embed(NDManager work, PackedBatch batch, List<RequestState> requests) {
    NDArray inputs =
        model.graph().concatenate(work, requests.stream().map(SimplexStepper::inputsOf).toList());
    return model.assemble(work, batch.ids(work), inputs, batch.rows(work), batch.times(work));
  }

  private static NDArray inputsOf(RequestState request) {
    return requireNonNull(request.inputs, "the request has not begun");
  }

  private List<@Nullable GuidedLogits> guide(
      NDManager scope, List<RequestState> requests, NDArray hidden) {
    List<@Nullable GuidedLogits> allGuided = new ArrayList<>();
    HeadLogits.Room room = new HeadLogits.Room();
    int row = 0;
    for (RequestState request : requests) {
      int end = row + request.generated();
      if (request.guides.isEmpty() && !Acceptance.decides(request)) {
        allGuided.add(null);
      } else {
        NDArray own = model.graph().sliceRows(scope, hidden, row, end);
        GuidedLogits guided = new GuidedLogits(context, request, scope, own, room);
        allGuided.add(guided);
        request.plugins().run(() -> guide(request, guided));
      }
      row = end;
    }
    return allGuided;
  }

  private void guide(RequestState request, GuidedLogits guided) {
    Guide.guideAll(request, guided);
    if (request.step == 0 && request.failure == null) {
      Guide.finishAll(request, guided);
    }
    if (request.failure == null && Acceptance.decides(request)) {
      acceptance.decide(request, guided);
    }
  }

  /**
   * Samples a chunk. If a sampler fails, each request is sampled separately, so that none fails
   * because of another.
   */
  private void sample(
      NDManager scope,
      Chunk chunk,
      NDArray hidden,
      Map<RequestState, NextState> next,
      Observations observations) {
    if (chunk.spans().size() > 1 && chunk.failed()) {
      chunk.apart().forEach(part -> sample(scope, part, hidden, next, observations));
      return;
    }
    if (!chunk.failed()) {
      // Requests that share a chunk have the same sampler: it runs as that of the first request.
      chunk.lead().plugins().run(() -> sampleTogether(scope, chunk, hidden, next, observations));
    }
  }

  private void sampleTogether(
      NDManager scope,
      Chunk chunk,
      NDArray hidden,
      Map<RequestState, NextState> next,
      Observations observations) {
    try (NDManager work = scope.newSubManager()) {
      NDArray logits = logits(work, chunk, hidden);
      if (chunk.observed()) {
        observations.add(scope, chunk, logits);
      }
      if (chunk.lead().step > 0) {
        advance(scope, work, chunk, logits, next);
      }
    } catch (PluginException e) {
      if (chunk.spans().size() == 1) {
        chunk.lead().fail(e);
      } else {
        chunk.apart().forEach(part -> sample(scope, part, hidden, next, observations));
      }
    } catch (Throwable e) {
      chunk.spans().forEach(span -> span.request().fail(e));
    }
  }

  private NDArray logits(NDManager work, Chunk chunk, NDArray hidden) {
    Chunk.Span span = chunk.spans().get(0);
    GuidedLogits guided = span.guided();
    if (guided != null) {
      return guided.logits(work, span.from(), span.to());
    }
    int from = chunk.firstRow();
    return model.logits(work, model.graph().sliceRows(work, hidden, from, from + chunk.rows()));
  }

  private void advance(
      NDManager scope,
      NDManager work,
      Chunk chunk,
      NDArray logits,
      Map<RequestState, NextState> next) {
    RequestState lead = chunk.lead();
    ChunkInput input = new ChunkInput(model, random, chunk, work, logits);
    SamplerStep moved = move(chunk, input);
    NDArray x;
    if (moved instanceof SamplerStep.Tokens tokens) {
      NDArray noise =
          random.noise(work, chunk.random(), lead.step - 1, model.config().vocabularySize());
      x = input.renoise(tokens.ids(), noise, input.alphaBarPrevious());
    } else {
      x = ((SamplerStep.Simplex) moved).x();
    }
    SelfConditioning mode = lead.settings.selfConditioning();
    NDArray inputs = model.embed(work, x, previous(work, input, mode), mode);
    int row = 0;
    for (Chunk.Span span : chunk.spans()) {
      int end = row + span.rows();
      NextState parts = next.computeIfAbsent(span.request(), request -> new NextState(model));
      parts.inputs().add(model.graph().sliceRows(scope, inputs, row, end));
      if (moved instanceof SamplerStep.Tokens tokens) {
        parts.tokens().add(model.graph().sliceRows(scope, tokens.ids(), row, end));
      } else {
        parts.simplex().add(model.graph().sliceRows(scope, x, row, end));
      }
      row = end;
    }
  }

  /** The prediction on which the next step is conditioned: the logits, or their projection. */
  private NDArray previous(NDManager work, ChunkInput input, SelfConditioning mode) {
    return switch (mode) {
      case LOGITS_WITH_PROJECTION, LOGITS_WITH_PROJECTION_ADDITION ->
          model.oneHot(work, input.drawTokens());
      default -> input.logits();
    };
  }

  private SamplerStep move(Chunk chunk, ChunkInput input) {
    RequestState lead = chunk.lead();
    Sampler sampler = lead.settings.sampler();
    if (Acceptance.decides(lead)) {
      Chunk.Span span = chunk.spans().get(0);
      boolean[] accepted = requireNonNull(span.guided()).accepted();
      return new SamplerStep.Tokens(Acceptance.tokens(input.drawTokens(), accepted, span.from()));
    }
    try {
      SamplerStep moved = sampler.step(input);
      // Our own sampler returns what the graph has drawn. Checking it would make a GPU wait at
      // every chunk.
      if (!(sampler instanceof SimplexDdpmSampler)) {
        SamplerResults.check(model.graph(), moved, input);
      }
      return moved;
    } catch (Throwable e) {
      String name = Failures.nameOf(lead.settings.sampler());
      throw Failures.of("sampler", name, lead.stepsRun() + 1, e);
    }
  }
}
