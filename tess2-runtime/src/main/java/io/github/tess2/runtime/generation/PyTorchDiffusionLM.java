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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** {@link DiffusionLM} over a loaded model. */
public final class PyTorchDiffusionLM implements DiffusionLM {
  private final DiffusionModel model;
  private final CheckpointTokenizer tokenizer;
  private final GenerationOptions defaults;
  private final ComputeDevice device;
  private final PromptEncoder encoder;
  private final Stepper stepper;
  private final DenoisingLoop loop;
  private final ReentrantLock turns = new ReentrantLock(true);
  private final ExecutorService background;
  private volatile boolean closed;

  /**
   * Takes over a model and its tokenizer.
   *
   * @param model closed with this
   * @param tokenizer closed with this
   * @param defaults what requests fall back to; names in it are checked here
   * @param device where the model is
   * @throws io.github.tess2.PluginException if the default schedule or sampler is unknown
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
    this.loop = new DenoisingLoop(tokenizer, stepper, turns, () -> closed);
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
   * @throws io.github.tess2.PluginException if the schedule or sampler is unknown
   */
  public static void checkOptions(GenerationOptions defaults, ModelConfig config) {
    Settings.resolve(defaults, config.diffusion());
  }

  @Override
  public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
    requireNonNull(request, "request");
    requireNonNull(listener, "listener");
    return run(List.of(request), listener, () -> false).get(0);
  }

  @Override
  public List<GenerationResult> generateAll(List<GenerationRequest> requests) {
    return run(List.copyOf(requests), GenerationListener.IGNORE, () -> false);
  }

  @Override
  public CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    requireNonNull(request, "request");
    checkOpen();
    CompletableFuture<GenerationResult> answer = new CompletableFuture<>();
    background.execute(
        () -> {
          try {
            answer.complete(
                run(List.of(request), GenerationListener.IGNORE, answer::isCancelled).get(0));
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  private List<GenerationResult> run(
      List<GenerationRequest> requests, GenerationListener listener, BooleanSupplier cancelled) {
    checkOpen();
    long started = System.nanoTime();
    List<Plan> plans = requests.stream().map(this::plan).toList();
    List<RequestState> states = new ArrayList<>();
    try {
      for (Plan plan : plans) {
        for (int i = 0; i < plan.candidates().count(); i++) {
          RequestState state =
              open(plan, i, i == 0 ? listener : GenerationListener.IGNORE, started);
          plan.candidates().add(state);
          states.add(state);
        }
      }
      loop.run(states, cancelled);
      throwFailures(states);
      return plans.stream().map(plan -> loop.answers().result(plan.candidates())).toList();
    } finally {
      states.forEach(RequestState::close);
    }
  }

  /** A request with all that can be wrong with it checked, before anything is done for any. */
  private record Plan(Layout layout, Candidates candidates, AlphaBars alphaBars) {}

  private Plan plan(GenerationRequest request) {
    GenerationOptions options = request.options().orElse(defaults);
    Settings settings = Settings.resolve(options, model.config().diffusion());
    return new Plan(
        encoder.encode(request.prompt(), options.length()),
        new Candidates(settings),
        new AlphaBars(
            Schedules.alphasCumprod(settings.schedule(), settings.steps()), model.warp()));
  }

  private RequestState open(Plan plan, int candidate, GenerationListener listener, long started) {
    NDManager manager;
    turns.lock();
    try {
      checkOpen();
      manager = model.manager().newSubManager();
    } finally {
      turns.unlock();
    }
    Settings settings = plan.candidates().settings(candidate);
    RequestState state =
        new RequestState(plan.layout(), settings, plan.alphaBars(), listener, manager, started);
    try {
      for (Guidance guidance : settings.guidance()) {
        Guidance.Run run = guidance.begin(new GuidedRequest(state, model, tokenizer, stepper));
        state.guides.add(new Guide(guidance.name(), run));
      }
      return state;
    } catch (RuntimeException | Error e) {
      state.close();
      throw e;
    }
  }

  private static void throwFailures(List<RequestState> states) {
    RuntimeException first = null;
    for (RequestState state : states) {
      if (state.failure != null) {
        if (first == null) {
          first = state.failure;
        } else if (first != state.failure) {
          first.addSuppressed(state.failure);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this DiffusionLM is closed");
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
    turns.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      background.shutdown();
      model.close();
      tokenizer.close();
    } finally {
      turns.unlock();
    }
  }
}
