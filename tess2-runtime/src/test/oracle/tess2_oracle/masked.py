"""Masked diffusion as LLaDA (arXiv 2502.09992) and Dream (arXiv 2508.15487) sample it, formula by formula.

Dimensions: ``L`` sequence, ``G`` generated positions in ascending order, ``V`` rows of the embedding, ``T`` steps. A
state is a sequence of ids, with the mask token at generated positions that are still open.

All random numbers are given: see ``Noise``. The mask token is never predicted: its logit is minus infinity.
"""

import math
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

BITS = 1 << 64


def mixed(x: int) -> int:
    """SplitMix64's finaliser."""
    x = (x + 0x9E3779B97F4A7C15) % BITS
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) % BITS
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) % BITS
    return x ^ (x >> 31)


@dataclass
class Noise:
    """Uniform numbers in (0, 1) from a formula that tests in any language can repeat.

    ``uniform(kind, step, row, column)`` hashes its arguments. Kinds: 1 the choice of positions, 2 the Gumbel noise of a
    token's logit, which is ``-log(-log(u))``.
    """

    seed: int

    def uniform(self, kind: int, step: int, row: int, column: int = 0) -> float:
        key = mixed(self.seed)
        for part in (kind, step, row, column):
            key = mixed(key ^ part)
        return ((key >> 40) + 0.5) / (1 << 24)

    def uniforms(self, kind: int, step: int, rows: int) -> torch.Tensor:
        return torch.tensor([self.uniform(kind, step, row) for row in range(rows)], dtype=torch.float64)

    def gumbel(self, step: int, rows: int, width: int) -> torch.Tensor:
        values = [
            [-math.log(-math.log(self.uniform(2, step, row, column))) for column in range(width)] for row in range(rows)
        ]
        return torch.tensor(values, dtype=torch.float64)


@dataclass
class Trail:
    """What happened in a run, and how close its closest decision was."""

    states: list[list[int]] = field(default_factory=list)  # generated positions after each pass, G ids each
    passes: int = 0  # forward passes that the published loop makes
    clearance: float = math.inf  # the smallest distance of a decision from its boundary

    def decide(self, distance: float) -> None:
        self.clearance = min(self.clearance, float(distance))


def forbid(logits: torch.Tensor, mask_id: int) -> torch.Tensor:
    logits = logits.double().clone()
    logits[:, mask_id] = -math.inf
    return logits


def best(scores: torch.Tensor, trail: Trail) -> torch.Tensor:
    """The argmax of each row [C,V] -> [C]."""
    top = torch.topk(scores, 2, dim=-1)
    if len(scores):
        trail.decide((top.values[:, 0] - top.values[:, 1]).min())
    return top.indices[:, 0]


def draw(probabilities: torch.Tensor, gumbel: torch.Tensor, trail: Trail) -> torch.Tensor:
    """A draw from each row by the Gumbel-max rule: [C,V], [C,V] -> [C]."""
    return best(torch.log(probabilities) + gumbel, trail)


def filtered(logits: torch.Tensor, temperature: float, top_p: float | None, top_k: int | None, trail: Trail):
    """softmax(logits / temperature) over the tokens that top-p and then top-k keep: [C,V] -> [C,V].

    Top-p keeps a token while the mass of the likelier ones is at most top_p; top-k keeps the k likeliest.
    """
    logits = logits / temperature if temperature > 0 else logits
    if top_p is not None and top_p < 1:
        ordered, index = torch.sort(logits, descending=True, dim=-1)
        p = torch.softmax(ordered, -1)
        before = torch.cumsum(p, -1) - p
        trail.decide((before - top_p).abs().min())
        dropped = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, index, before > top_p)
        logits = logits.masked_fill(dropped, -math.inf)
    if top_k is not None:
        least = torch.topk(logits, min(top_k, logits.shape[-1]), dim=-1).values[:, -1:]
        logits = logits.masked_fill(logits < least, -math.inf)
    return torch.softmax(logits, -1)


