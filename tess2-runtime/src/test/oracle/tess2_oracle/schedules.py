"""Noise schedules: the cumulative product of alphas, in float64.

Index ``t = 0 .. T-1``; a larger index is noisier. Sampling builds the schedule with ``T`` equal to
the number of sampling steps.
"""

import math

import torch

BETA_START = 1e-4
BETA_END = 0.02
MAX_BETA = 0.999

NAMES = ("linear", "scaled_linear", "sigmoid", "squaredcos_cap_v2", "squaredcos_improved_ddpm")


def cosine(x: float) -> float:
    """f(x) = cos^2((x + 1e-4) / (1 + 1e-4) * pi / 2)."""
    return math.cos((x + 1e-4) / (1 + 1e-4) * math.pi / 2) ** 2


def betas(name: str, steps: int) -> torch.Tensor:
    """beta_0 .. beta_{T-1} of the four schedules that are defined by their betas."""
    if name == "linear":
        return torch.linspace(BETA_START, BETA_END, steps, dtype=torch.float64)
    if name == "scaled_linear":
        return torch.linspace(BETA_START**0.5, BETA_END**0.5, steps, dtype=torch.float64) ** 2
    if name == "sigmoid":
        line = torch.linspace(-6, 6, steps, dtype=torch.float64)
        return torch.sigmoid(line) * (BETA_END - BETA_START) + BETA_START
    if name == "squaredcos_cap_v2":
        values = [min(1 - cosine((i + 1) / steps) / cosine(i / steps), MAX_BETA) for i in range(steps)]
        return torch.tensor(values, dtype=torch.float64)
    raise ValueError(f"no betas for schedule {name!r}")


def alphas_cumprod(name: str, steps: int) -> torch.Tensor:
    """alpha-bar_0 .. alpha-bar_{T-1}, float64 [T]."""
    if name == "squaredcos_improved_ddpm":
        values = [cosine(i / steps) / cosine(0.0) for i in range(steps)]
        return torch.tensor(values, dtype=torch.float64)
    return torch.cumprod(1 - betas(name, steps), dim=0)
