package io.github.tess2;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.Plugins;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
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
 * <p>One instance serves many threads at once: their denoising steps take turns on the device. It
 * holds native memory until {@link #close()}, which is safe at any time: a request that is running
 * then ends with an {@link IllegalStateException}.
 *
 * <p>Interrupting a thread that generates ends its call before the next step, or at once where it
 * waits for its turn, with a {@link GenerationInterruptedException}; the thread stays interrupted.
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
   * Generates what a request asks for, on the calling thread.
   *
   * @param request what to generate
   * @return the answer
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  default GenerationResult generate(GenerationRequest request) {
    return generate(request, GenerationListener.IGNORE);
  }

  /**
   * Generates on the calling thread and reports every denoising step, which may cancel the rest.
   * Where guidance asks for several candidates, the steps are the first one's, whichever is kept.
   *
   * @param request what to generate
   * @param listener told after each step
   * @return the answer; where the listener cancelled, what the last step predicted
   * @throws IllegalArgumentException if prompt and length together exceed the model's limit
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  GenerationResult generate(GenerationRequest request, GenerationListener listener);

  /**
   * Generates for several requests in one batch: they may differ in every respect, and each gets
   * what it would get alone. Where one fails, the others still run to their end; then the first
   * failure is thrown with the others suppressed in it. {@link #generateAllAsync} gives the others'
   * answers then.
   *
   * @param requests what to generate; none gives none
   * @return the answers, in the requests' order
   * @throws IllegalArgumentException if prompt and length of one exceed the model's limit: nothing
   *     is run then
   * @throws PluginException if a schedule or sampler is unknown, or a plugin fails
   * @throws GenerationInterruptedException if this thread is interrupted
   * @throws IllegalStateException if this model is closed
   */
  List<GenerationResult> generateAll(List<GenerationRequest> requests);

  /**
   * Generates on another thread. Cancelling the future stops at the next step, or before the first
   * one. At most eight such calls of a model take turns at a time, on daemon threads named {@code
   * tess2-generate-1} and so on; further calls wait in the order they came. What depends on the
   * future runs on {@link CompletableFuture}'s default executor, so that it may block.
   *
   * @param request what to generate
   * @return the answer to come; it fails with what {@link #generate(GenerationRequest)} throws
   * @throws IllegalStateException if this model is closed
   */
  CompletableFuture<GenerationResult> generateAsync(GenerationRequest request);

  /**
   * Generates for several requests in one batch on another thread, and answers each by itself:
   * where one fails, be it before its first step, only its future does. Cancelling a future stops
   * its request at the next step. The threads are those of {@link #generateAsync}.
   *
   * @param requests what to generate; none gives none
   * @return the answers to come, in the requests' order
   * @throws IllegalStateException if this model is closed
   */
  List<CompletableFuture<GenerationResult>> generateAllAsync(List<GenerationRequest> requests);

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
              model, device, precision, weights, options(), threads));
    }
  }
}
