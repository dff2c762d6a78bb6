"""One forward pass of the diffusion model, over the real transformers backbone.

Shapes: ``B`` batch, ``L`` sequence, ``V`` vocabulary (rows of the embedding E), ``H`` hidden size.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

MIX_MODES = (
    "logits_mean",
    "logits_addition",
    "logits_max",
    "logits_multiply",
    "logits_with_projection",
    "logits_with_projection_addition",
)


def mix(mode: str, p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    """u, the mixture of the noisy simplex's probabilities p and the previous prediction's q.

    For the two modes with projection the caller passes q = softmax(projected previous logits).
    The mixture is not normalised again.
    """
    if mode in ("logits_mean", "logits_with_projection"):
        return (p + q) / 2
    if mode in ("logits_addition", "logits_with_projection_addition"):
        return p + q
    if mode == "logits_max":
        return torch.maximum(p, q)
    if mode == "logits_multiply":
        return p * q
    raise ValueError(f"unknown self-conditioning {mode!r}")


def attention_mask(length: int, causal: bool, window: int | None) -> torch.Tensor:
    """The additive [1, 1, L, L] mask: 0 where position i may attend to j, else the lowest float.

    Bidirectional: everything, or |i - j| < window. Causal: j <= i, and i - j < window.
    """
    i = torch.arange(length)[:, None]
    j = torch.arange(length)[None, :]
    allowed = torch.ones(length, length, dtype=torch.bool)
    if causal:
        allowed &= j <= i
    if window is not None:
        allowed &= (i - j).abs() < window
    blocked = torch.finfo(torch.float32).min
    return torch.where(allowed, 0.0, blocked)[None, None]


@dataclass
class Output:
    """What one pass computes."""

    embeddings: torch.Tensor  # [B, L, H] input of the backbone
    layers: list[torch.Tensor]  # [B, L, H] after each decoder layer, before the final norm
    final: torch.Tensor  # [B, L, H] after the final norm
    head: torch.Tensor  # [B, L, V] the head's output, not shifted
    logits: torch.Tensor  # [B, L, V] the head's output shifted right by one, zeros at position 0


def run_backbone(backbone, embeddings: torch.Tensor, causal: bool):
    """Runs the decoder with our own 4-D mask; returns its output after each layer and after the final norm."""
    window = getattr(backbone.config, "sliding_window", None)
    mask = attention_mask(embeddings.shape[1], causal, window).expand(embeddings.shape[0], -1, -1, -1)
    layers: list[torch.Tensor] = []

    def keep(_module, _args, output):
        layers.append(output[0] if isinstance(output, tuple) else output)

    hooks = [layer.register_forward_hook(keep) for layer in backbone.layers]
    try:
        result = backbone(inputs_embeds=embeddings, attention_mask=mask, use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return layers, result.last_hidden_state


def input_embeddings(weights, ids, mask, x, time, previous_logits, mode, embedding_for_simplex=None):
    """Steps 1 to 4 of the specification's forward pass.

    weights: a ``checkpoints.Checkpoint``; ids [B, L] long; mask [B, L] bool, true = generated;
    x [B, L, V] the noisy simplex; time [B] in [0, 1), already divided by T; previous_logits
    [B, L, V] or None for no self-conditioning at all.
    embedding_for_simplex replaces E in u.E if no gradient may flow through it.
    """
    E = weights.embedding
    p = torch.softmax(x, dim=-1)
    u = p if previous_logits is None else mix(mode, p, torch.softmax(previous_logits, dim=-1))
    e = u @ (E if embedding_for_simplex is None else embedding_for_simplex)
    e = e + F.linear(time[:, None, None], weights.timestep_embed)
    return torch.where(mask[..., None], e, F.embedding(ids, E))


def shift_right(head: torch.Tensor) -> torch.Tensor:
    """Logits for position i are the head's output at i - 1; position 0 gets zeros."""
    return torch.cat([torch.zeros_like(head[:, :1]), head[:, :-1]], dim=1)


def forward(weights, ids, mask, x, time, previous_logits, mode, **kwargs) -> Output:
    """The complete pass; arguments as for ``input_embeddings``."""
    embeddings = input_embeddings(weights, ids, mask, x, time, previous_logits, mode, **kwargs)
    layers, final = run_backbone(weights.backbone, embeddings, causal=weights.is_causal)
    head = F.linear(final, weights.lm_head)
    return Output(embeddings, layers, final, head, shift_right(head))
