package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * An instruction-following language model that generates by simplex diffusion (TESS 2, arXiv
 * 2502.13917).
 *
 * <pre>{@code
 * try (DiffusionLM lm = DiffusionLM.builder().model(folder).steps(100).seed(7).build()) {
 *   System.out.println(lm.generate("What is 17 + 25?").text());
 * }
 * }</pre>
 *
 * <p>One instance serves many threads at once. The requests of all callers share each denoising
 * step: a request joins the batch at the next step, and leaves it when it is done. On a CPU, each
 * request gets the same answer as if it ran alone; on a GPU, rounding may depend on the other
 * requests. {@link Builder#maxBatchRows}, {@link Builder#maxWaitingRequests} and {@link
 * Builder#maxWait} set how many requests share a step and how many may wait. Callers are served
 * evenly: even if one caller has a thousand requests waiting, another caller's first request begins
 * at the next step. Each calling thread counts as one caller.
 *
 * <p>Each model runs its steps on one daemon thread named {@code tess2-generate}, which ends when
 * there is nothing to do. Guidance and other plugins also run on it, under the context class loader
 * of the thread that sent the request, so a slow plugin delays the next step of every request.
 * Listeners run on other threads.
 *
 * <p>A model holds native memory until {@link #close()}, which is safe at any time: a running
 * request then ends with an {@link IllegalStateException}.
 *
 * <p>Interrupting a thread that waits for an answer ends its call with a {@link
 * GenerationInterruptedException}, before the next step or, if the request has not begun, at once.
 * The thread's interrupt flag stays set. A {@link Cancellation} ends requests from any other
 * thread.
 */
public interface DiffusionLM extends AutoCloseable {

  /**
   * Starts to configure a model.
   *
   * @return a new builder
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * Answers one user message.
   *
   * @param message the message, not blank
   * @return the answer
   * @throws IllegalArgumentException if the message is blank or too long for the model
   * @throws IllegalStateException if this model is closed
   */
  default GenerationResult generate(String message) {
    return generate(GenerationRequest.of(message));
  }

  /**
   * Runs a request and waits for the answer.
   *
   * @param request what to generate
   * @return the answer
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a plugin that a request selects is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests are waiting
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  default GenerationResult generate(GenerationRequest request) {
    return generate(request, GenerationListener.IGNORE);
  }

  /**
   * Runs a request and reports every denoising step on the calling thread; the listener may cancel
   * the request. If a guidance generates several candidates, the reported steps are those of the
   * first candidate, whichever one is kept.
   *
   * @param request what to generate
   * @param listener called after each step, on this thread
   * @return the answer; if the listener cancelled, the prediction of the last step
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a plugin that a request selects is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests are waiting
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  GenerationResult generate(GenerationRequest request, GenerationListener listener);

  /**
   * Runs several requests, which may differ in every respect. On a CPU, each gets the same answer
   * as if it ran alone; on a GPU, rounding may depend on the others. If one fails, the others still
   * run to completion; then the first failure is thrown with any further failures suppressed. Use
   * {@link #generateAllAsync} to get the answers of the successful ones.
   *
   * @param requests what to generate; may be empty
   * @return the answers, in the order of the requests
   * @throws IllegalArgumentException if prompt and length of a request exceed the model's limit;
   *     nothing is run then
   * @throws PluginException if a plugin that a request selects is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests are waiting
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  List<GenerationResult> generateAll(List<GenerationRequest> requests);

  /**
   * Runs a request without waiting for the answer. Cancelling the future, or completing it in any
   * other way, ends the request before its next step. The future is completed on the {@linkplain
   * Builder#executor executor}, so dependent stages run there.
   *
   * @param request what to generate
   * @return a future of the answer; it fails with the exceptions of {@link
   *     #generate(GenerationRequest)}
   * @throws IllegalStateException if this model is closed
   */
  default CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    return generateAsync(request, GenerationListener.IGNORE);
  }

  /**
   * Runs a request without waiting for the answer, and reports every denoising step.
   *
   * @param request what to generate
   * @param listener called after each step, on the {@linkplain Builder#executor executor}
   * @return a future of the answer, as for {@link #generateAsync(GenerationRequest)}; if the
   *     listener cancels, of the prediction of the last step
   * @throws IllegalStateException if this model is closed
   */
  CompletableFuture<GenerationResult> generateAsync(
      GenerationRequest request, GenerationListener listener);

  /**
   * Runs several requests without waiting. Each has its own future: if a request fails, even before
   * its first step, only its future fails. Cancelling a future ends its request before the next
   * step.
   *
   * @param requests what to generate; may be empty
   * @return futures of the answers, in the order of the requests
   * @throws IllegalStateException if this model is closed
   */
  List<CompletableFuture<GenerationResult>> generateAllAsync(List<GenerationRequest> requests);

  /**
   * Publishes the denoising steps of a request. Each subscription runs the request again; nothing
   * is computed before there is one. The subscriber receives the steps in order on the {@linkplain
   * Builder#executor executor}, followed by completion or by an exception that {@link
   * #generate(GenerationRequest)} can throw. The last step is the answer. A subscriber whose demand
   * is a few hundred steps behind holds back its own request, and no other. Cancelling the
   * subscription ends the request before its next step.
   *
   * @param request what to generate
   * @return a publisher of its steps, for any number of subscribers
   */
  Flow.Publisher<DenoisingStep> stream(GenerationRequest request);

  /** {@return the current load of this model; cheap enough for metrics} */
  Activity activity();

  /** {@return a description of this model} */
  ModelInfo info();

  /** {@return this model's tokenizer} */
  Tokenizer tokenizer();

  /**
   * Frees all native memory. Waits for the running step, and fails the requests that are not
   * finished. A second call does nothing.
   */
  @Override
  void close();

  /** Configures and loads a {@link DiffusionLM}. Not thread-safe. */
  final class Builder extends OptionsBuilder<Builder> {
    private @Nullable Path model;
    private ComputeDevice device = ComputeDevice.AUTO;
    private Precision precision = Precision.AUTO;
    private WeightFormat weights = WeightFormat.UNQUANTIZED;
    private @Nullable String runtime;
    private OptionalInt threads = OptionalInt.empty();
    private final Batching.Builder batching = Batching.builder();

    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * Sets the checkpoint: a folder in the Hugging Face layout ({@code config.json}, safetensors,
     * {@code tokenizer.json} or, without it, {@code tokenizer.model}). Default: the small model
     * that ships with the runtime.
     *
     * @param folder the checkpoint folder; read by {@link #build()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder model(Path folder) {
      this.model = requireNonNull(folder, "model");
      return this;
    }

    /**
     * Sets the device. Default: {@link ComputeDevice#AUTO}.
     *
     * @param device the device; {@link #build()} fails if it is unavailable
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(ComputeDevice device) {
      this.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets the compute precision. Default: {@link Precision#AUTO}.
     *
     * @param precision the number format
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder precision(Precision precision) {
      this.precision = requireNonNull(precision, "precision");
      return this;
    }

    /**
     * Sets how the weights of the decoder's layers are stored, independently of the checkpoint's
     * own format. Default: {@link WeightFormat#UNQUANTIZED}.
     *
     * @param format the storage format; {@link #build()} fails before it reads any weight if the
     *     device does not support it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder weights(WeightFormat format) {
      this.weights = requireNonNull(format, "format");
      return this;
    }

    /**
     * Sets how many threads compute on a CPU. The number applies to the whole process: to every
     * model and training run, from {@link #build()} until this model is closed. Default: the
     * environment variable {@code OMP_NUM_THREADS} if set, otherwise one for each core that this
     * process may use, container limits included.
     *
     * @param count at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      this.threads = OptionalInt.of(Checks.positive("threads", count));
      return this;
    }

    /**
     * Sets the most rows that a step computes: the positions of prompts and answers of all requests
     * that share the step. A request that has more rows by itself is computed alone. More rows
     * increase throughput and also the latency of each request. Default: 4,096 on a CPU; on a GPU,
     * what fits in memory next to the weights, from 1,024 to 32,768.
     *
     * @param rows at least 1
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder maxBatchRows(int rows) {
      batching.maxRows(rows);
      return this;
    }

    /**
     * Sets how many requests may wait for their first step. A call that would exceed this fails
     * with a {@link GenerationRejectedException}, and none of its requests are run. Default: no
     * limit; waiting requests hold no native memory.
     *
     * @param requests at least 0; with 0 a request must begin at the next step
     * @return this builder
     * @throws IllegalArgumentException if the value is less
     */
    @CanIgnoreReturnValue
    public Builder maxWaitingRequests(int requests) {
      batching.maxWaiting(requests);
      return this;
    }

    /**
     * Sets how long a request may wait for its first step. After that it fails with a {@link
     * GenerationRejectedException}. Default: no limit.
     *
     * @param wait greater than zero
     * @return this builder
     * @throws IllegalArgumentException if it is zero or negative
     */
    @CanIgnoreReturnValue
    public Builder maxWait(Duration wait) {
      batching.maxWait(wait);
      return this;
    }

    /**
     * Sets the executor that runs the listeners of asynchronous calls, completes their futures and
     * delivers to subscribers. Steps do not run on it. Default: {@link CompletableFuture}'s default
     * executor. The caller shuts it down, after {@link DiffusionLM#close()}.
     *
     * @param executor the executor
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor executor) {
      batching.executor(executor);
      return this;
    }

    /**
     * Selects the runtime by name. Default: the only one installed.
     *
     * @param name the name of an installed {@link DiffusionRuntime}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder runtime(String name) {
      this.runtime = Checks.name("runtime", name);
      return this;
    }

    /**
     * Loads the model. The caller closes it.
     *
     * @return the model
     * @throws CheckpointException if the folder or a file in it is missing, damaged or unsupported,
     *     or no model is given and the runtime has none
     * @throws DeviceException if the device or its native libraries are unavailable, or the device
     *     does not support the weight format
     * @throws PluginException if the runtime or a plugin that the options select is unknown
     * @throws IllegalStateException if an open model or a training run has set a different number
     *     of threads
     */
    public DiffusionLM build() {
      DiffusionRuntime chosen = Plugins.of(DiffusionRuntime.class).namedOrOnly(runtime);
      DiffusionRuntime.Configuration.Builder configuration =
          DiffusionRuntime.Configuration.builder(options())
              .model(model)
              .device(device)
              .precision(precision)
              .weights(weights)
              .batching(batching.build());
      threads.ifPresent(configuration::threads);
      return chosen.open(configuration.build());
    }
  }
}
