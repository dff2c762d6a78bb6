"""TESS 2's sampling in plain PyTorch, step by step as the specification has it: what the library is
measured against.

The backbone is that of Hugging Face transformers, with PyTorch's fused attention. Everything else
is literal: the whole [B, L, V] simplex, noise for every position, previous logits kept, the head at
every position, a sort for the nucleus. V-wide tensors are fp32, as in the library; the decoder and
the products with the embedding are in the precision asked for.

Prints one line of JSON with the fields of `tess2 benchmark measure`.
"""

import argparse
import gc
import json
import math
import statistics
import time
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import MistralConfig, MistralModel

SIMPLEX_VALUE = 5.0
TOP_P = 0.99
TEMPERATURE = 1.0
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def resident(field):
    """A field of /proc/self/status in bytes; None elsewhere than on Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith(field + ":"))
    return 1024 * int(line.split()[1])


def reset_peak():
    clear_refs = Path("/proc/self/clear_refs")
    if clear_refs.exists():
        clear_refs.write_text("5")


class Model:
    def __init__(self, folder, dtype):
        config = MistralConfig.from_pretrained(folder)
        config._attn_implementation = "sdpa"
        with torch.device("meta"):
            self.backbone = MistralModel(config).to(dtype)
        own = {}
        backbone = {}
        with safe_open(folder / "model.safetensors", framework="pt") as file:
            for name in file.keys():
                # A copy, so that no page of the file stays mapped.
                tensor = file.get_tensor(name).to(dtype, copy=True)
                if name.startswith("model."):
                    backbone[name.removeprefix("model.")] = tensor
                else:
                    own[name] = tensor
        self.backbone.load_state_dict(backbone, assign=True)
        # The one buffer that is computed, not stored.
        self.backbone.rotary_emb = type(self.backbone.rotary_emb)(config=config)
        self.embedding = backbone["embed_tokens.weight"]
        self.lm_head = own["lm_head.weight"]
        self.timestep_embed = own["timestep_embed.weight"]
        self.dtype = dtype

    def weight_bytes(self):
        weights = [*self.backbone.parameters(), self.lm_head, self.timestep_embed]
        return sum(weight.numel() * weight.element_size() for weight in weights)

    def logits(self, ids, mask, x, t, previous):
        """One forward pass: fp32 logits [B, L, V], shifted right by one."""
        u = (torch.softmax(x, -1) + torch.softmax(previous, -1)) / 2
        embeddings = u.to(self.dtype) @ self.embedding
        embeddings = embeddings + (t * self.timestep_embed)[:, 0]
        embeddings = torch.where(mask[..., None], embeddings, self.embedding[ids])
        length = ids.shape[1]
        everything = torch.zeros(ids.shape[0], 1, length, length, dtype=self.dtype)
        hidden = self.backbone(
            inputs_embeds=embeddings, attention_mask=everything, use_cache=False
        ).last_hidden_state
        head = (hidden @ self.lm_head.T).float()
        return torch.cat([torch.zeros_like(head[:, :1]), head[:, :-1]], 1)


def alphas_cumprod(steps):
    """squaredcos_improved_ddpm."""

    def f(x):
        return math.cos((x + 1e-4) / (1 + 1e-4) * math.pi / 2) ** 2

    return [f(i / steps) / f(0) for i in range(steps)]


def draw(logits):
    """One token per position from the nucleus, [B, L]."""
    probabilities, order = torch.sort(torch.softmax(logits / TEMPERATURE, -1), -1, descending=True)
    before = torch.cumsum(probabilities, -1) - probabilities
    probabilities[before >= TOP_P] = 0
    drawn = torch.multinomial(probabilities.flatten(0, 1), 1).view(*logits.shape[:2], 1)
    return order.gather(-1, drawn)


def generate(model, ids, mask, steps):
    """Runs all steps and returns the argmax of the last one's logits, [B, L]."""
    shape = (*ids.shape, model.embedding.shape[0])
    alphas = alphas_cumprod(steps)
    x = SIMPLEX_VALUE * torch.randn(shape)
    previous = torch.zeros(shape)
    for t in reversed(range(steps)):
        previous = model.logits(ids, mask, x, t / steps, previous)
        tokens = draw(previous)
        x = torch.full(shape, -SIMPLEX_VALUE).scatter_(-1, tokens, SIMPLEX_VALUE)
        alpha = alphas[t - 1] if t > 0 else 1.0
        noise = SIMPLEX_VALUE * torch.randn(shape)
        x = math.sqrt(alpha) * x + math.sqrt(1 - alpha) * noise
    return previous.argmax(-1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--precision", choices=DTYPES, default="fp32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--prompt", type=int, default=256)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    torch.ones(64, 64) @ torch.ones(64, 64)
    before = resident("VmRSS")
    model = Model(options.checkpoint, DTYPES[options.precision])
    gc.collect()
    length = options.prompt + options.length
    ids = torch.randint(3, model.embedding.shape[0], (options.batch, length))
    mask = torch.arange(length).expand(options.batch, -1) >= options.prompt

    reset_peak()
    millis = []
    with torch.inference_mode():
        for _ in range(1 + options.runs):
            start = time.perf_counter()
            generate(model, ids, mask, options.steps)
            millis.append(1e3 * (time.perf_counter() - start) / options.steps)
    peak = resident("VmHWM")
    measurement = {
        "pipeline": "plain-pytorch",
        "device": "cpu",
        "precision": options.precision,
        "threads": options.threads,
        "batch": options.batch,
        "promptTokens": options.prompt,
        "generatedTokens": options.length,
        "steps": options.steps * options.runs,
        "stepMillis": statistics.median(millis[1:]),
        "firstStepMillis": millis[0],
        "weightBytes": model.weight_bytes(),
    }
    if before is not None:
        measurement["peakBytesBeyondWeights"] = peak - before - model.weight_bytes()
    print(json.dumps(measurement))


if __name__ == "__main__":
    main()
