package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import io.github.tess2.Activity;
import io.github.tess2.Batching;
import io.github.tess2.Cancellation;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DenoisingStep;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationOptions;
import io.github.tess2.GenerationRejectedException;
import io.github.tess2.GenerationRequest;
import io.github.tess2.GenerationResult;
import io.github.tess2.ModelInfo;
import io.github.tess2.PluginException;
import io.github.tess2.Tokenizer;
import io.github.tess2.runtime.checkpoint.CheckpointTokenizer;
import io.github.tess2.runtime.checkpoint.MaskedConfig;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.engine.FreedMemory;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link DiffusionLM} with a loaded model. */
public final class PyTorchDiffusionLM implements DiffusionLM {
  private final DiffusionModel model;
  private final CheckpointTokenizer tokenizer;
  private final GenerationOptions defaults;
  private final ComputeDevice device;
  private final PromptEncoder encoder;
  private final Answers answers;
  private final Scheduler scheduler;
  private final Executor executor;
  private final DeviceLock deviceLock = new DeviceLock();

  /**
   * Takes ownership of a model and its tokenizer.
   *
   * @param model closed with this
   * @param tokenizer closed with this
   * @param defaults the options that requests fall back to; names in it are checked here
   * @param device the model's device
   * @param batching how requests share steps
   * @throws PluginException if the default schedule or sampler is unknown
   */
  public PyTorchDiffusionLM(
      DiffusionModel model,
      CheckpointTokenizer tokenizer,
      GenerationOptions defaults,
      ComputeDevice device,
      Batching batching) {
    checkOptions(defaults, model.config());
    this.model = model;
    this.tokenizer = tokenizer;
    this.defaults = defaults;
    this.device = device;
    this.encoder = new PromptEncoder(tokenizer, model.config().maxPositions());
    this.answers = new Answers(tokenizer);
    this.executor =
        batching.executor().orElseGet(() -> new CompletableFuture<>().defaultExecutor());
    RandomSource random = new SeededRandom(model.graph(), model.backbone().embedding());
    DiffusionProcess process =
        model.config().masked().isPresent()
            ? new MaskedStepper(model, tokenizer, random)
            : new SimplexStepper(model, tokenizer, random);
    int rows = batching.maxRows().orElseGet(() -> RowBudget.of(model));
    this.scheduler =
        new Scheduler(
            new Batcher(process, deviceLock, answers, rows, batching.maxWait().orElse(null)),
            batching.maxWaiting().orElse(Integer.MAX_VALUE));
  }

  /**
   * Checks a model's options before its weights are loaded.
   *
   * @param defaults the options
   * @param config the checkpoint's configuration, whose values apply if an option is not set
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
    deviceLock.checkOpen();
    WaitingCaller caller = new WaitingCaller(scheduler);
    List<Plan> plans = requests.stream().map(request -> plan(request, List.of())).toList();
    List<Job> jobs = plans.stream().map(plan -> job(plan, caller, listener)).toList();
    caller.run(jobs);
    List<Outcome> outcomes = jobs.stream().map(this::outcome).toList();
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
  public CompletableFuture<GenerationResult> generateAsync(
      GenerationRequest request, GenerationListener listener) {
    requireNonNull(request, "request");
    requireNonNull(listener, "listener");
    return answerLater(List.of(request), listener, List.of()).get(0);
  }

  @Override
  public List<CompletableFuture<GenerationResult>> generateAllAsync(
      List<GenerationRequest> requests) {
    return answerLater(copy(requests), GenerationListener.IGNORE, List.of());
  }

  @Override
  public Flow.Publisher<DenoisingStep> stream(GenerationRequest request) {
    requireNonNull(request, "request");
    return new StepStream(
        executor,
        (listener, cancellation) ->
            answerLater(List.of(request), listener, List.of(cancellation)).get(0));
  }

  private List<CompletableFuture<GenerationResult>> answerLater(
      List<GenerationRequest> requests,
      GenerationListener listener,
      List<Cancellation> cancellations) {
    deviceLock.checkOpen();
    List<CompletableFuture<GenerationResult>> futures = new ArrayList<>();
    List<Job> jobs = new ArrayList<>();
    for (GenerationRequest request : requests) {
      CompletableFuture<GenerationResult> answer = new CompletableFuture<>();
      futures.add(answer);
      try {
        // On this thread, because names are looked up in the caller's class loader.
        jobs.add(
            job(
                plan(request, cancellations),
                new FutureCaller(scheduler, executor, this::result, answer),
                listener));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    }
    try {
      scheduler.submit(jobs);
      jobs.forEach(job -> ((FutureCaller) job.caller()).watch(job));
    } catch (GenerationRejectedException e) {
      jobs.forEach(job -> ((FutureCaller) job.caller()).answer().completeExceptionally(e));
    }
    return List.copyOf(futures);
  }

  private GenerationResult result(Job job) {
    Outcome outcome = outcome(job);
    outcome.throwFailure();
    return requireNonNull(outcome.result());
  }

  /**
   * How a request ended.
   *
   * @param result the result, if it did not fail
   * @param failure the failure, if it failed
   */
  private record Outcome(@Nullable GenerationResult result, @Nullable Throwable failure) {
    void throwFailure() {
      if (failure != null) {
        throw Failures.unchecked(failure);
      }
    }
  }

