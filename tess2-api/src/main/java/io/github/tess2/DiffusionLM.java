package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.Plugins;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * step: one joins the batch at the next step, and leaves it when it is done. Each gets the answer
 * that it would get alone. How many share a step, and how many may wait, is set by {@link
 * Builder#maxBatchRows}, {@link Builder#maxWaitingRequests} and {@link Builder#maxWait}. Callers
 * are served evenly: while one has a thousand requests waiting, another's first request begins at
 * the next step. Threads are told apart as callers.
 *
 * <p>Steps run on one thread a model, a daemon named {@code tess2-generate}, which ends when there
 * is nothing to do. Guidance and other plugins run on it too, under the context class loader of the
 * thread that sent the request; what they do delays everybody's next step. Listeners run elsewhere.
 *
 * <p>A model holds native memory until {@link #close()}, which is safe at any time: a request that
 * is running then ends with an {@link IllegalStateException}.
 *
 * <p>Interrupting a thread that generates ends its call before the next step, or at once where it
 * has not begun, with a {@link GenerationInterruptedException}; the thread stays interrupted. A
 * {@link Cancellation} ends requests from any other thread.
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
   * Generates what a request asks for, and waits for the answer.
   *
   * @param request what to generate
   * @return the answer
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests wait
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  default GenerationResult generate(GenerationRequest request) {
    return generate(request, GenerationListener.IGNORE);
  }

  /**
   * Generates and reports every denoising step, on the calling thread; the listener may cancel the
   * rest. Where guidance asks for several candidates, the steps are the first one's, whichever is
   * kept.
   *
   * @param request what to generate
   * @param listener told after each step, on this thread
   * @return the answer; where the listener cancelled, what the last step predicted
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests wait
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  GenerationResult generate(GenerationRequest request, GenerationListener listener);

  /**
   * Generates for several requests: they may differ in every respect, and each gets what it would
   * get alone. Where one fails, the others still run to their end; then the first failure is thrown
   * with the others suppressed in it. {@link #generateAllAsync} gives the others' answers then.
   *
   * @param requests what to generate; none gives none
   * @return the answers, in the requests' order
   * @throws IllegalArgumentException if prompt and length of one exceed the model's limit: nothing
   *     is run then
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationRejectedException if too many requests wait
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  List<GenerationResult> generateAll(List<GenerationRequest> requests);

  /**
   * Generates without waiting for the answer. Cancelling the future, or completing it in any other
   * way, ends the request before its next step. The future is completed on the {@linkplain
   * Builder#executor executor}, and so what depends on it runs there.
   *
   * @param request what to generate
   * @return the answer to come; it fails with what {@link #generate(GenerationRequest)} throws
   * @throws IllegalStateException if this model is closed
   */
  default CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    return generateAsync(request, GenerationListener.IGNORE);
  }

  /**
   * Generates without waiting for the answer, and reports every denoising step.
   *
   * @param request what to generate
   * @param listener told after each step, on the {@linkplain Builder#executor executor}
   * @return the answer to come, as for {@link #generateAsync(GenerationRequest)}; where the
   *     listener cancels, what the last step predicted
   * @throws IllegalStateException if this model is closed
   */
  CompletableFuture<GenerationResult> generateAsync(
      GenerationRequest request, GenerationListener listener);

  /**
   * Generates for several requests without waiting, and answers each by itself: where one fails, be
   * it before its first step, only its future does. Cancelling a future ends its request before the
   * next step.
   *
   * @param requests what to generate; none gives none
   * @return the answers to come, in the requests' order
   * @throws IllegalStateException if this model is closed
   */
  List<CompletableFuture<GenerationResult>> generateAllAsync(List<GenerationRequest> requests);

  /**
   * Publishes the denoising steps of a request. Each subscription generates anew; nothing is
   * computed before. The subscriber gets each step in order on the {@linkplain Builder#executor
   * executor}, then is completed, or gets what {@link #generate(GenerationRequest)} throws. The
   * last step is the answer. Where it asks for no more than a few hundred steps behind what has
   * been computed, its request is held back, and no other. Cancelling the subscription ends the
   * request before its next step.
   *
   * @param request what to generate
   * @return its steps, for any number of subscribers
   */
  Flow.Publisher<DenoisingStep> stream(GenerationRequest request);

  /** {@return what this model is doing now; cheap, for metrics} */
  Activity activity();

  /** {@return what this model is} */
  ModelInfo info();

  /** {@return how this model turns text into tokens and back} */
  Tokenizer tokenizer();

  /**
   * Frees all native memory. Waits for the step that is running, and fails the requests that are
   * not at their end. A second call does nothing.
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
    private OptionalInt maxRows = OptionalInt.empty();
    private OptionalInt maxWaiting = OptionalInt.empty();
    private Optional<Duration> maxWait = Optional.empty();
    private Optional<Executor> executor = Optional.empty();

    private Builder() {}

    @Override
    @CanIgnoreReturnValue
    Builder self() {
      return this;
    }

    /**
     * Sets the checkpoint: a folder in the Hugging Face layout ({@code config.json}, safetensors,
     * {@code tokenizer.json} or, without that, {@code tokenizer.model}). Default: the small model
     * that ships with the runtime.
     *
     * @param folder of the checkpoint; read by {@link #build()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder model(Path folder) {
      this.model = requireNonNull(folder, "model");
      return this;
    }

    /**
     * Sets where to compute. Default: {@link ComputeDevice#AUTO}.
     *
     * @param device the device; one that is not there is reported by {@link #build()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder device(ComputeDevice device) {
      this.device = requireNonNull(device, "device");
      return this;
    }

    /**
     * Sets what to compute in. Default: {@link Precision#AUTO}.
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
     * Sets how the weights of the decoder's layers are stored, whatever the checkpoint's own
     * format. Default: {@link WeightFormat#UNQUANTIZED}.
     *
     * @param format the storage format; one that the device lacks is reported by {@link #build()},
     *     before any weight is read
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder weights(WeightFormat format) {
      this.weights = requireNonNull(format, "format");
      return this;
    }

    /**
     * Sets how many threads compute on a CPU. The number is the whole process's: it holds for every
     * model and training run, from {@link #build()} until this model is closed. Default: what the
     * environment variable {@code OMP_NUM_THREADS} says, else one for each core that this process
     * may use, a container's share counted.
     *
     * @param count at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      this.threads = OptionalInt.of(Checks.positive("threads", count));
      return this;
    }

    /**
     * Sets how many rows a step computes at most: positions of prompts and answers together, of all
     * requests that share the step. A request that has more by itself is computed alone. More rows
     * give more answers a second and make each wait longer. Default: 4,096 on a CPU; on a GPU what
     * fits its memory beside the weights, from 1,024 to 32,768.
     *
     * @param rows at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder maxBatchRows(int rows) {
      this.maxRows = OptionalInt.of(Checks.positive("max batch rows", rows));
      return this;
    }

    /**
     * Sets how many requests may wait for their first step. Where more would wait, the call that
     * sends them fails with a {@link GenerationRejectedException}, and none of its requests is run.
     * Default: no limit; a request that waits holds no native memory.
     *
     * @param requests at least 0: a request must then begin at the next step
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    @CanIgnoreReturnValue
    public Builder maxWaitingRequests(int requests) {
      this.maxWaiting = OptionalInt.of(Batching.checkWaiting(requests));
      return this;
    }

    /**
     * Sets how long a request may wait for its first step; it then fails with a {@link
     * GenerationRejectedException}. Default: no limit.
     *
     * @param wait greater than zero
     * @return this builder
     * @throws IllegalArgumentException if it is not
     */
    @CanIgnoreReturnValue
    public Builder maxWait(Duration wait) {
      this.maxWait = Optional.of(Batching.checkWait(wait));
      return this;
    }

    /**
     * Sets what runs the listeners of asynchronous calls, completes their futures and delivers to
     * subscribers. Steps themselves do not run on it. Default: {@link CompletableFuture}'s default
     * executor. The caller shuts it down, after {@link DiffusionLM#close()}.
     *
     * @param executor where to run them
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor executor) {
      this.executor = Optional.of(requireNonNull(executor, "executor"));
      return this;
    }

    /**
     * Chooses the runtime by name. Default: the only one installed.
     *
     * @param name of an installed {@link DiffusionRuntime}
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
     *     or no model is given and none ships
     * @throws DeviceException if the device or its native libraries are not there, or the device
     *     lacks the weight format
     * @throws PluginException if the runtime, the noise schedule or the sampler is unknown
     * @throws IllegalStateException if an open model or a training run has asked for another number
     *     of threads
     */
    public DiffusionLM build() {
      DiffusionRuntime chosen =
          runtime == null
              ? Plugins.of(DiffusionRuntime.class).only()
              : Plugins.of(DiffusionRuntime.class).named(runtime);
      return chosen.open(
          new DiffusionRuntime.Configuration(
              model,
              device,
              precision,
              weights,
              options(),
              threads,
              new Batching(maxRows, maxWaiting, maxWait, executor)));
    }
  }
}
