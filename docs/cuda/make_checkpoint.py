#!/usr/bin/env python3
"""Makes a random checkpoint of Mistral-7B's shape on a GPU, in seconds, with shards like the released ones.

    python docs/cuda/make_checkpoint.py SMALL OUT             a diffusion model
    python docs/cuda/make_checkpoint.py SMALL OUT --reward    a reward model

SMALL is a small checkpoint of the same kind (`tess2 benchmark make`), whose tokenizer and settings are copied.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

VOCABULARY, HIDDEN, INTERMEDIATE, LAYERS, HEADS, KV_HEADS, HEAD_DIMENSION = 32768, 4096, 14336, 32, 32, 8, 128
SHARD = 4.9e9


def shapes(reward):
    yield "model.embed_tokens", (VOCABULARY, HIDDEN)
    for i in range(LAYERS):
        layer = f"model.layers.{i}."
        yield layer + "input_layernorm", (HIDDEN,)
        yield layer + "self_attn.q_proj", (HEADS * HEAD_DIMENSION, HIDDEN)
        yield layer + "self_attn.k_proj", (KV_HEADS * HEAD_DIMENSION, HIDDEN)
        yield layer + "self_attn.v_proj", (KV_HEADS * HEAD_DIMENSION, HIDDEN)
        yield layer + "self_attn.o_proj", (HIDDEN, HEADS * HEAD_DIMENSION)
        yield layer + "post_attention_layernorm", (HIDDEN,)
        yield layer + "mlp.gate_proj", (INTERMEDIATE, HIDDEN)
        yield layer + "mlp.up_proj", (INTERMEDIATE, HIDDEN)
        yield layer + "mlp.down_proj", (HIDDEN, INTERMEDIATE)
    yield "model.norm", (HIDDEN,)
    if reward:
        yield "score", (1, HIDDEN)
    else:
        yield "lm_head", (VOCABULARY, HIDDEN)
        yield "timestep_embed", (HIDDEN, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("small", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--reward", action="store_true")
    parser.add_argument("--device", default="cuda")
    o = parser.parse_args()
    o.out.mkdir(parents=True)
    generator = torch.Generator(o.device).manual_seed(7)
    shards, size = [[]], 0
    for name, shape in shapes(o.reward):
        bytes_of = 2 * torch.Size(shape).numel()
        if size + bytes_of > SHARD:
            shards.append([])
            size = 0
        shards[-1].append((name + ".weight", shape))
        size += bytes_of
    index = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        tensors = {}
        for name, shape in shard:
            if len(shape) == 1:
                weight = torch.ones(shape)
            else:
                weight = torch.randn(shape, device=o.device, generator=generator) * 0.02
            tensors[name] = weight.to(torch.bfloat16).cpu()
            index[name] = file
        save_file(tensors, o.out / file, metadata={"format": "pt"})
    total = sum(2 * torch.Size(shape).numel() for shard in shards for _, shape in shard)
    (o.out / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": index}))
    config = json.loads((o.small / "config.json").read_text())
    config.update(
        vocab_size=VOCABULARY, hidden_size=HIDDEN, intermediate_size=INTERMEDIATE, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, num_key_value_heads=KV_HEADS, head_dim=HEAD_DIMENSION)
    (o.out / "config.json").write_text(json.dumps(config))
    for file in o.small.glob("*token*.json"):
        shutil.copy(file, o.out / file.name)


if __name__ == "__main__":
    main()
