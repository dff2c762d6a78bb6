package io.github.tess2.spi;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.tess2.ComputeDevice;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings that every checkpoint is opened with. Not thread-safe.
 *
 * @param <B> the builder that extends this one
 */
abstract class CheckpointSettingsBuilder<B extends CheckpointSettingsBuilder<B>> {
  @Nullable Path model;
  ComputeDevice device = ComputeDevice.AUTO;
  Precision precision = Precision.AUTO;
  WeightFormat weights = WeightFormat.UNQUANTIZED;

  CheckpointSettingsBuilder() {}

  abstract B self();

  /**
   * Sets the checkpoint folder. Default: null.
   *
   * @param model the folder; null for the model that ships with the runtime
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B model(@Nullable Path model) {
    this.model = model;
    return self();
  }

  /**
   * Sets the device. A reward model may be on another GPU than the model that it guides. Default:
   * {@link ComputeDevice#AUTO}.
   *
   * @param device the device
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B device(ComputeDevice device) {
    this.device = requireNonNull(device, "device");
    return self();
  }

  /**
   * Sets the compute precision. Default: {@link Precision#AUTO}.
   *
   * @param precision the compute precision
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B precision(Precision precision) {
    this.precision = requireNonNull(precision, "precision");
    return self();
  }

  /**
   * Sets how the weights of the decoder's layers are stored. Default: {@link
   * WeightFormat#UNQUANTIZED}.
   *
   * @param weights how the weights of the decoder's layers are stored
   * @return this builder
   */
  @CanIgnoreReturnValue
  public B weights(WeightFormat weights) {
    this.weights = requireNonNull(weights, "weights");
    return self();
  }
}
