#!/usr/bin/env python3
"""Runs every method of the library's TorchScript graph on a device and compares it with the CPU in float32.

    python docs/cuda/check_graph.py                   on the first GPU, in fp32, fp16 and bf16
    python docs/cuda/check_graph.py --gpus 2          with layers spread over the first two GPUs
    python docs/cuda/check_graph.py --device cpu      without a GPU
    python docs/cuda/check_graph.py --device simulated --gpus 2
                                                      on GPUs that are simulated (simulated_gpu.py)
    python docs/cuda/check_graph.py --only decode     one method

It needs only PyTorch 2.7 or newer: no Java, no bridge, no checkpoint. It packs the graph from the sources as the
library does. Shapes are small, so it takes less than a minute. The exit status is 1 if a method fails, differs or is
not covered, if a layer takes too many operations, or if a method waits for a simulated GPU.

The tolerance is relative to the largest number of the expected tensor: 1e-4 in fp32, 5e-3 in fp16, 4e-2 in bf16.
Gradients, rewards and probabilities are rounded more often, or cancel: 2e-2 in fp16 and 1e-1 in bf16. Random
numbers: 2e-6 on any device.
"""

import argparse
import contextlib
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable

import torch

# Some ways to start Python leave the script's folder out.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import simulated_gpu
from torch.utils._python_dispatch import TorchDispatchMode

SOURCES = Path(__file__).resolve().parents[2] / "tess2-runtime/src/main/resources/io/github/tess2/runtime/graph"
CODES = {"fp32": 6, "fp16": 5, "bf16": 15}
DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
TOLERANCES = {"fp32": 1e-4, "fp16": 5e-3, "bf16": 4e-2}
GRADIENT_TOLERANCES = {"fp32": 1e-4, "fp16": 2e-2, "bf16": 1e-1}
RANDOM_TOLERANCE = 2e-6

# Two norms of two operations each, two products, two products added to x, two for the gate, three for the
# rotation, and attention. A CPU has another attention kernel, which takes one operation more or less.
MOST_OPERATIONS = 16

# Each of the four products takes eight more, to find the scales of its rows, round them and apply both scales.
MOST_OPERATIONS_INT8 = 48

# Three layers, so that a stage of two GPUs has more than one.
VOCABULARY, HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_DIMENSION, INTERMEDIATE = 96, 32, 3, 4, 2, 8, 48
LENGTHS = [11, 11, 7]
ROWS = sum(LENGTHS)
NOISY = [4, 5, 6, 7, 8, 9, 10, 17, 18, 19, 20, 21, 26, 27, 28]
# The positions of the rows that change, in each of the three sequences: at the end, with gaps, at both ends.
CHANGING = [6, 7, 8, 9, 10, 3, 4, 9, 0, 1, 2, 6]
EPSILON, K, TIME = 1e-5, 5.0, 0.4

# For each quantized format: the dtype code, the weights_*.py for GPUs, and the tolerance. The reference does not round
# activations, and float8 keeps three bits after the leading one.
INT8, FP8 = 1, 24
QUANTIZED = {"int8": (INT8, "int8_cuda", 8e-2), "fp8": (FP8, "fp8_cuda", 3e-1)}


# Methods whose result depends on numbers on the GPU, so that the host must wait for them.
WAITING = {"optimize", "quantized_error"}

# Methods that return or change keys and values, with the place of these among their results and the number of sequences.
KEYS_AND_VALUES = {"decode_keeping": (1, len(LENGTHS)), "decode_some": (1, len(LENGTHS)), "reward_prefix": (0, 1)}


