package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.ModelInfo;
import io.github.tess2.PluginException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.FreedMemory;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@link DiffusionLM} over a loaded model. */
public final class PyTorchDiffusionLM implements DiffusionLM {
  private final DiffusionModel model;
  private final CheckpointTokenizer tokenizer;
  private final GenerationOptions defaults;
  private final ComputeDevice device;
  private final PromptEncoder encoder;
  private final DenoisingLoop loop;
  private final Turns turns = new Turns();
  private final Background background = new Background();

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
    RandomSource random = new SeededRandom(model.graph(), model.backbone().embedding());
    DiffusionProcess process =
        model.config().masked().isPresent()
            ? new MaskedStepper(model, tokenizer, random)
            : new Stepper(model, tokenizer, random);
    this.loop = new DenoisingLoop(tokenizer, process, turns);
  }

  /**
   * Checks what can be wrong with a model's options, before its weights are loaded.
   *
   * @param defaults the options
   * @param config of the checkpoint, whose own values hold where an option is not set
   * @throws PluginException if the schedule or sampler is unknown
   */
  public static void checkOptions(GenerationOptions defaults, ModelConfig config) {
    if (config.masked().isPresent()) {
      MaskedSettings.check(defaults, config.masked().get());
    } else {
      Settings.resolve(defaults, config.diffusion());
    }
  }

  @Override
  public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
    requireNonNull(request, "request");
    requireNonNull(listener, "listener");
    return answer(List.of(request), listener).get(0);
  }

  @Override
  public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
    return answer(copy(requests), GenerationListener.IGNORE);
  }

  private List<GenerationResult> answer(
      List<GenerationRequest> requests, GenerationListener listener) {
    turns.checkOpen();
    List<Plan> plans = requests.stream().map(this::plan).toList();
    List<Outcome> outcomes = run(plans, listener, () -> {});
    Failures.forEach(outcomes, Outcome::throwFailure);
    return outcomes.stream().map(outcome -> requireNonNull(outcome.result())).toList();
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
    List<CompletableFuture<GenerationResult>> answers = new ArrayList<>();
    List<Plan> plans = new ArrayList<>();
    List<CompletableFuture<GenerationResult>> planned = new ArrayList<>();
    for (GenerationRequest request : all) {
      CompletableFuture<GenerationResult> answer = new CompletableFuture<>();
      answers.add(answer);
      try {
        // On this thread, since a name is looked up in the caller's class loader.
        plans.add(plan(request));
        planned.add(answer);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }
    if (!planned.isEmpty()) {
      background.execute(planned, () -> answer(plans, planned));
    }
    return List.copyOf(answers);
  }

  private void answer(List<Plan> plans, List<CompletableFuture<GenerationResult>> answers) {
    try {
      List<Outcome> outcomes =
          run(plans, GenerationListener.IGNORE, () -> stopThoseDone(plans, answers));
      for (int i = 0; i < outcomes.size(); i++) {
        outcomes.get(i).tell(answers.get(i));
      }
    } catch (Throwable e) {
      answers.forEach(answer -> new Outcome(null, e).tell(answer));
    }
  }

  /**
   * Stops each request whose future is done before its time: cancelled, or given up by a timeout of
   * the caller's.
   */
  private static void stopThoseDone(
      List<Plan> plans, List<CompletableFuture<GenerationResult>> answers) {
    for (int i = 0; i < plans.size(); i++) {
      if (answers.get(i).isDone()) {
        plans.get(i).candidates().cancel();
      }
    }
  }

  /**
   * How a request ended.
   *
   * @param result where it did not fail
   * @param failure where it did
   */
  private record Outcome(@Nullable GenerationResult result, @Nullable Throwable failure) {
    void throwFailure() {
      if (failure != null) {
        throw Failures.unchecked(failure);
      }
    }

    /** Completes an answer on a thread of its own kind: what depends on it may take its time. */
    void tell(CompletableFuture<GenerationResult> answer) {
      answer
          .defaultExecutor()
          .execute(
              () -> {
                if (failure != null) {
                  answer.completeExceptionally(failure);
                } else {
                  answer.complete(requireNonNull(result));
                }
              });
    }
  }

  private List<Outcome> run(List<Plan> plans, GenerationListener listener, Runnable beforeStep) {
    List<RequestState> states = new ArrayList<>();
    for (Plan plan : plans) {
      for (int i = 0; i < plan.candidates().count(); i++) {
        states.add(candidate(plan, i, i == 0 ? listener : GenerationListener.IGNORE));
      }
    }
    try {
      turns.checkOpen();
      loop.run(states, beforeStep);
    } catch (IllegalStateException e) {
      throw orClosed(e);
    } finally {
      FreedMemory.afterRequest();
    }
    return plans.stream().map(this::outcome).toList();
  }

  private static RequestState candidate(Plan plan, int index, GenerationListener listener) {
    Candidates candidates = plan.candidates();
    RequestState state =
        new RequestState(
            plan.layout(),
            candidates.settings(index),
            plan.alphaBars(),
            plan.courses().get(index),
            listener,
            plan.startedNanos());
    candidates.add(state);
    return state;
  }

  private Outcome outcome(Plan plan) {
    Throwable failure = plan.candidates().failure();
    if (failure != null) {
      return new Outcome(
          null, failure instanceof IllegalStateException state ? orClosed(state) : failure);
    }
    try {
      return new Outcome(loop.answers().result(plan.candidates()), null);
    } catch (PluginException e) {
      // The guidance that asked for several candidates does not say which is the best.
      return new Outcome(null, e);
    }
  }

  /** What to say of a state where this model is closed: whatever closed first said it. */
  private IllegalStateException orClosed(IllegalStateException e) {
    return turns.closed() ? Turns.closedBy(e) : e;
  }

  /** A request with all that can be wrong with it checked, before anything is done for any. */
  private record Plan(
      Layout layout,
      Candidates candidates,
      AlphaBars alphaBars,
      List<Course> courses,
      long startedNanos) {}

  private Plan plan(GenerationRequest request) {
    long started = System.nanoTime();
    try {
      GenerationOptions options = request.options().orElse(defaults);
      Optional<MaskedConfig> masked = model.config().masked();
      Layout layout = encoder.encode(request.prompt(), options.length());
      Settings settings =
          masked.isPresent()
              ? MaskedSettings.resolve(options, masked.get(), layout.generated())
              : Settings.resolve(options, model.config().diffusion());
      Candidates candidates = new Candidates(settings);
      AlphaBars alphaBars =
          Trajectories.of(
              settings, model.config().vocabularySize(), model.simplexValue(), model.warp());
      List<Course> courses = new ArrayList<>();
      for (int i = 0; i < candidates.count(); i++) {
        courses.add(Course.begin(settings.decoding(), layout, alphaBars.total()));
      }
      candidates.check(courses.get(0));
      return new Plan(layout, candidates, alphaBars, courses, started);
    } catch (IllegalStateException e) {
      throw orClosed(e);
    }
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        model.config().family().modelType().toLowerCase(Locale.ROOT),
        model.parameters(),
        model.config().layers(),
        model.config().hiddenSize(),
        model.config().vocabularySize(),
        model.config().maxPositions(),
        model.precision(),
        model.weights(),
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
          background.close();
          try (tokenizer) {
            model.close();
          } finally {
            FreedMemory.afterClose();
          }
        });
  }
}
