package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Low-rank adaptation (arXiv 2106.09685): a weight W [out,in] of each decoder layer stays as it is,
 * and what is trained are A [rank,in] and B [out,rank] in W + (alpha / rank) · B·A. A begins
 * random, B with zeros. The timestep embedding and a reward model's score, which a base may not
 * have, are trained in full; all else is frozen. Checkpoints hold the sums, as weights like any
 * other.
 *
 * @param rank of the adapters, greater than 0
 * @param alpha the scale times the rank, greater than 0
 * @param targets which weights of a layer get one, at least one
 */
public record Lora(int rank, double alpha, Set<Target> targets) {
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

  /**
   * Checks the ranges and copies the targets.
   *
   * @param rank as the component
   * @param alpha as the component
   * @param targets as the component
   * @throws IllegalArgumentException if one is out of range, or there is no target
   */
  public Lora {
    Ranges.positive("LoRA rank", rank);
    Ranges.positive("LoRA alpha", alpha);
    requireNonNull(targets, "targets");
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("LoRA must have at least one target, but has: 0");
    }
    targets = Sets.immutableEnumSet(targets);
  }

  /**
   * {@return adapters on all weights of the layers, with an alpha of twice the rank}
   *
   * @param rank of the adapters, greater than 0
   * @throws IllegalArgumentException if it is not
   */
  public static Lora ofRank(int rank) {
    return new Lora(rank, 2.0 * rank, ImmutableSet.copyOf(EnumSet.allOf(Target.class)));
  }
}