def pack(kernels, product="aten", weights="plain", translate=str):
    """The archive as ScriptArchive packs it, with the kernels for CPUs or GPUs and one way of storing weights.

    Each source goes through translate.
    """

    def text(name):
        return b"X" + bytes([len(name)]) + b"\0\0\0" + name.encode()

    module = b"\x80\x02c__torch__\nGraph\n)\x81}(" + text("training") + b"\x89" + text("_is_full_backward_hook") + b"Nub."
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        out.writestr("archive/data.pkl", module)
        out.writestr("archive/code/__torch__.py", translate((SOURCES / "__torch__.py").read_text()))
        for source in sorted((SOURCES / "__torch__").glob("*.py")):
            if not source.name.startswith(("product_", "kernels_", "weights_", "levels_")):
                out.writestr(f"archive/code/__torch__/{source.name}", translate(source.read_text()))
        for name, variant in (("product", product), ("kernels", kernels), ("weights", weights)):
            source = SOURCES / f"__torch__/{name}_{variant}.py"
            out.writestr(f"archive/code/__torch__/{name}.py", translate(source.read_text()))
        out.writestr("archive/constants.pkl", b"\x80\x02).")
        out.writestr("archive/version", "10\n")
    archive.seek(0)
    return archive


def methods():
    return re.findall(r"^  def (\w+)\(self", (SOURCES / "__torch__.py").read_text(), re.MULTILINE)


class Devices:
    """Where a run computes: its inputs are on the first device, and the layers of a decoder are spread over all."""

    def __init__(self, names, simulation=None):
        self.names, self.simulation = names, simulation

    def put(self, x, at=0):
        return self.simulation.move(x, self.names[at]) if self.simulation else x.to(self.names[at])

    def of_layer(self, i):
        # Later stages are the longer ones: two GPUs have one layer and two.
        return (i * len(self.names) + self.last) // LAYERS

    def stages(self):
        """The layers of each stage."""
        layers = range(LAYERS)
        return [[i for i in layers if self.of_layer(i) == at] for at in range(len(self.names))]

    @property
    def last(self):
        return len(self.names) - 1


CPU = Devices(["cpu"])


class Inputs:
    """The same numbers for all devices: weights in a given precision, activations in float32, settings on the CPU."""

    def __init__(self, devices, precision, host=True):
        """With host, what Java passes on the CPU is on the CPU."""
        self.devices, self.precision, self.host = devices, precision, host
        self.generator = torch.Generator().manual_seed(7)

    def put(self, x, at=0):
        return self.devices.put(x, at)

    def real(self, *shape, scale=1.0):
        return self.put(torch.randn(*shape, generator=self.generator) * scale)

    def share(self, *shape):
        return self.put(torch.rand(*shape, generator=self.generator))

    def rounded(self, *shape, scale=0.12, dtype=None):
        # Rounded to bf16 first, so that the float32 reference has the same weights.
        numbers = (torch.randn(*shape, generator=self.generator) * scale).to(torch.bfloat16)
        return numbers.to(dtype or DTYPES[self.precision])

    def weight(self, *shape, at=0, **how):
        return self.put(self.rounded(*shape, **how), at)

    def ids(self, *shape, below=VOCABULARY):
        return self.put(torch.randint(below, shape, generator=self.generator))

    def at(self, *numbers):
        return self.put(torch.tensor(numbers, dtype=torch.int64))

    def passed(self, x):
        """A tensor that the graph moves to the device itself: from the CPU, or from the first device."""
        return x if self.host else self.put(x)

    def passed_at(self, *numbers):
        return self.passed(torch.tensor(numbers, dtype=torch.int64))

    def passed_ids(self, *shape):
        return self.passed(torch.randint(VOCABULARY, shape, generator=self.generator))

    def decoder(self, dtype=None, at=None):
        """Weights on one device, or spread over all."""
        width = (HEADS + 2 * KV_HEADS) * HEAD_DIMENSION
        weights = []
        for i in range(LAYERS):
            layer = [
                1 + self.rounded(HIDDEN, dtype=dtype),
                self.rounded(width, HIDDEN, dtype=dtype),
                self.rounded(HIDDEN, HEADS * HEAD_DIMENSION, dtype=dtype),
                1 + self.rounded(HIDDEN, dtype=dtype),
                self.rounded(2 * INTERMEDIATE, HIDDEN, dtype=dtype),
                self.rounded(HIDDEN, INTERMEDIATE, dtype=dtype),
            ]
            weights += [self.put(weight, self.devices.of_layer(i) if at is None else at) for weight in layer]
        return weights + [self.put(1 + self.rounded(HIDDEN, dtype=dtype), self.devices.last if at is None else at)]

    def kept(self, *lengths, at=None):
        """Keys and values that were computed earlier, as cache.py has them, for layers as in decoder."""
        whole = [self.rounded(LAYERS, 2, length, KV_HEADS, HEAD_DIMENSION, scale=1) for length in lengths]
        if at is not None:
            return [self.put(one, at) for one in whole]
        return [self.put(one[layers], place) for place, layers in enumerate(self.devices.stages()) for one in whole]

    def frequencies(self, at=0):
        return self.put(10000.0 ** -(torch.arange(0, HEAD_DIMENSION, 2) / HEAD_DIMENSION), at)

    def positions(self, lengths, start=0):
        return self.passed(torch.cat([torch.arange(start, start + length) for length in lengths]))


