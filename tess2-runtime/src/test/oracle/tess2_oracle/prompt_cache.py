"""The prompt cache ``refresh``, computed from its definition without keys or values.

The first of every n passes of a request computes the whole sequence. In the other passes, positions that do not change
enter each decoder layer with the same input as in the last whole pass. Their keys and values are functions of that
input, so they stay the same. The other positions, which are the generated ones and those that predict them, are
computed as usual and attend to all positions.
"""

from contextlib import contextmanager

import torch


class PromptCache:
    """The cache of one request: the first pass and every ``every``-th after it compute the whole sequence."""

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
    """The generated positions [L] and, if logits are shifted by one, those before them."""
    return mask | torch.roll(mask, -1).index_fill(0, torch.tensor([len(mask) - 1]), False) if shifted else mask
