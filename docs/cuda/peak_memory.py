#!/usr/bin/env python3
"""Computes how much memory the tensors of a step take at most and how many bytes are moved, on a GPU, without a GPU.

    python docs/cuda/peak_memory.py                    a 7B model, 256 + 256 tokens
    python docs/cuda/peak_memory.py --batch 4 --weights int8

It runs the graph's code for GPUs on tensors that have a shape but no numbers, and adds up the tensors that exist at the
same time, without weights. A GPU needs more than that: PyTorch's allocator rounds and fragments, and CUDA loads kernels.

The bytes moved are what each operation reads and writes, as if it read all of its inputs. For work that is as wide as
the vocabulary, which computes little, they tell more about the time than the number of operations does.
"""

import argparse

import simulated_gpu
import torch
from check_graph import Count, flat, ints, pack, reals
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

aten = torch.ops.aten

# Mistral-7B. All layers need the same memory, so two are enough.
VOCABULARY, HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD_DIMENSION, INTERMEDIATE = 32000, 4096, 2, 32, 8, 128, 14336
STORED = {"unquantized": ("plain", torch.bfloat16), "int8": ("int8_cuda", torch.int8), "fp8": ("fp8_cuda", torch.float8_e4m3fn)}


class Peak(TorchDispatchMode):
    """The greatest memory of tensors without numbers that are made in a block and exist at the same time, in bytes."""

    def __init__(self, given):
        super().__init__()
        self.given = {x.untyped_storage()._cdata for x in given}
        self.living, self.bytes, self.moved = {}, 0, 0

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        found = SHAPES.get(function, function)(*arguments, **(keywords or {}))
        made = tensors(found)
        if Count.computes(function):
            self.moved += sum(x.nbytes for x in {id(x): x for x in tensors((arguments, keywords))}.values())
            self.moved += sum(x.nbytes for x in made)
        for x in made:
            if x.untyped_storage()._cdata not in self.given:
                storage = x.untyped_storage()
                self.living.setdefault(storage._cdata, (StorageWeakRef(storage), storage.nbytes()))
        self.living = {key: entry for key, entry in self.living.items() if not entry[0].expired()}
        self.bytes = max(self.bytes, sum(size for _, size in self.living.values()))
        return found


def tensors(value):
    return [x for x in tree_flatten(value)[0] if isinstance(x, torch.Tensor) and x.is_meta]


def flash_forward(q, k, v, *arguments, **keywords):
    nothing = torch.empty(0, device="meta")
    return torch.empty_like(q), torch.empty(q.size(1), q.size(0), dtype=torch.float32, device="meta"), nothing, nothing, nothing


SHAPES = {aten._flash_attention_forward.default: flash_forward, aten._fused_sdp_choice.default: lambda *_, **__: 1}


def tensor(*shape, dtype=torch.bfloat16):
    return torch.empty(*shape, dtype=dtype, device="meta")


def decoder(stored):
    width = (HEADS + 2 * KV_HEADS) * HEAD_DIMENSION
    weights, extras = [], []
    for _ in range(LAYERS):
        for shape in ((HIDDEN,), (width, HIDDEN), (HIDDEN, HEADS * HEAD_DIMENSION), (HIDDEN,), (2 * INTERMEDIATE, HIDDEN), (HIDDEN, INTERMEDIATE)):
            weights.append(tensor(*shape, dtype=stored if len(shape) > 1 else torch.bfloat16))
            if len(shape) > 1:
                extras.append(tensor(shape[0], dtype=torch.float32))
        extras.append(tensor(0))
    return weights + [tensor(HIDDEN)] + ([] if stored == torch.bfloat16 else extras)


def peak(graph, method, arguments):
    with torch.no_grad(), Peak([x for x in flat(arguments) if x.is_meta]) as found:
        result = getattr(graph, method)(*arguments)
    return result, found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--prompt", type=int, default=256)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--chunk", type=int, default=256, help="rows of vocabulary-wide tensors at once")
    parser.add_argument("--weights", choices=STORED, default="unquantized")
    options = parser.parse_args()
    torch._C._jit_set_profiling_executor(False)
    torch._C._set_graph_executor_optimize(False)
    kernel, stored = STORED[options.weights]
    graph = torch.jit.load(pack("cuda", weights=kernel, translate=simulated_gpu.translate), map_location="cpu")

    each = options.prompt + options.length
    inputs = tensor(options.batch * each, HIDDEN, dtype=torch.float32)
    rows = torch.arange(options.batch * options.length)
    frame = [tensor(HEAD_DIMENSION // 2, dtype=torch.float32), ints(LAYERS, HEADS, KV_HEADS, HEAD_DIMENSION, 4096, 0), reals(1e-5)]
    packed = [torch.cat([torch.arange(each)] * options.batch), ints(*[each] * options.batch)]
    hidden, layers = peak(graph, "decode_rows", [inputs, rows, decoder(stored), *frame, *packed])
    print(f"{layers.bytes / 1e6:8.1f} MB  the layers, beyond their input of {inputs.nbytes / 1e6:.1f} MB")

    chunk, embedding = min(options.chunk, options.batch * options.length), tensor(VOCABULARY, HIDDEN)
    logits, head = peak(graph, "head", [tensor(chunk, HIDDEN), embedding])
    _, draw = peak(graph, "draw", [logits, tensor(chunk, 8, dtype=torch.float32), reals(1, 0.99)])
    noise, normals = peak(graph, "normals", [logits, torch.arange(chunk), ints(VOCABULARY)])
    _, embed = peak(graph, "embed_next", [noise, logits, embedding, ints(1)])
    _, renoise = peak(graph, "renoise", [tensor(chunk, dtype=torch.int64), noise, reals(0.6, 0.8, 5)])
    # The logits of a chunk exist until its next input is computed; so does its noise once it is drawn.
    most = max(
        head.bytes, logits.nbytes + draw.bytes, logits.nbytes + normals.bytes, logits.nbytes + noise.nbytes + embed.bytes)
    print(f"{most / 1e6:8.1f} MB  what is as wide as the vocabulary, for {chunk} rows")
    moved = {"head": head, "draw": draw, "noise": normals, "next state": renoise, "next input": embed}
    parts = ", ".join(f"{name} {part.moved / 1e6:.0f}" for name, part in moved.items())
    print(f"{sum(part.moved for part in moved.values()) / 1e6:8.1f} MB  moved by this work: {parts}")


if __name__ == "__main__":
    main()
