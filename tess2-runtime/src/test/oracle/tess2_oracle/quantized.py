"""Models whose layers multiply by quantized weights, computed in float32.

A weight matrix [out, in] has one scale for each row: the row's largest magnitude becomes the format's largest number.
If activations are quantized too, each of their rows gets its own scale at run time.
"""

import copy

import torch
import torch.nn.functional as F

LARGEST = {"int8": 127.0, "fp8": 448.0}


def rounded(x: torch.Tensor, form: str, largest: float) -> torch.Tensor:
    """x [N, in] rounded to a format, row by row, and scaled back."""
    step = x.abs().amax(-1, keepdim=True) / largest
    scaled = x / step
    narrow = torch.round(scaled) if form == "int8" else scaled.to(torch.float8_e4m3fn).float()
    return narrow * step


class Linear(torch.nn.Module):
    """y = x W^T with W rounded, and x too if ``activations`` gives its largest number."""

    def __init__(self, linear: torch.nn.Linear, form: str, activations: float | None):
        super().__init__()
        self.form, self.activations = form, activations
        self.weight = torch.nn.Parameter(rounded(linear.weight.detach().float(), form, LARGEST[form]), False)
        self.bias = linear.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.activations is not None:
            x = rounded(x, self.form, self.activations)
        y = F.linear(x, self.weight, self.bias)
        # PyTorch's product of float8 matrices with a scale per row gives bfloat16.
        return y.bfloat16().float() if self.form == "fp8" and self.activations is not None else y


def layers_of(decoder, form: str, activations: float | None):
    """A copy of a decoder whose layers' products are quantized."""
    copied = copy.deepcopy(decoder)
    for layer in copied.layers:
        for part in (layer.self_attn, layer.mlp):
            for name, child in list(part.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(part, name, Linear(child, form, activations))
    return copied
