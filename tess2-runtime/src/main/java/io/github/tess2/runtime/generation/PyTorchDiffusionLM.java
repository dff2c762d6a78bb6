package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.ModelInfo;
import io.github.tess2.PluginException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.model.DiffusionModel;
import io.github.tess2.spi.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link DiffusionLM} over a loaded model. */
public final class PyTorchDiffusionLM implements DiffusionLM {
  private final DiffusionModel model;
  private final CheckpointTokenizer tokenizer;
  private final GenerationOptions defaults;
  private final ComputeDevice device;
  private final PromptEncoder encoder;
  private final Stepper stepper;
  private final DenoisingLoop loop;
  private final Turns turns = new Turns();
  private final ExecutorService background;

  /**
   * Takes over a model and its tokenizer.
   *
   * @param model closed with this
   * @param tokenizer closed with this
   * @param defaults what requests fall back to; names in it are checked here
   * @param device where the model is
   * @throws PluginException if the default schedule or sampler is unknown
   */
  public PyTorchDiffusionLM(
      DiffusionModel model,
      CheckpointTokenizer tokenizer,
      GenerationOptions defaults,
      ComputeDevice device) {
    checkOptions(defaults, model.config());
    this.model = model;
    this.tokenizer = tokenizer;
    this.defaults = defaults;
    this.device = device;
    this.encoder = new PromptEncoder(tokenizer, model.config().maxPositions());
    this.stepper =
        new Stepper(
            model, tokenizer, new SeededRandom(model.graph(), model.backbone().embedding()));
    this.loop = new DenoisingLoop(tokenizer, stepper, turns);
    this.background =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "tess2-generate");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Checks what can be wrong with a model's options, before its weights are loaded.
   *
   * @param defaults the options
   * @param config of the checkpoint, whose own values hold where an option is not set
   * @throws PluginException if the schedule or sampler is unknown
   */
  public static void checkOptions(GenerationOptions defaults, ModelConfig config) {
    Settings.resolve(defaults, config.diffusion());
  }

