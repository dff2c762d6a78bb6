"""Instruction tuning by simplex diffusion in plain PyTorch: the baseline for the library's training.

The backbone is from Hugging Face transformers. The rest follows the specification without wasted
work: noise, softmax and head only at the masked positions, self-conditioning in every other step,
bf16 by autocast over float32 weights, PyTorch's own AdamW. The data is random ids: only time counts.

Prints one line of JSON with the tokens (positions in the trained pass) per second.
"""

import argparse
import json
import math
import statistics
import time

import torch
import torch.nn.functional as F
from transformers import MistralConfig, MistralModel

STEPS = 5000
K = 5.0


class DiffusionModel(torch.nn.Module):
    def __init__(self, o):
        super().__init__()
        self.backbone = MistralModel(
            MistralConfig(
                vocab_size=o.vocabulary,
                hidden_size=o.hidden_size,
                intermediate_size=o.intermediate_size,
                num_hidden_layers=o.layers,
                num_attention_heads=o.heads,
                num_key_value_heads=o.key_value_heads,
                head_dim=o.head_dimension,
                max_position_embeddings=o.length,
                sliding_window=None,
                attn_implementation=o.attention,
                use_cache=False,
            )
        )
        self.head = torch.nn.Linear(o.hidden_size, o.vocabulary, bias=False)
        self.time = torch.nn.Linear(1, o.hidden_size, bias=False)

    def forward(self, ids, rows, u, times):
        """Hidden states [B*L,H]; rows [N] of the flattened batch are noisy with weights u [N,V]."""
        batch, length = ids.shape
        table = self.backbone.embed_tokens.weight
        noisy = u @ table + self.time(times[:, None])
        x = F.embedding(ids, table).flatten(0, 1)
        x = x.index_copy(0, rows, noisy.to(x.dtype)).view(batch, length, -1)
        everything = torch.ones(batch, 1, length, length, dtype=torch.bool, device=ids.device)
        if self.backbone.config._attn_implementation == "eager":
            everything = torch.zeros(batch, 1, length, length, dtype=x.dtype, device=ids.device)
        hidden = self.backbone(inputs_embeds=x, attention_mask=everything).last_hidden_state
        return hidden.flatten(0, 1)


def alpha_bars():
    f = torch.cos((torch.arange(STEPS, dtype=torch.float64) / STEPS + 1e-4) / 1.0001 * math.pi / 2) ** 2
    return (f / f[0]).float()


def probabilities(tokens, noise, alpha):
    x = (1 - alpha).sqrt()[:, None] * K * noise
    x.scatter_add_(1, tokens[:, None], (alpha.sqrt() * 2 * K)[:, None])
    return torch.softmax(x, dim=-1)


def step(model, optimizer, schedule, o, conditioned):
    ids = torch.randint(o.vocabulary, (o.batch, o.length), device=o.device)
    mask = torch.zeros(o.batch, o.length, dtype=torch.bool, device=o.device)
    mask[:, o.prompt :] = True
    rows = mask.flatten().nonzero()[:, 0]
    tokens = ids.flatten()[rows]
    t = torch.randint(STEPS, (o.batch,), device=o.device).repeat_interleave(o.length - o.prompt)
    noise = torch.randn(len(rows), o.vocabulary, device=o.device)
    with torch.autocast(torch.device(o.device).type, torch.bfloat16, enabled=o.precision == "bf16"):
        q = torch.full((1, 1), 1 / o.vocabulary, device=o.device)
        if conditioned:
            later = (t + 1).clamp(max=STEPS - 1)
            with torch.no_grad():
                u = (probabilities(tokens, noise, schedule[later]) + q) / 2
                hidden = model(ids, rows, u, later / STEPS)
                q = torch.softmax(model.head(hidden[rows - 1]).float(), dim=-1)
        u = (probabilities(tokens, noise, schedule[t]) + q) / 2
        hidden = model(ids, rows, u, t / STEPS)
        logits = model.head(hidden[rows - 1])
    loss = F.cross_entropy(logits.float(), tokens)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (
        ("hidden-size", 192), ("layers", 6), ("heads", 6), ("key-value-heads", 3), ("head-dimension", 32),
        ("intermediate-size", 512), ("vocabulary", 1024), ("length", 64), ("prompt", 32), ("batch", 64),
        ("steps", 100), ("warmup", 10), ("threads", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    parser.add_argument("--attention", choices=("sdpa", "eager"), default="sdpa")
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    model = DiffusionModel(o).to(o.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
    schedule = alpha_bars().to(o.device)
    times = []
    for i in range(o.warmup + o.steps):
        start = time.perf_counter()
        loss = step(model, optimizer, schedule, o, conditioned=i % 2 == 0)
        times.append(time.perf_counter() - start)
    # The mean and not the median, because half of the steps have an extra pass.
    seconds = statistics.mean(times[o.warmup :])
    print(
        json.dumps(
            {
                "pipeline": f"pytorch {torch.__version__}, {o.attention}",
                "device": o.device,
                "precision": o.precision,
                "threads": o.threads,
                "batch": o.batch,
                "length": o.length,
                "step_seconds": seconds,
                "tokens_per_second": o.batch * o.length / seconds,
                "loss": loss,
            }
        )
    )


if __name__ == "__main__":
    main()