def ints(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


def reals(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def architecture(window=0, causal=0, layers=LAYERS):
    return [ints(layers, HEADS, KV_HEADS, HEAD_DIMENSION, window, causal), reals(EPSILON)]


def inference(x):
    """The methods that a step calls, with arguments."""
    raw = x.put(x.rounded(6, 4).view(torch.uint8).flatten())
    logits = x.real(9, VOCABULARY, scale=3)
    embedding = x.weight(VOCABULARY, HIDDEN)
    keys = torch.randint(-(2**62), 2**62, (9,), generator=x.generator).tolist()
    weights, packed = x.decoder(), [x.positions(LENGTHS), ints(*LENGTHS)]
    for window, causal in ((0, 0), (0, 1), (5, 0), (5, 1)):
        decoder = [weights, x.frequencies(), *architecture(window, causal)]
        yield "trace", [x.real(ROWS, HIDDEN), *decoder, *packed]
        yield "decode_keeping", [x.real(ROWS, HIDDEN), x.passed_at(-1, 3, 12, 28), *decoder, *packed]
        yield "decode_some", [
            x.real(len(CHANGING), HIDDEN), x.passed_at(-1, 2, 6), x.kept(*LENGTHS), *decoder, x.passed_at(*CHANGING), ints(5, 3, 4)]
        yield "decode_rows", [x.real(ROWS, HIDDEN), x.passed_at(-1, 3, 12, 28), *decoder, *packed]
    biased = [with_bias(x, weights), x.frequencies(), *architecture()]
    yield "decode_rows", [x.real(ROWS, HIDDEN), x.passed_at(-1, 3, 12, 28), *biased, *packed]
    yield "load_weight", [raw, ints(CODES[x.precision], CODES[x.precision]), ints(6, 4)]
    yield "add_product", [x.real(5, 4), x.real(5, 2), x.real(2, 4), reals(0.5), ints(6)]
    yield "quantize_weight", [x.real(6, 32), ints(INT8)]
    yield "pack_weight", [x.weight(6, 4)]
    yield "concatenate", [[x.real(2, 3), x.real(4, 3)]]
    yield "slice_rows", [x.real(5, 3), ints(1, 4)]
    yield "beside", [x.weight(3, 4), x.put(torch.zeros(1), x.devices.last)]
    yield "to_float", [x.weight(3, 4)]
    yield "to_bytes", [x.weight(3, 4, dtype=torch.float32), ints(6)]
    times = x.passed(torch.rand(len(NOISY), generator=x.generator))
    yield "assemble", [x.passed_ids(ROWS), embedding, x.real(len(NOISY), HIDDEN), x.passed_at(*NOISY), times, x.weight(HIDDEN, 1)]
    yield "select_rows", [x.weight(ROWS, HIDDEN), x.passed_at(-1, 3, 8)]
    yield "keeps_rows_apart", [ints(6, 40, HIDDEN, 0), ints(16, 17)]
    yield "head", [x.weight(5, HIDDEN, scale=1), embedding]
    yield "read_out", [logits]
    yield "read_out_entropies", [logits]
    for noise in (x.real(9, VOCABULARY), x.real(0)):
        for measure in range(3):
            yield "masked_candidates", [logits, noise, reals(0.8, 0.9), ints(5, 7, measure)]
    yield "pin", [logits, x.passed_at(3, -1, 5, -1, 0, 1, -1, 2, 4)]
    for top_p in (0.9, 1.0):
        yield "draw", [logits, x.share(9, 8), reals(0.8, top_p)]
    yield "argmax", [logits]
    for kind in ("normals", "uniforms", "gumbel"):
        yield kind, [logits, ints(*keys), ints(VOCABULARY + 1)]
    yield "renoise", [x.ids(9), x.real(9, VOCABULARY), reals(0.6, 0.8, K)]
    yield "renoise_accepted", [x.at(3, -1, 0, 5, -1, 7, 1, 2, -1), x.real(9, VOCABULARY), reals(0.6, 0.8, K)]
    yield "one_hot", [x.ids(9), ints(VOCABULARY), reals(K)]
    for mode in range(5):
        yield "embed_first", [x.real(9, VOCABULARY), embedding, ints(mode)]
        yield "embed_next", [x.real(9, VOCABULARY), x.real(9, VOCABULARY), embedding, ints(mode)]
    yield "all_finite", [logits]
    yield "rows_are_logits", [logits]


def with_bias(x, weights):
    """Unquantized weights of a decoder, with a bias of queries, keys and values."""
    extras = []
    for i in range(LAYERS):
        product = weights[6 * i + 1]
        nothing = product.new_zeros(0)
        extras += [nothing] * 4 + [x.weight(product.size(0), at=x.devices.of_layer(i))]
    return weights + extras


def quantized_decoder(x, form, biased=False):
    """The decoder's weights rounded to int8 or float8, followed by their scales."""
    decoder = x.decoder(torch.float32)
    norms = [weight.to(DTYPES[x.precision]) for weight in decoder]
    weights, extras = [], []
    for place, weight in enumerate(decoder):
        if weight.dim() < 2:
            weights.append(norms[place])
            continue
        largest = 127 if form == INT8 else 448
        scale = weight.abs().amax(1) / largest
        divided = weight / scale[:, None]
        weights.append((divided.round() if form == INT8 else divided).to(torch.int8 if form == INT8 else torch.float8_e4m3fn))
        extras.append(scale)
        if place % 6 == 5:
            width = decoder[place - 4].size(0)
            extras.append(x.weight(width, at=x.devices.of_layer(place // 6)) if biased else weight.new_zeros(0))
    return weights + extras


def quantized(x, form):
    """The methods of the decoder and a reward model with quantized weights, and the check that chooses kernels."""
    decoder = quantized_decoder(x, form)
    like = x.weight(1)
    yield "quantized_error", [like, ints(64, 48), ints(form)]
    frame = [x.frequencies(), *architecture(), x.positions(LENGTHS), ints(*LENGTHS)]
    yield "decode", [x.real(ROWS, HIDDEN), decoder, *frame]
    yield "decode_rows", [x.real(ROWS, HIDDEN), x.passed_at(-1, 3, 12, 28), decoder, *frame]
    yield "decode", [x.real(ROWS, HIDDEN), quantized_decoder(x, form, biased=True), *frame]
    yield "quantized_product", [x.weight(9, HIDDEN, scale=1), decoder[1], decoder[6 * LAYERS + 1]]
    # Some sequences, because the value of one may happen to be near zero, and errors are relative.
    length, sequences = 11, 6
    generated = [length * i + row for i in range(sequences) for row in (4, 5, 6)]
    ends = [length * i + length - 1 for i in range(sequences)]
    call = [
        x.real(len(generated), HIDDEN), x.ids(sequences * length), x.at(*generated), x.at(*ends).reshape(-1, 1),
        x.share(sequences, 1) + 0.5, x.weight(VOCABULARY, HIDDEN), x.weight(1, HIDDEN), x.kept(3)]
    lengths = [length] * sequences
    rest = [decoder, x.frequencies(), *architecture(causal=1), x.positions(lengths, 3), ints(*lengths)]
    yield "reward_value", [*call, *rest]
    for kept in ((0, 0), (LAYERS, LAYERS)):
        yield "reward_gradient", [*call, ints(*kept), *rest]


def guidance(x):
    probabilities = torch.softmax(x.real(9, VOCABULARY), -1)
    table = x.weight(VOCABULARY - 3, HIDDEN)
    yield "soften", [x.real(9, VOCABULARY), reals(0.7)]
    yield "harden", [probabilities]
    yield "expect", [probabilities, table]
    yield "columns", [probabilities, x.at(3, 1, 3)]
    yield "unexpect", [x.real(9, HIDDEN), table, ints(VOCABULARY)]
    yield "spread", [x.real(9, 3), x.at(3, 1, 3), ints(VOCABULARY)]
    yield "unsoften", [probabilities, x.real(9, VOCABULARY), reals(0.7)]
    yield "reward_ends", [x.share(2, 6)]
    leaf = x.real(4, 3).requires_grad_(True)
    yield "gradients", [(leaf * leaf).sum(), [leaf, x.real(2).requires_grad_(True)]]
    yield "wants_gradient", [leaf * 2]
    # A reward model spread over all devices, and one that is on another device than its input.
    for at in (None, x.devices.last):
        yield from reward_model(x, at)


def reward_model(x, at):
    length, generated = 11, [4, 5, 6, 15, 16, 17]
    call = [
        x.real(len(generated), HIDDEN), x.ids(2 * length), x.at(*generated), x.at(10, 6, 21, 17).reshape(2, 2),
        x.share(2, 2), x.weight(VOCABULARY, HIDDEN, at=at or 0), x.weight(1, HIDDEN, at=at or 0)]
    decoder = [x.decoder(at=at), x.frequencies(at or 0)]
    for earlier, window in ((0, 0), (5, 0), (5, 4)):
        whole = [*decoder, *architecture(window, causal=1)]
        yield "reward_prefix", [x.ids(earlier), call[5], *whole, x.positions([earlier]), ints(earlier)]
        cached = x.kept(earlier, at=at)
        frame = [*whole, x.positions([length, length], earlier), ints(length, length)]
        yield "reward_value", [*call, cached, *frame]
        for kept in ((0, 0), (LAYERS, LAYERS), (1, 0)):
            yield "reward_gradient", [*call, cached, ints(*kept), *frame]


def training(x):
    """Parameters are float32; the model computes in the given precision."""
    head = [x.weight(VOCABULARY, HIDDEN, dtype=torch.float32), x.weight(HIDDEN, 1, dtype=torch.float32)]
    model = [x.weight(VOCABULARY, HIDDEN, dtype=torch.float32), *x.decoder(torch.float32, at=0)]
    packed = [x.positions(LENGTHS), ints(*LENGTHS)]
    ids, rows = x.ids(ROWS), x.at(*NOISY)
    nothing = torch.zeros(0, 2, dtype=torch.int64)

    def setup(parameters, causal, mixture_gradient=1):
        """All parameters are trained; there are no adapters."""
        integers = ints(0, CODES[x.precision], mixture_gradient)
        trained = ints(*range(len(parameters)))
        return [*architecture(causal=causal), x.frequencies(), integers, trained, nothing, reals(0.5)]

    language = model + head
    whole = [language, [], []]
    predicting, targets = x.at(*[row - 1 for row in NOISY]), x.ids(len(NOISY))
    for method in ("next_token_loss", "next_token_gradients"):
        yield method, [*whole, ids, predicting, targets, *setup(language, 1), *packed]
    tokens, noise = x.ids(len(NOISY)), x.real(len(NOISY), VOCABULARY)
    alpha_bars, times = x.share(len(NOISY)), x.share(len(NOISY))
    for mode in range(5):
        yield "predict_clean", [
            *whole, ids, rows, predicting, tokens, noise, alpha_bars, times, ints(mode), reals(K), *setup(language, 0), *packed]
        q = torch.softmax(x.real(len(NOISY), VOCABULARY), -1)
        yield "mix_noisy", [q, tokens, noise, alpha_bars, ints(mode), reals(K)]
    u = torch.softmax(x.real(len(NOISY), VOCABULARY), -1)
    for method in ("diffusion_loss", "diffusion_gradients"):
        for mixture_gradient in (1, 0):
            yield method, [
                *whole, ids, rows, u, times, predicting, targets, *setup(language, 0, mixture_gradient), *packed]
    reward = model + [x.weight(1, HIDDEN, dtype=torch.float32)]
    lengths = [11, 11]
    pairs = [x.ids(22), x.at(4, 5, 15), u[:3], x.at(10, 21)]
    for method in ("rewards", "reward_gradients"):
        for mixture_gradient in (1, 0):
            yield method, [
                reward, [], [], *pairs, *setup(reward, 1, mixture_gradient), x.positions(lengths), ints(*lengths)]
    # Adapters on the second half of layer 0's queries and on the last layer's down; the only trained weight is time.
    adapted = [(2, 16, 16, HIDDEN), (6 * LAYERS, 0, HIDDEN, INTERMEDIATE)]
    low = [
        language, [x.weight(2, width, dtype=torch.float32) for _, _, _, width in adapted],
        [x.weight(out, 2, dtype=torch.float32) for _, _, out, _ in adapted]]
    places = torch.tensor([pair[:2] for pair in adapted])
    how = [*architecture(), x.frequencies(), ints(0, CODES[x.precision], 1), ints(len(language) - 1), places, reals(0.5)]
    yield "diffusion_gradients", [*low, ids, rows, u, times, predicting, targets, *how, *packed]
    yield "reward_loss", [x.real(6)]
    yield "merge_adapter", [x.real(5, 4), x.real(2, 4), x.real(5, 2), reals(0.5)]
    yield "accumulate_gradients", [[x.real(3, 2), x.real(4)], [x.real(3, 2), x.real(4)], reals(0.25)]
    for clip in (0.0, 0.5):
        lists = [[x.real(3, 2), x.real(4)] for _ in range(3)] + [[x.share(3, 2), x.share(4)]]
        yield "optimize", [*lists, ints(1, 0), reals(clip, 3, 1e-2, 0.9, 0.95, 1e-8, 0.1)]


# The arguments that a method changes in place; they are part of the outcome.
CHANGED = {"optimize": (0, 2, 3), "accumulate_gradients": (0,), "decode_some": (2,)}


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    return [tensor for part in value for tensor in flat(part)]


# Methods whose result Java reads at once.
ON_CPU = {"wants_gradient", "keeps_rows_apart", "quantized_error"}


def device_of(method, arguments, place, sequences):
    """Where a result must be: beside the first input, or beside the weights of the layers that it is for."""
    if method in KEYS_AND_VALUES and place >= KEYS_AND_VALUES[method][0]:
        weights = max((x for x in arguments if isinstance(x, list)), key=len)
        stages = list(dict.fromkeys(weight.device for weight in weights))
        return stages[(place - KEYS_AND_VALUES[method][0]) // sequences]
    on_devices = [x.device for x in flat(arguments) if x.device.type != "cpu"] or [torch.device("cpu")]
    return on_devices[1 if method == "beside" and len(on_devices) > 1 else 0]


def require_devices(method, arguments, returned):
    sequences = KEYS_AND_VALUES.get(method, (0, 1))[1]
    for place, x in enumerate(returned):
        wanted = torch.device("cpu") if method in ON_CPU else device_of(method, arguments, place, sequences)
        if x.device != wanted:
            raise RuntimeError(f"result {place} must be on {wanted}, but is on: {x.device}")


def outcome(graph, method, arguments):
    """What the method returns and what it changes, on the CPU, and how often the host waited for a simulated GPU."""
    returned, waits = simulated_gpu.waits_of(lambda: getattr(graph, method)(*arguments))
    found = flat(returned)
    require_devices(method, arguments, found)
    found += [tensor for place in CHANGED.get(method, ()) for tensor in arguments[place]]
    found = [tensor.detach().cpu() for tensor in found]
    if method in KEYS_AND_VALUES:
        first, sequences = KEYS_AND_VALUES[method]
        found[first:] = [torch.cat(found[first + j::sequences]) for j in range(sequences)]
    return found, len(waits)


def tolerance(method, precision):
    if method in ("normals", "uniforms", "gumbel"):
        return RANDOM_TOLERANCE
    if method.endswith(("gradients", "gradient")) or method in ("rewards", "reward_value", "predict_clean"):
        return GRADIENT_TOLERANCES[precision]
    return TOLERANCES[precision]


def distance(expected, actual):
    if expected.shape != actual.shape:
        return float("inf")
    if not expected.dtype.is_floating_point:
        return 0.0 if torch.equal(expected, actual.to(expected.dtype)) else float("inf")
    difference = (expected.double() - actual.double()).abs().max().item() if expected.numel() else 0.0
    return difference / max(expected.double().abs().max().item() if expected.numel() else 1.0, 1e-6)


class Count(TorchDispatchMode):
    """Counts operations that compute something, not those that only make a view of memory."""

    VIEWS = ("view", "reshape", "slice", "select", "split", "chunk", "transpose", "expand", "squeeze", "alias", "detach", "t.", "safe_view")

    def __init__(self):
        super().__init__()
        self.count = 0

    @classmethod
    def computes(cls, function):
        name = function.__name__
        return not name.removeprefix("_").removeprefix("un").startswith(cls.VIEWS) and not name.startswith("empty")

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        if self.computes(function):
            self.count += 1
        return function(*arguments, **(keywords or {}))


def operations_of_a_layer(graph, decoder):
    """Each operation costs the interpreter and the GPU some microseconds, whatever its size."""
    x = Inputs(CPU, "bf16")
    weights = decoder(x)
    end = 6 * LAYERS
    counts = []
    for layers in (1, 2):
        own = [*weights[:6 * layers], weights[end], *weights[end + 1:end + 1 + 5 * layers]]
        with torch.no_grad(), Count() as counted:
            graph.decode(x.real(17, HIDDEN), own, x.frequencies(), *architecture(layers=layers), x.positions([17]), ints(17))
        counts.append(counted.count)
    return counts[1] - counts[0]


def graphs_on_cpu(weights):
    return torch.jit.load(pack("cuda", weights=weights), map_location="cpu")


@dataclass
class Run:
    """Calls to compare in one precision, between the graph on the CPU and the graph on the device."""

    name: str
    part: Callable
    limit: Callable
    reference: torch.jit.ScriptModule
    graph: torch.jit.ScriptModule
    # Whether what Java usually passes on the CPU is there.
    host: bool = True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="cuda, cuda:N, cpu or simulated")
    parser.add_argument("--gpus", type=int, default=1, help="the number of GPUs, from the first one on")
    parser.add_argument("--precision", choices=DTYPES, action="append", help="default: all")
    parser.add_argument("--only", help="the only method to check")
    options = parser.parse_args()
    torch._C._jit_set_profiling_executor(False)
    torch.set_grad_enabled(True)
    # As in the library.
    torch._C._set_graph_executor_optimize(False)
    with contextlib.ExitStack() as stack:
        failures, operations, called = check(options, devices_of(options, stack))
    for failure in failures:
        print(failure)
    print(", ".join(f"{found} operations per layer ({name})" for name, found in operations.items()))
    where = options.device if options.gpus == 1 else f"{options.gpus} GPUs ({options.device})"
    print(f"{called} on {where}: " + (f"{len(failures)} failures" if failures else "all agree"))
    sys.exit(1 if failures else 0)


def devices_of(options, stack):
    """The devices to compute on; a simulation lasts as long as the stack."""
    if options.device == "simulated":
        return Devices([simulated_gpu.name(i) for i in range(options.gpus)], stack.enter_context(simulated_gpu.Simulation()))
    if options.device == "cpu" and options.gpus == 1:
        return CPU
    if options.gpus > 1 and options.device != "cuda":
        sys.exit(f"with several GPUs, --device must be cuda or simulated, but is: {options.device}")
    if torch.cuda.device_count() < options.gpus:
        sys.exit(f"PyTorch {torch.__version__} must see {options.gpus} GPUs, but sees: {torch.cuda.device_count()}")
    return Devices([options.device] if options.gpus == 1 else [f"cuda:{i}" for i in range(options.gpus)])


def multiplies_float8(options):
    """Only GPUs of compute capability 8.9 and newer do."""
    if options.device in ("cpu", "simulated"):
        return options.device == "simulated"
    gpus = [options.device] if options.gpus == 1 else range(options.gpus)
    return all(torch.cuda.get_device_capability(gpu) >= (8, 9) for gpu in gpus)


def runs(options):
    translate = simulated_gpu.translate if options.device == "simulated" else str

    def load(kernels, weights="plain"):
        return torch.jit.load(pack(kernels, weights=weights, translate=translate), map_location="cpu")

    reference = torch.jit.load(pack("cpu"), map_location="cpu")
    spelled_out = torch.jit.load(pack("cpu", weights="dequantized"), map_location="cpu")
    for precision in options.precision or list(DTYPES):
        # PyTorch has no fused fp16 norm for CPUs.
        kernels = "cpu" if (options.device, precision) == ("cpu", "fp16") else "cuda"
        graph = load(kernels)
        for part, host in ((inference, True), (inference, False), (guidance, True), (training, True)):
            yield Run(precision, part, partial(tolerance, precision=precision), reference, graph, host)
        for form, (code, weights, limit) in QUANTIZED.items():
            if form == "fp8" and not multiplies_float8(options):
                continue
            yield Run(
                f"{form}/{precision}", partial(quantized, form=code), lambda _, limit=limit: limit, spelled_out, load(kernels, weights))


def reason(error):
    """The last line that says something: TorchScript puts its call stack first, and drops the message of a simulation."""
    if simulated_gpu.refusals:
        return simulated_gpu.refusals[-1]
    lines = [line.strip() for line in str(error).splitlines() if line.strip() not in ("", "RuntimeError:")]
    return lines[-1] if lines else repr(error)


def check(options, devices):
    """The failures, the operations of a layer by the format of the weights, and how much was called."""
    covered, failures, count = set(), [], 0
    for run in runs(options):
        precision = run.name.split("/")[-1]
        expected = run.part(Inputs(CPU, "fp32"))
        actual = run.part(Inputs(devices, precision, run.host))
        for (method, given), (_, moved) in zip(expected, actual, strict=True):
            covered.add(method)
            if options.only not in (None, method):
                continue
            if method == "load_weight" or method == "to_float":
                given = [part.cpu() if isinstance(part, torch.Tensor) else part for part in moved]
            count += 1
            try:
                found, waits = outcome(run.graph, method, moved)
                if method == "quantized_error":
                    worst, limit = found[0].item(), 0.01
                else:
                    pairs = zip(outcome(run.reference, method, given)[0], found, strict=True)
                    worst, limit = max(distance(*pair) for pair in pairs), run.limit(method)
                if not worst <= limit:
                    failures.append(f"{run.name} {method}: must differ by at most {limit}, but differs by: {worst:.2g}")
                if waits and method not in WAITING:
                    failures.append(f"{run.name} {method}: must not wait for the GPU, but does so {waits} times")
            except RuntimeError as e:
                failures.append(f"{run.name} {method}: {reason(e)}")
    operations = {"unquantized": operations_of_a_layer(graphs_on_cpu("plain"), Inputs.decoder)}
    operations["int8"] = operations_of_a_layer(graphs_on_cpu("int8_cuda"), partial(quantized_decoder, form=INT8))
    for name, most in (("unquantized", MOST_OPERATIONS), ("int8", MOST_OPERATIONS_INT8)):
        if operations[name] > most:
            failures.append(f"operations per layer must be at most {most} ({name}), but are: {operations[name]}")
    failures += [f"{method}: is not covered" for method in methods() if method not in covered]
    return failures, operations, f"{count} calls of {len(covered)} methods"


if __name__ == "__main__":
    main()
