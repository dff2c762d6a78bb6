"""The learned time warp of CDCD checkpoints (``cdf.l_t``, ``cdf.l_u``, 100 bins each).

A piecewise linear map from the unit interval to itself. Its knots are

    w_t = softmax(l_t) + 1e-3,  normalised to sum 1;  e_t = 0, cumsum(w_t)
    w_u = exp(l_u)     + 1e-3,  normalised to sum 1;  e_u = 0, cumsum(w_u)

(``exp`` and not ``softmax`` on ``l_u``, because in training the unnormalised sum fits the loss
itself; with the normalisation only the weight of the 1e-3 differs.) ``warp`` sends the e_u axis to
the e_t axis: equal steps of u are equal steps of predicted cross-entropy.
"""

import torch

MINIMUM_BIN = 1e-3


def edges(l_t: torch.Tensor, l_u: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The knots (e_t, e_u), float64 [bins + 1] each."""
    w_t = torch.softmax(l_t.double(), dim=-1) + MINIMUM_BIN
    w_u = l_u.double().exp() + MINIMUM_BIN
    zero = torch.zeros(1, dtype=torch.float64)
    e_t = torch.cat([zero, (w_t / w_t.sum()).cumsum(0)])
    e_u = torch.cat([zero, (w_u / w_u.sum()).cumsum(0)])
    return e_t, e_u


def warp(l_t: torch.Tensor, l_u: torch.Tensor, step: int, steps: int) -> float:
    """The warped time, in fractional steps (0 .. T-1), of step ``step`` of ``steps``.

    ``u = step / (T-1)`` and the result is scaled back by ``T-1``; with T = 1 it is 0.
    """
    if steps == 1:
        return 0.0
    e_t, e_u = edges(l_t, l_u)
    u = step / (steps - 1)
    bins = len(l_t)
    index = int((e_u <= u).sum()) - 1
    index = min(max(index, 0), bins - 1)
    fraction = (u - e_u[index]) / (e_u[index + 1] - e_u[index])
    warped = e_t[index] + (e_t[index + 1] - e_t[index]) * fraction
    return float(warped) * (steps - 1)
