"""The denoising step and the samplers, with all random numbers given.

This is how a token is drawn, so that another implementation can repeat it. Each position has a row of
uniforms u_0, u_1, ... in [0, 1). With p = softmax(logits / temperature), in vocabulary order:

    token    = the first v with p_0 + ... + p_v > u_j * (p_0 + ... + p_{V-1})
    accepted = the mass of strictly likelier tokens, sum of p_w with p_w > p_token, is < top_p

A token that is not accepted is drawn again with u_{j+1}. Sums are in float64 here. ``Draw`` has the
smallest distance of a decision from its boundary, so that a golden can guarantee that rounding in
another implementation flips none.
"""

import math
from dataclasses import dataclass

import torch

from . import time_warp
from .forward import forward


def to_simplex(tokens: torch.Tensor, k: float, vocabulary: int) -> torch.Tensor:
    """+k at the token, -k elsewhere: [...] ids to [..., V]."""
    return 2 * k * torch.nn.functional.one_hot(tokens, vocabulary).float() - k


def nucleus(logits: torch.Tensor, top_p: float, temperature: float = 1.0) -> torch.Tensor:
    """Membership [..., V]: the smallest set of most likely tokens whose mass reaches top_p.

    Computed by sorting. A token is in if the mass sorted before it is below top_p; the likeliest
    always is. Tied tokens are in or out together, by the mass before the first of them. With
    top_p >= 1 everything is in, however the sum is rounded.
    """
    if top_p >= 1:
        return torch.ones_like(logits, dtype=torch.bool)
    p = torch.softmax(logits.double() / temperature, dim=-1)
    ordered, order = torch.sort(p, dim=-1, descending=True, stable=True)
    before = torch.cumsum(ordered, dim=-1) - ordered
    flat_p, flat_before = ordered.reshape(-1, ordered.shape[-1]), before.reshape(-1, before.shape[-1])
    for row_p, row_before in zip(flat_p, flat_before):
        for v in range(1, len(row_p)):
            if row_p[v] == row_p[v - 1]:
                row_before[v] = row_before[v - 1]
    keep = flat_before.reshape(before.shape) < top_p
    keep[..., 0] = True
    return torch.zeros_like(keep).scatter(-1, order, keep)


def nucleus_margin(logits: torch.Tensor, top_p: float, temperature: float = 1.0) -> float:
    """The smallest distance of a token's preceding mass from top_p, over all rows."""
    p = torch.softmax(logits.double() / temperature, dim=-1)
    ordered = torch.sort(p, dim=-1, descending=True).values
    before = torch.cumsum(ordered, dim=-1) - ordered
    return float((before - top_p).abs().min())


@dataclass
class Draw:
    """One drawn token, how many uniforms it took, and how close its closest decision was."""

    token: int
    used: int
    margin: float


def draw(logits: torch.Tensor, uniforms: torch.Tensor, top_p: float, temperature: float) -> Draw:
    """Draws one token from logits [V] with the uniforms [R]; see the module's description."""
    p = torch.softmax(logits.double() / temperature, dim=-1)
    cumulative = torch.cumsum(p, dim=0)
    margin = math.inf
    for used, u in enumerate(uniforms.double(), start=1):
        target = float(u) * float(cumulative[-1])
        token = int((cumulative <= target).sum())
        margin = min(margin, float((cumulative - target).abs().min()))
        likelier = float(p[p > p[token]].sum())
        margin = min(margin, abs(likelier - top_p))
        if likelier < top_p:
            return Draw(token, used, margin)
    raise ValueError(f"{len(uniforms)} uniforms were not enough")


def argmax_margin(logits: torch.Tensor) -> float:
    """The smallest gap between the best and the second best logit over the rows of [G, V]."""
    best = torch.topk(logits, 2, dim=-1).values
    return float((best[..., 0] - best[..., 1]).min())


