package io.github.tess2.training;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Low-rank adaptation (arXiv 2106.09685): each target weight W [out,in] of a decoder layer is
 * frozen, and A [rank,in] and B [out,rank] in W + (alpha / rank) · B·A are trained. A starts
 * random, B with zeros. The timestep embedding and a reward model's score, which the base may lack,
 * are trained in full; everything else is frozen. Checkpoints contain the merged weights.
 *
 * @param rank rank of the adapters, greater than 0
 * @param alpha scale of the adapters times the rank, greater than 0
 * @param targets the weights of a layer that get an adapter, at least one
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
   * @param rank rank of the adapters
   * @param alpha scale of the adapters times the rank
   * @param targets the weights of a layer that get an adapter
   * @throws IllegalArgumentException if a value is out of range, or there is no target
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
   * {@return adapters on all weight matrices of the layers, with an alpha of twice the rank}
   *
   * @param rank rank of the adapters, greater than 0
   * @throws IllegalArgumentException if the rank is not greater than 0
   */
  public static Lora ofRank(int rank) {
    return new Lora(rank, 2.0 * rank, ImmutableSet.copyOf(EnumSet.allOf(Target.class)));
  }
}
