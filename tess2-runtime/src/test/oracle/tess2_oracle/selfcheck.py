"""Checks the oracle's own assumptions before any golden is written."""

from pathlib import Path

import torch

from . import checkpoints
from .forward import run_backbone

LENGTH = 20


def run(root: Path) -> None:
    """Raises AssertionError if an assumption about the backbone does not hold."""
    for name in ("mistral", "llama", "llama-linear", "mistral-window"):
        _check(root / name)
    _check_rope_scaling_matters(root / "llama")


def _embeddings(weights) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return 0.5 * torch.randn(1, LENGTH, weights.config.hidden_size, generator=generator)


def _check(folder: Path) -> None:
    eager, fused = checkpoints.load(folder, "eager"), checkpoints.load(folder, "sdpa")
    e = _embeddings(eager)
    with torch.no_grad():
        for causal in (False, True):
            a, b = run_backbone(eager.backbone, e, causal)[1], run_backbone(fused.backbone, e, causal)[1]
            assert torch.allclose(a, b, atol=1e-5), f"{folder.name}: eager and sdpa differ"
        own = eager.backbone(inputs_embeds=e, use_cache=False).last_hidden_state
        ours = run_backbone(eager.backbone, e, causal=True)[1]
        assert torch.allclose(own, ours, atol=1e-5), f"{folder.name}: our causal mask differs from transformers' own"
        changed = e.clone()
        changed[0, -1] += 1.0
        first = run_backbone(eager.backbone, e, causal=False)[0][0][0]
        moved = (run_backbone(eager.backbone, changed, causal=False)[0][0][0] - first).abs().amax(-1) > 1e-7
        window = getattr(eager.config, "sliding_window", None) or LENGTH
        expected = torch.arange(LENGTH) > LENGTH - 1 - window
        assert torch.equal(moved, expected), f"{folder.name}: the last position is seen from {moved.tolist()}"


def _check_rope_scaling_matters(folder: Path) -> None:
    scaled = checkpoints.load(folder)
    rotary = scaled.backbone.rotary_emb
    head_dim = scaled.config.head_dim
    plain = scaled.config.rope_theta ** (-torch.arange(0, head_dim, 2).float() / head_dim)
    ratio = plain / rotary.inv_freq
    assert ratio.max() > 7.9 and ((ratio > 1.01) & (ratio < 7.9)).any() and ratio.min() < 1.01, (
        f"the scaling must keep, smooth and scale some frequencies, but the ratios are {ratio.tolist()}"
    )
