"""Gradient ascent on a reward, by autograd through the literal formula, and classifier-free guidance."""

from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F

from .sampling import Problem


def softmax(logits: torch.Tensor, tau: float) -> torch.Tensor:
    """The plain relaxation: softmax(logits / tau)."""
    return torch.softmax(logits / tau, dim=-1)


def gumbel(noise: torch.Tensor, hard: bool) -> Callable:
    """softmax((logits + noise) / tau); hard: one-hot of its argmax, with the soft one's gradient."""

    def relax(logits: torch.Tensor, tau: float) -> torch.Tensor:
        soft = torch.softmax((logits + noise) / tau, dim=-1)
        if not hard:
            return soft
        return F.one_hot(soft.argmax(-1), soft.shape[-1]).float() - soft.detach() + soft

    return relax


def reward_model(model, problem: Problem) -> Callable:
    """p [G, V] -> the reward model's score of the whole sequence, prompt positions as one-hot."""
    E = model.model.embed_tokens.weight.detach()
    one_hot = F.one_hot(problem.ids, E.shape[0]).float()

    def score(p: torch.Tensor) -> torch.Tensor:
        return model(inputs_embeds=(_spread(p, problem, one_hot) @ E)[None]).logits[0, 0]

    return score


def _spread(p, problem, rest):
    """Puts p [G, V] into the generated rows of ``rest`` [L, V], differentiably."""
    return rest.index_put((problem.mask.nonzero().flatten(),), p)


def wanted_mass(tokens: list[int]) -> Callable:
    """Sum over positions of the probability of the wanted tokens."""
    return lambda p: p[:, tokens].sum()


def wanted_anywhere(tokens: list[int]) -> Callable:
    """log of the probability that at least one position, drawn independently, is a wanted token."""
    return lambda p: torch.log(1 - torch.prod(1 - p[:, tokens].sum(-1)))


def near_target(embedding: torch.Tensor, target: torch.Tensor) -> Callable:
    """Minus the mean squared distance of the expected embeddings p.E [G, H] to target [H]."""
    return lambda p: -((p @ embedding.detach() - target) ** 2).sum(-1).mean()


@dataclass
class Guided:
    rewards: list[float]  # before each inner iteration
    gradients: list[torch.Tensor]  # of each inner iteration, not summed
    logits: torch.Tensor  # [G, V] after the last iteration


def ascend(logits, reward: Callable, scale: float, iterations: int, tau: float, relax=softmax) -> Guided:
    """n times: logits += scale * (sum of the gradients of this and the earlier iterations).

    The sum comes from the published code, which never clears the gradient of a parameter under
    plain SGD. With one iteration there is no difference.
    """
    parameter = torch.nn.Parameter(logits.clone())
    optimizer = torch.optim.SGD([parameter], lr=scale)
    rewards, gradients, before = [], [], torch.zeros_like(logits)
    for _ in range(iterations):
        value = reward(relax(parameter, tau))
        (-value).backward()  # adds to parameter.grad
        rewards.append(float(value.detach()))
        gradients.append(-parameter.grad - before)
        before = -parameter.grad.clone()
        optimizer.step()
    return Guided(rewards, gradients, parameter.detach())


def without_prompt(problem: Problem, bos: int) -> Problem:
    """The prompt removed: <s>, then only the generated positions, one after another."""
    generated = int(problem.mask.sum())
    ids = torch.tensor([bos] + [0] * generated)
    return Problem(problem.weights, ids, torch.arange(len(ids)) > 0, problem.k, problem.mode)


def padded_prompt(problem: Problem, bos: int, pad: int) -> Problem:
    """Every prompt token except the leading <s> replaced by [PAD]; positions do not change."""
    ids = torch.full_like(problem.ids, pad)
    ids[0] = bos
    return Problem(problem.weights, ids, problem.mask, problem.k, problem.mode)


PROBABILITY_FLOOR = 1e-10


def classifier_free_logits(conditional, unconditional, scale):
    """u + s (c - u)."""
    return unconditional + scale * (conditional - unconditional)


def classifier_free_probabilities(conditional, unconditional, scale):
    """The same on probabilities, which may leave [0, 1]; the logits are log(max(., 1e-10))."""
    c, u = torch.softmax(conditional, dim=-1), torch.softmax(unconditional, dim=-1)
    combined = u + scale * (c - u)
    return combined, torch.log(combined.clamp(min=PROBABILITY_FLOOR))
