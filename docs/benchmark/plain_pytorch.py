"""TESS 2's sampling in plain PyTorch, step by step as in the specification: the baseline for the
library's benchmarks.

The backbone is from Hugging Face transformers, with PyTorch's fused attention. Everything else is
literal: the full [B, L, V] simplex, noise for every position, previous logits kept, the head at
every position, a sort for the nucleus. V-wide tensors are fp32, as in the library; the decoder and
the products with the embedding are in the requested precision.

With --reward a reward model guides every step through autograd, also literally.

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
    """A field of /proc/self/status in bytes; None if the system is not Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith(field + ":"))
    return 1024 * int(line.split()[1])


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def reset_peak(device):
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        return
    clear_refs = Path("/proc/self/clear_refs")
    if clear_refs.exists():
        clear_refs.write_text("5")


def load(folder, dtype, device):
    """The backbone, its embedding, and all other tensors."""
    config = MistralConfig.from_pretrained(folder)
    config._attn_implementation = "sdpa"
    with torch.device("meta"):
        model = MistralModel(config).to(dtype)
    own, backbone = {}, {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            for name in file.keys():
                # A copy, so that no page of the file stays mapped.
                tensor = file.get_tensor(name).to(device, dtype, copy=True)
                if name.startswith("model."):
                    backbone[name.removeprefix("model.")] = tensor
                else:
                    own[name] = tensor
    model.load_state_dict(backbone, assign=True)
    # The only buffer that is computed and not stored.
    model.rotary_emb = type(model.rotary_emb)(config=config).to(device)
    model.eval().requires_grad_(False)
    return model, backbone["embed_tokens.weight"], own


def byte_count(weights):
    return sum(weight.numel() * weight.element_size() for weight in weights)


class Reward:
    """A causal reward model, whose score is read at the last position."""

    def __init__(self, folder, dtype, device):
        self.backbone, self.embedding, own = load(folder, dtype, device)
        self.score = own["score.weight"]
        self.dtype = dtype

    def weight_bytes(self):
        return byte_count([*self.backbone.parameters(), self.score])

    def guide(self, ids, mask, logits, scale=0.5):
        """The logits, moved along the gradient of the reward."""
        with torch.enable_grad():
            leaf = logits.detach().requires_grad_(True)
            embeddings = torch.softmax(leaf, -1).to(self.dtype) @ self.embedding
            embeddings = torch.where(mask[..., None], embeddings, self.embedding[ids])
            hidden = self.backbone(inputs_embeds=embeddings, use_cache=False).last_hidden_state
            (gradient,) = torch.autograd.grad((hidden[:, -1] @ self.score.T).sum(), leaf)
        return logits + scale * gradient


class Model:
    def __init__(self, folder, dtype, device):
        self.backbone, self.embedding, own = load(folder, dtype, device)
        # On a GPU, a mask would keep PyTorch from using its fastest attention.
        self.masked = device.type == "cpu"
        for layer in self.backbone.layers:
            layer.self_attn.is_causal = False
        self.lm_head = own["lm_head.weight"]
        self.timestep_embed = own["timestep_embed.weight"]
        self.dtype = dtype
        if not self.masked:
            self.require_both_directions()

    def weight_bytes(self):
        return byte_count([*self.backbone.parameters(), self.lm_head, self.timestep_embed])

    def require_both_directions(self):
        embeddings = torch.randn(1, 16, self.embedding.shape[1]).to(self.embedding)
        before = self.hidden(embeddings)[:, 0].clone()
        embeddings[:, -1] += 1
        if torch.equal(before, self.hidden(embeddings)[:, 0]):
            raise SystemExit("the first position must see the last, but does not")

    def hidden(self, embeddings):
        everything = None
        if self.masked:
            length = embeddings.shape[1]
            everything = torch.zeros(embeddings.shape[0], 1, length, length, dtype=self.dtype)
        return self.backbone(
            inputs_embeds=embeddings, attention_mask=everything, use_cache=False
        ).last_hidden_state

    def logits(self, ids, mask, x, t, previous):
        """One forward pass: fp32 logits [B, L, V], shifted right by one."""
        u = (torch.softmax(x, -1) + torch.softmax(previous, -1)) / 2
        embeddings = u.to(self.dtype) @ self.embedding
        embeddings = embeddings + (t * self.timestep_embed)[:, 0]
        embeddings = torch.where(mask[..., None], embeddings, self.embedding[ids])
        head = (self.hidden(embeddings) @ self.lm_head.T).float()
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


def generate(model, reward, ids, mask, steps):
    """Runs all steps and returns the argmax of the last logits, [B, L]."""
    shape = (*ids.shape, model.embedding.shape[0])
    alphas = alphas_cumprod(steps)
    device = ids.device
    x = SIMPLEX_VALUE * torch.randn(shape, device=device)
    previous = torch.zeros(shape, device=device)
    for t in reversed(range(steps)):
        previous = model.logits(ids, mask, x, t / steps, previous)
        if reward is not None:
            previous = reward.guide(ids, mask, previous)
        tokens = draw(previous)
        x = torch.full(shape, -SIMPLEX_VALUE, device=device).scatter_(-1, tokens, SIMPLEX_VALUE)
        alpha = alphas[t - 1] if t > 0 else 1.0
        noise = SIMPLEX_VALUE * torch.randn(shape, device=device)
        x = math.sqrt(alpha) * x + math.sqrt(1 - alpha) * noise
    return previous.argmax(-1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--reward", type=Path, help="a reward model that guides every step")
    parser.add_argument("--device", default="cpu")
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
    device = torch.device(options.device)
    ones = torch.ones(64, 64, device=device)
    ones @ ones
    before = resident("VmRSS")
    model = Model(options.checkpoint, DTYPES[options.precision], device)
    reward = Reward(options.reward, DTYPES[options.precision], device) if options.reward else None
    weight_bytes = model.weight_bytes() + (reward.weight_bytes() if reward else 0)
    gc.collect()
    length = options.prompt + options.length
    ids = torch.randint(3, model.embedding.shape[0], (options.batch, length)).to(device)
    mask = (torch.arange(length).expand(options.batch, -1) >= options.prompt).to(device)

    reset_peak(device)
    millis = []
    # Not inference mode: its tensors cannot be part of a gradient.
    with torch.no_grad():
        for _ in range(1 + options.runs):
            synchronize(device)
            start = time.perf_counter()
            generate(model, reward, ids, mask, options.steps)
            synchronize(device)
            millis.append(1e3 * (time.perf_counter() - start) / options.steps)
    peak = resident("VmHWM")
    measurement = {
        "pipeline": "plain-pytorch, guided" if reward else "plain-pytorch",
        "device": "cuda:0" if device.type == "cuda" else "cpu",
        "precision": options.precision,
        "threads": options.threads,
        "batch": options.batch,
        "promptTokens": options.prompt,
        "generatedTokens": options.length,
        "steps": options.steps * options.runs,
        "stepMillis": statistics.median(millis[1:]),
        "firstStepMillis": millis[0],
        "weightBytes": weight_bytes,
    }
    if device.type == "cuda":
        measurement["peakBytesBeyondWeights"] = torch.cuda.max_memory_reserved() - weight_bytes
    elif before is not None:
        measurement["peakBytesBeyondWeights"] = peak - before - weight_bytes
    print(json.dumps(measurement))


if __name__ == "__main__":
    main()