  @Override
  public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
    requireNonNull(request, "request");
    requireNonNull(listener, "listener");
    return run(plan(List.of(request)), listener, () -> false).get(0);
  }

  @Override
  public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
    return run(plan(copy(requests)), GenerationListener.IGNORE, () -> false);
  }

  private static List<GenerationRequest> copy(List<GenerationRequest> requests) {
    requireNonNull(requests, "requests");
    List<GenerationRequest> all = new ArrayList<>(requests);
    for (int i = 0; i < all.size(); i++) {
      requireNonNull(all.get(i), "request " + i);
    }
    return all;
  }

  @Override
  public CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    requireNonNull(request, "request");
    return generateAllAsync(List.of(request)).get(0);
  }

  @Override
  public List<CompletableFuture<GenerationResult>> generateAllAsync(
      List<GenerationRequest> requests) {
    List<GenerationRequest> all = copy(requests);
    turns.checkOpen();
    List<CompletableFuture<GenerationResult>> answers =
        all.stream().map(request -> new CompletableFuture<GenerationResult>()).toList();
    List<Plan> plans;
    try {
      // On this thread, since a name is looked up in the caller's class loader.
      plans = plan(all);
    } catch (RuntimeException e) {
      answers.forEach(answer -> answer.completeExceptionally(e));
      return answers;
    }
    try {
      background.execute(() -> answer(plans, answers));
    } catch (RejectedExecutionException e) {
      throw Turns.closedBy(e);
    }
    return answers;
  }

  private void answer(List<Plan> plans, List<CompletableFuture<GenerationResult>> answers) {
    try {
      List<Outcome> outcomes =
          run(
              plans,
              GenerationListener.IGNORE,
              () -> stopThoseDone(plans, answers),
              open -> plans.stream().map(plan -> outcome(plan.candidates())).toList());
      for (int i = 0; i < outcomes.size(); i++) {
        outcomes.get(i).tell(answers.get(i));
      }
    } catch (RuntimeException | Error e) {
      answers.forEach(answer -> answer.completeExceptionally(e));
    }
  }

  /**
   * Stops each request whose future is done before its time: cancelled, or given up by a timeout of
   * the caller's. True where that is all of them.
   */
  private static boolean stopThoseDone(
      List<Plan> plans, List<CompletableFuture<GenerationResult>> answers) {
    boolean all = true;
    for (int i = 0; i < plans.size(); i++) {
      if (answers.get(i).isDone()) {
        plans.get(i).candidates().states().forEach(state -> state.cancelled = true);
      } else {
        all = false;
      }
    }
    return all;
  }

  /**
   * How a request ended.
   *
   * @param result where it did not fail
   * @param failure where it did
   */
  private record Outcome(@Nullable GenerationResult result, @Nullable RuntimeException failure) {
    void tell(CompletableFuture<GenerationResult> answer) {
      if (failure != null) {
        answer.completeExceptionally(failure);
      } else {
        answer.complete(requireNonNull(result));
      }
    }
  }

  private Outcome outcome(Candidates candidates) {
    RuntimeException failure = null;
    for (RequestState state : candidates.states()) {
      failure = state.failure == null ? failure : Failures.join(failure, state.failure);
    }
    try {
      return failure == null
          ? new Outcome(loop.answers().result(candidates), null)
          : new Outcome(null, failure);
    } catch (PluginException e) {
      // A guidance's last word, its score, is asked for with the result.
      return new Outcome(null, e);
    }
  }

  private List<GenerationResult> run(
      List<Plan> plans, GenerationListener listener, BooleanSupplier cancelled) {
    return run(
        plans,
        listener,
        cancelled,
        open -> {
          open.throwFailures();
          return plans.stream().map(plan -> loop.answers().result(plan.candidates())).toList();
        });
  }

  private <T> T run(
      List<Plan> plans,
      GenerationListener listener,
      BooleanSupplier cancelled,
      Function<OpenRequests, T> atTheEnd) {
    try (OpenRequests open = new OpenRequests()) {
      for (Plan plan : plans) {
        for (int i = 0; i < plan.candidates().count(); i++) {
          open.add(open(plan, i, i == 0 ? listener : GenerationListener.IGNORE));
        }
      }
      for (RequestState state : open.states()) {
        begin(state);
      }
      loop.run(open.states(), cancelled);
      return atTheEnd.apply(open);
    } catch (IllegalStateException e) {
      // Whatever closed first, such as the tokenizer.
      throw turns.closed() ? Turns.closedBy(e) : e;
    }
  }

  /** A request with all that can be wrong with it checked, before anything is done for any. */
  private record Plan(
      Layout layout, Candidates candidates, AlphaBars alphaBars, long startedNanos) {}

  private List<Plan> plan(List<GenerationRequest> requests) {
    turns.checkOpen();
    long started = System.nanoTime();
    try {
      return requests.stream().map(request -> plan(request, started)).toList();
    } catch (IllegalStateException e) {
      throw turns.closed() ? Turns.closedBy(e) : e;
    }
  }

  private Plan plan(GenerationRequest request, long started) {
    GenerationOptions options = request.options().orElse(defaults);
    Settings settings = Settings.resolve(options, model.config().diffusion());
    return new Plan(
        encoder.encode(request.prompt(), options.length()),
        new Candidates(settings),
        new AlphaBars(Schedules.alphasCumprod(settings.schedule(), settings.steps()), model.warp()),
        started);
  }

  private RequestState open(Plan plan, int candidate, GenerationListener listener) {
    Candidates candidates = plan.candidates();
    NDManager manager = turns.take(() -> model.manager().newSubManager());
    RequestState state =
        new RequestState(
            plan.layout(),
            candidates.settings(candidate),
            plan.alphaBars(),
            listener,
            manager,
            plan.startedNanos());
    candidates.add(state);
    return state;
  }

  /** Begins a request's guidance, which may compute; where that fails, the request has failed. */
  private void begin(RequestState state) {
    Guidance.Request request = new GuidedRequest(state, model, tokenizer, stepper);
    try {
      for (Guidance guidance : state.settings.guidance()) {
        state.guides.add(turns.take(() -> Guide.begin(guidance, request)));
      }
    } catch (PluginException e) {
      state.fail(e);
    }
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        model.config().architecture().name().toLowerCase(Locale.ROOT),
        model.parameters(),
        model.config().layers(),
        model.config().hiddenSize(),
        model.config().vocabularySize(),
        model.config().maxPositions(),
        model.precision(),
        device,
        model.weightBytes());
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    turns.close(
        () -> {
          background.shutdown();
          try (tokenizer) {
            model.close();
          }
        });
  }
}