  private static Job job(Plan plan, Caller caller, GenerationListener listener) {
    Candidates candidates = plan.candidates();
    Job job = new Job(caller, candidates, plan.cancellations());
    for (int i = 0; i < candidates.count(); i++) {
      job.add(
          new RequestState(
              plan.layout(),
              candidates.settings(i),
              plan.alphaBars(),
              plan.courses().get(i),
              i == 0 ? listener : GenerationListener.IGNORE,
              plan.startedNanos()));
    }
    return job;
  }

  private Outcome outcome(Job job) {
    Throwable failure = job.candidates().failure();
    if (failure != null) {
      return new Outcome(
          null, failure instanceof IllegalStateException state ? orClosed(state) : failure);
    }
    try {
      return new Outcome(answers.result(job.candidates()), null);
    } catch (PluginException e) {
      // The guidance that asked for several candidates has no score to choose one.
      return new Outcome(null, e);
    }
  }

  /**
   * If this model is closed, the exception that says so, whatever else was closed first; otherwise
   * the given one.
   */
  private IllegalStateException orClosed(IllegalStateException e) {
    return deviceLock.closed() ? DeviceLock.closedBy(e) : e;
  }

  /** A request that has been checked completely, before any request begins. */
  private record Plan(
      Layout layout,
      Candidates candidates,
      AlphaBars alphaBars,
      List<Course> courses,
      List<Cancellation> cancellations,
      long startedNanos) {}

  /** Plans a request, which its own cancellation and several others can cancel. */
  private Plan plan(GenerationRequest request, List<Cancellation> others) {
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
      List<Cancellation> cancellations =
          Stream.concat(request.cancellation().stream(), others.stream()).toList();
      return new Plan(layout, candidates, alphaBars, courses, cancellations, started);
    } catch (IllegalStateException e) {
      throw orClosed(e);
    }
  }

  @Override
  public ModelInfo info() {
    return ModelInfo.builder(
            model.config().family().modelType().toLowerCase(Locale.ROOT),
            model.precision(),
            model.weights(),
            device)
        .parameters(model.parameters())
        .layers(model.config().layers())
        .hiddenSize(model.config().hiddenSize())
        .vocabularySize(model.config().vocabularySize())
        .maxLength(model.config().maxPositions())
        .weightBytes(model.weightBytes())
        .build();
  }

  @Override
  public Activity activity() {
    return scheduler.activity();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public void close() {
    deviceLock.close(
        () -> {
          try (tokenizer) {
            model.close();
          } finally {
            FreedMemory.afterClose();
          }
        });
  }
}