@dataclass
class Problem:
    """One request: the given ids, and the positions to generate."""

    weights: object
    ids: torch.Tensor  # [L] long
    mask: torch.Tensor  # [L] bool, true = generated
    k: float
    mode: str | None  # self-conditioning

    def full(self, generated: torch.Tensor) -> torch.Tensor:
        """Spreads [G, V] over [1, L, V]; the other positions' values do not matter (zeros)."""
        out = torch.zeros(1, len(self.ids), generated.shape[-1])
        out[0, self.mask] = generated
        return out

    def forward(self, x: torch.Tensor, time: float, previous: torch.Tensor | None):
        """x and previous logits [G, V]; returns the pass over the whole sequence."""
        with torch.no_grad():
            return forward(
                self.weights,
                self.ids[None],
                self.mask[None],
                self.full(x),
                torch.tensor([time], dtype=torch.float32),
                None if previous is None else self.full(previous),
                self.mode,
            )

    def logits(self, x: torch.Tensor, time: float, previous: torch.Tensor | None) -> torch.Tensor:
        """Shifted logits of the generated positions, [G, V]."""
        return self.forward(x, time, previous).logits[0, self.mask]


@dataclass
class Clock:
    """Time and noise level of step t, warped if the checkpoint has a time warp."""

    alphas_cumprod: torch.Tensor  # float64 [T]
    weights: object

    @property
    def steps(self) -> int:
        return len(self.alphas_cumprod)

    def warped(self, t: int) -> float:
        if self.weights.l_t is None:
            return float(t)
        return time_warp.warp(self.weights.l_t, self.weights.l_u, t, self.steps)

    def time(self, t: int) -> float:
        """The input of the timestep embedding: t / T."""
        return self.warped(t) / self.steps

    def index(self, t: int) -> int:
        """The schedule's index of step t: the warped step, rounded down, within 0 .. T-1."""
        return min(max(int(self.warped(t)), 0), self.steps - 1)

    def alpha(self, t: int) -> float:
        """alpha-bar at step t; at t = -1 it is 1."""
        if t < 0 or (self.weights.l_t is not None and self.index(t + 1) == 0):
            # With a time warp the published sampler takes alpha-bar = 1 if the step it leaves has
            # a warped index of 0.
            return 1.0
        return float(self.alphas_cumprod[self.index(t)])


def ddpm_next(x_hat: torch.Tensor, noise: torch.Tensor, alpha: float, k: float) -> torch.Tensor:
    """x_{t-1} = sqrt(alpha-bar_{t-1}) x_hat + sqrt(1 - alpha-bar_{t-1}) k noise."""
    return math.sqrt(alpha) * x_hat + math.sqrt(1 - alpha) * k * noise


def ddim_next(x, logits, alpha_t: float, alpha_previous: float, k: float) -> torch.Tensor:
    """The deterministic step. At alpha-bar_{t-1} = 1 the noise has weight 0 and is not computed:
    alpha-bar_t may be 1 there, and the quotient would be 0 / 0."""
    x_hat = 2 * k * torch.softmax(logits, dim=-1) - k
    if alpha_previous == 1.0:
        return x_hat
    noise = (x - math.sqrt(alpha_t) * x_hat) / math.sqrt(1 - alpha_t)
    return math.sqrt(alpha_previous) * x_hat + math.sqrt(1 - alpha_previous) * noise


def within_entropy_bound(logits, temperature: float, bound: float) -> tuple[torch.Tensor, float]:
    """Which rows of [G, V] are accepted, and how close the closest decision was.

    In the order of their entropies H, row n is accepted if sum(H_1 .. H_n) - max(H_1 .. H_n) <= bound. In that order
    the maximum is H_n, so the first row is always accepted.
    """
    p = torch.softmax(logits.double() / temperature, dim=-1)
    entropies = -(p * torch.log(p.clamp(min=1e-300))).sum(-1)
    ordered, order = torch.sort(entropies, stable=True)
    joint = torch.cumsum(ordered, dim=0) - ordered
    accepted = torch.zeros(len(logits), dtype=torch.bool)
    accepted[order[joint <= bound]] = True
    clear = float((joint[1:] - bound).abs().min()) if len(joint) > 1 else math.inf
    boundary = int(accepted.sum())
    if boundary < len(ordered):
        clear = min(clear, float(ordered[boundary] - ordered[boundary - 1]))
    return accepted, clear


