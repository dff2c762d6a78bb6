"""The prompt cache ``refresh``, by its definition and without any keys or values.

At every n-th pass of a request the whole sequence is computed. At the passes between, positions that do not change count
as what they were at the last whole pass: what enters each decoder layer there is what entered it then, so keys and values,
which are functions of that, are the same too. The other positions, those generated and those at which they are predicted,
are computed as ever, and see all of this.
"""

from contextlib import contextmanager

import torch


class PromptCache:
    """One request's: ``every`` passes the whole sequence is computed, from the first one on."""

    def __init__(self, backbone, every: int):
        self.layers, self.every, self.passes = list(backbone.layers), every, 0
        self.entered: list[torch.Tensor] = []  # per layer, [1, L, H]

    @contextmanager
    def next_pass(self, changing: torch.Tensor):
        """changing [L] bool: the positions that are computed at every pass."""
        whole = self.passes % self.every == 0
        self.passes += 1
        if whole:
            self.entered = []

        def hook(place):
            def before(_layer, arguments):
                hidden = arguments[0]
                if whole:
                    self.entered.append(hidden.clone())
                    return None
                return (torch.where(changing[None, :, None], hidden, self.entered[place]), *arguments[1:])

            return before

        hooks = [layer.register_forward_pre_hook(hook(i)) for i, layer in enumerate(self.layers)]
        try:
            yield
        finally:
            for one in hooks:
                one.remove()


def with_predictors(mask: torch.Tensor, shifted: bool) -> torch.Tensor:
    """The generated positions [L] and, where logits are shifted by one, those before them."""
    return mask | torch.roll(mask, -1).index_fill(0, torch.tensor([len(mask) - 1]), False) if shifted else mask
