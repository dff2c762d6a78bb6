package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Sets;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank adaptation (arXiv 2106.09685): each target weight W [out,in] of a decoder layer is
 * frozen, and A [rank,in] and B [out,rank] in W + (alpha / rank) · B·A are trained. A starts
 * random, B with zeros. The timestep embedding and a reward model's score, which the base may lack,
 * are trained in full; everything else is frozen. Checkpoints contain the merged weights.
 * Immutable.
 */
public final class Lora {
  /** A weight matrix of a decoder layer. */
  public enum Target {
    /** {@code self_attn.q_proj}. */
    Q_PROJ,
    /** {@code self_attn.k_proj}. */
    K_PROJ,
    /** {@code self_attn.v_proj}. */
    V_PROJ,
    /** {@code self_attn.o_proj}. */
    O_PROJ,
    /** {@code mlp.gate_proj}. */
    GATE_PROJ,
    /** {@code mlp.up_proj}. */
    UP_PROJ,
    /** {@code mlp.down_proj}. */
    DOWN_PROJ;

    /** {@return the module's name in a checkpoint, such as {@code q_proj}} */
    public String module() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Values values;

  private Lora(Values values) {
    this.values = values;
  }

  /**
   * Starts with {@link #ofRank}.
   *
   * @param rank the rank of the adapters, greater than 0
   * @return a new builder
   * @throws IllegalArgumentException if the rank is not greater than 0
   */
  public static Builder builder(int rank) {
    return ofRank(rank).toBuilder();
  }

  /**
   * {@return adapters on all weight matrices of the layers, with an alpha of twice the rank}
   *
   * @param rank the rank of the adapters, greater than 0
   * @throws IllegalArgumentException if the rank is not greater than 0
   */
  public static Lora ofRank(int rank) {
    return new Lora(
        new Values(
            Ranges.positive("LoRA rank", rank),
            2.0 * rank,
            Sets.immutableEnumSet(EnumSet.allOf(Target.class))));
  }

  /** {@return a builder that starts with these values} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the rank of the adapters, greater than 0} */
  public int rank() {
    return values.rank();
  }

  /** {@return the scale of the adapters times the rank, greater than 0} */
  public double alpha() {
    return values.alpha();
  }

  /** {@return the weights of a layer that get an adapter, at least one. Unmodifiable} */
  public Set<Target> targets() {
    return values.targets();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Lora that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "Lora");
  }

  private record Values(int rank, double alpha, Set<Target> targets) {}

  /** Builds a {@link Lora}. Not thread-safe. */
  public static final class Builder {
    private int rank;
    private double alpha;
    private Set<Target> targets;

    private Builder(Values values) {
      this.rank = values.rank();
      this.alpha = values.alpha();
      this.targets = values.targets();
    }

    /**
     * Sets the rank of the adapters; leaves alpha as it is.
     *
     * @param rank greater than 0
     * @return this builder
     * @throws IllegalArgumentException if the value is not greater than 0
     */
    @CanIgnoreReturnValue
    public Builder rank(int rank) {
      this.rank = Ranges.positive("LoRA rank", rank);
      return this;
    }

    /**
     * Sets the scale of the adapters times the rank. Default: twice the rank.
     *
     * @param alpha greater than 0
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    @CanIgnoreReturnValue
    public Builder alpha(double alpha) {
      this.alpha = Ranges.positive("LoRA alpha", alpha);
      return this;
    }

    /**
     * Sets the weights of a layer that get an adapter. Default: all of them.
     *
     * @param targets at least one
     * @return this builder
     * @throws IllegalArgumentException if there is none
     */
    @CanIgnoreReturnValue
    public Builder targets(Set<Target> targets) {
      this.targets = check(targets);
      return this;
    }

    private static Set<Target> check(Set<Target> targets) {
      requireNonNull(targets, "targets");
      if (targets.isEmpty()) {
        throw new IllegalArgumentException("LoRA must have at least one target, but has: 0");
      }
      return Sets.immutableEnumSet(targets);
    }

    /** {@return the adapters} */
    public Lora build() {
      return new Lora(new Values(rank, alpha, targets));
    }
  }
}