@dataclass
class Step:
    """What one denoising step computed."""

    t: int
    logits: torch.Tensor  # [G, V]
    argmax: torch.Tensor  # [G]
    tokens: torch.Tensor | None  # [G] drawn, or None for the deterministic sampler
    used: list[int]  # uniforms used per position
    next_x: torch.Tensor  # [G, V]
    margin: float  # of the draws
    argmax_margin: float
    accepted: torch.Tensor | None = None  # [G] bool, where the sampler accepts rows


def run(problem, clock, sampler, initial_noise, noise, uniforms, top_p, temperature, bound=None) -> list[Step]:
    """A complete generation.

    initial_noise [G, V]; noise [T-1, G, V], where row s is the fresh epsilon of the s-th step taken
    (the last step needs none: its weight is 0); uniforms(s, logits) gives the [G, R] uniforms of the
    s-th step. top_p None means argmax. bound is for entropy-bound: a row that is not accepted starts again from noise.
    """
    steps = clock.steps
    x = problem.k * initial_noise
    previous = None if problem.mode is None else torch.zeros_like(x)
    taken: list[Step] = []
    for s, t in enumerate(reversed(range(steps))):
        logits = problem.logits(x, clock.time(t), previous)
        tokens, used, margin, accepted = None, [], math.inf, None
        if sampler == "simplex-ddim":
            next_x = ddim_next(x, logits, float(clock.alphas_cumprod[clock.index(t)]), clock.alpha(t - 1), problem.k)
        else:
            tokens, used, margin = project(logits, uniforms(s, logits), top_p, temperature)
            x_hat = to_simplex(tokens, problem.k, logits.shape[-1])
            fresh = noise[s] if t > 0 else torch.zeros_like(x)
            next_x = ddpm_next(x_hat, fresh, clock.alpha(t - 1), problem.k)
            if sampler == "entropy-bound" and t > 0:
                accepted, clear = within_entropy_bound(logits, temperature, bound)
                next_x = torch.where(accepted[:, None], next_x, problem.k * fresh)
                margin = min(margin, clear)
        taken.append(
            Step(t, logits, logits.argmax(-1), tokens, used, next_x, margin, argmax_margin(logits), accepted)
        )
        x = next_x
        if problem.mode is not None:
            previous = logits
    return taken


def project(logits, uniforms, top_p, temperature):
    """Step 4 of the sampling loop: one token for each row of [G, V]."""
    if top_p is None:
        return logits.argmax(-1), [0] * len(logits), argmax_margin(logits)
    draws = [draw(row, row_uniforms, top_p, temperature) for row, row_uniforms in zip(logits, uniforms)]
    tokens = torch.tensor([d.token for d in draws])
    return tokens, [d.used for d in draws], min(d.margin for d in draws)


def cut(ids: list[int], eos: int) -> list[int]:
    """The answer's ids: everything before the first end of sequence."""
    return ids[: ids.index(eos)] if eos in ids else ids


class ChosenUniforms:
    """Uniforms drawn so that no decision lies within ``clearance`` of a boundary.

    A position's row is redrawn until its decisions are clear; ``rows`` has the rows that were used.
    """

    def __init__(self, generator, per_position, top_p, temperature, clearance=1e-4):
        self.generator, self.per_position = generator, per_position
        self.top_p, self.temperature, self.clearance = top_p, temperature, clearance
        self.rows: list[torch.Tensor] = []

    def __call__(self, _step: int, logits: torch.Tensor) -> torch.Tensor:
        self.rows.append(torch.stack([self._row(position) for position in logits]))
        return self.rows[-1]

    def _row(self, logits: torch.Tensor) -> torch.Tensor:
        for _ in range(1000):
            row = torch.rand(self.per_position, generator=self.generator)
            try:
                if draw(logits, row, self.top_p, self.temperature).margin > self.clearance:
                    return row
            except ValueError:
                continue  # every uniform was rejected: draw another row
        raise AssertionError("no uniforms are clear of every boundary; use another seed")