def surest(confidence: torch.Tensor, count: int, trail: Trail) -> torch.Tensor:
    """The indices of the ``count`` largest."""
    ordered = torch.sort(confidence, descending=True)
    if 0 < count < len(confidence):
        gap = ordered.values[count - 1] - ordered.values[count]
        if torch.isfinite(gap):
            trail.decide(gap)
    return ordered.indices[:count]


def blocks(generated: int, block: int | None) -> list[range]:
    """Rows of each block, from left to right."""
    size = block or generated
    return [range(start, min(start + size, generated)) for start in range(0, generated, size)]


def shares(total: int, parts: int) -> list[int]:
    """``total`` split as evenly as possible, the larger shares first."""
    return [total // parts + (1 if i < total % parts else 0) for i in range(parts)]


def dream_counts(generated: int, steps: int, eps: float) -> list[int]:
    """How many positions Dream's loop commits at each step, if every position is open at first."""
    times, left, counts = torch.linspace(1, eps, steps + 1), generated, []
    for i in range(steps):
        count = left if i == steps - 1 else int(torch.tensor(left) * (1 - times[i + 1] / times[i]))
        counts.append(count)
        left -= count
    return counts


class Run:
    """One request: ``model(ids [L]) -> logits [L,V]`` already shifted as in the model's family."""

    def __init__(self, model, mask_id, ids, positions, noise: Noise, cfg_scale: float = 0.0):
        self.model, self.mask_id, self.noise, self.cfg_scale = model, mask_id, noise, cfg_scale
        self.ids = torch.tensor(ids)
        self.positions = torch.tensor(positions)
        self.prompt = torch.ones(len(ids), dtype=torch.bool)
        self.prompt[self.positions] = False
        self.trail = Trail()

    @property
    def rows(self) -> torch.Tensor:
        return self.ids[self.positions]

    @property
    def open(self) -> torch.Tensor:
        return self.rows == self.mask_id

    def logits(self) -> torch.Tensor:
        """[G,V] in double precision."""
        logits = self.model(self.ids)
        if self.cfg_scale > 0:
            without = self.ids.clone()
            without[self.prompt] = self.mask_id
            other = self.model(without)
            logits = other + (self.cfg_scale + 1) * (logits - other)
        self.trail.passes += 1
        return forbid(logits[self.positions], self.mask_id)

    def commit(self, places: torch.Tensor, tokens: torch.Tensor) -> None:
        self.ids[self.positions[places]] = tokens[places]

    def note(self) -> None:
        self.trail.states.append(self.rows.tolist())

    # LLaDA. Tokens are drawn by the Gumbel-max rule on the logits; confidence is the token's plain softmax.

    def llada(self, steps: int, block: int | None, temperature: float, remasking: str) -> Trail:
        parts = blocks(len(self.positions), block)
        step = steps
        for part, own in zip(parts, shares(steps, len(parts)), strict=True):
            here = torch.zeros(len(self.positions), dtype=torch.bool)
            here[part] = True
            counts = shares(int((self.open & here).sum()), own)
            for count in counts:
                step -= 1
                logits = self.logits()
                noisy = logits
                if temperature > 0:
                    noisy = logits + temperature * self.noise.gumbel(step, *logits.shape)
                tokens = best(noisy[self.open], self.trail)
                full = torch.full((len(self.positions),), self.mask_id)
                full[self.open] = tokens
                if remasking == "random":
                    confidence = self.noise.uniforms(1, step, len(self.positions))
                else:
                    confidence = torch.softmax(logits, -1).gather(1, full[:, None])[:, 0]
                confidence = confidence.masked_fill(~(self.open & here), -math.inf)
                self.commit(surest(confidence, count, self.trail), full)
                self.note()
        return self.trail

    # Dream. Tokens are drawn from the filtered softmax; the times 1 .. eps decide how many a step commits.

    def dream(self, steps, algorithm, temperature=0.0, top_p=None, top_k=None, alg_temp=0.0, eps=1e-3) -> Trail:
        times = torch.linspace(1, eps, steps + 1)
        for i in range(steps):
            step = steps - 1 - i
            where = torch.nonzero(self.open)[:, 0]
            logits = self.logits()
            t, s = times[i], times[i + 1]
            p = filtered(logits[where], temperature, top_p, top_k, self.trail)
            if temperature > 0:
                found = draw(p, self.noise.gumbel(step, len(self.positions), p.shape[-1])[where], self.trail)
            else:
                found = best(logits[where], self.trail)
            tokens = torch.full((len(self.positions),), self.mask_id)
            tokens[where] = found
            choice = self.noise.uniforms(1, step, len(self.positions))[where]
            last = i == steps - 1
            if algorithm == "origin":
                share = 1.0 if last else float(1 - s / t)
                if len(choice) and not last:
                    self.trail.decide((choice - share).abs().min())
                chosen = where[choice < share]
            else:
                if algorithm == "maskgit_plus":
                    confidence = p.gather(1, found[:, None])[:, 0]
                elif algorithm == "topk_margin":
                    top = torch.topk(p, 2, dim=-1).values
                    confidence = top[:, 0] - top[:, 1]
                else:
                    confidence = (p * torch.log(p + 1e-10)).sum(-1)
                number = torch.tensor(len(where))
                count = len(where) if last else int(number * (1 - s / t))
                if alg_temp > 0:
                    # Without replacement in proportion to softmax(confidence / alg_temp).
                    confidence = confidence / alg_temp - torch.log(-torch.log(choice))
                chosen = where[surest(confidence, count, self.trail)]
            self.commit(chosen, tokens)
            self.note()
        return self.trail

    # Ben-Hamu et al. (arXiv 2505.24857): as many positions as are nearly independent.

    def entropy_bound(self, steps: int, bound: float, temperature: float = 0.0) -> Trail:
        for step in reversed(range(steps)):
            where = torch.nonzero(self.open)[:, 0]
            if len(where) == 0:
                break
            logits = self.logits()
            p = filtered(logits[where], temperature, None, None, self.trail)
            if temperature > 0:
                found = draw(p, self.noise.gumbel(step, len(self.positions), p.shape[-1])[where], self.trail)
            else:
                found = best(logits[where], self.trail)
            tokens = torch.full((len(self.positions),), self.mask_id)
            tokens[where] = found
            entropies = -(p * torch.log(p.clamp(min=1e-300))).sum(-1)
            ordered, order = torch.sort(entropies, stable=True)
            joint = torch.cumsum(ordered, 0) - ordered
            count = len(where) if step == 0 else int((joint <= bound).sum())
            if step > 0:
                if len(joint) > 1:
                    self.trail.decide((joint[1:] - bound).abs().min())
                if count < len(where):
                    self.trail.decide(ordered[count] - ordered[count - 1])
            self.commit(where[order[:count]], tokens)
            self.note()
        return self.trail

    # Fast-dLLM (arXiv 2505.22618): all positions whose confidence reaches a threshold, and at least the surest one.

    def threshold(self, block: int | None, threshold: float) -> Trail:
        for part in blocks(len(self.positions), block):
            here = torch.zeros(len(self.positions), dtype=torch.bool)
            here[part] = True
            while bool((self.open & here).any()):
                where = torch.nonzero(self.open & here)[:, 0]
                logits = self.logits()[where]
                found = best(logits, self.trail)
                confidence = torch.softmax(logits, -1).gather(1, found[:, None])[:, 0]
                self.trail.decide((confidence - threshold).abs().min())
                tokens = torch.full((len(self.positions),), self.mask_id)
                tokens[where] = found
                chosen = where[confidence >= threshold]
                if len(chosen) == 0:
                    chosen = where[surest(confidence, 1, self.trail)]
                self.commit(chosen, tokens)
                self.note()
        return self.trail
