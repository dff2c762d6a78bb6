"""Makes the expected values for the tests of masked diffusion, in ../resources/masked.

    python make_masked_goldens.py

Small checkpoints in the layouts of LLaDA and Dream, logits of forward passes, complete sampling runs with given random
numbers, chats rendered by ``apply_chat_template``, and ids of texts. ``tess2_oracle/masked.py`` has the formulas.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import PreTrainedTokenizerFast, Qwen2Tokenizer
from transformers.utils import logging

from tess2_oracle import masked, masked_checkpoints, prompt_cache

logging.set_verbosity_error()

ROOT = Path(__file__).resolve().parent.parent / "resources" / "masked"

# The smallest allowed distance of a decision from its boundary, in probability, logit or uniform number.
CLEARANCE = 2e-5

CHATS = [
    [("user", "What is 17 + 25?")],
    [("system", "Be short."), ("user", "What is the capital of France?")],
    [("user", "  Sort: pear apple \n"), ("assistant", " apple pear\n"), ("user", "\tAnd fig?")],
    [("user", "Ünïcode – 答え 🙂, {{ braces }} and {% tags %} 'quotes' \"double\" back\\slash")],
    [("user", "a"), ("assistant", "b"), ("system", "c"), ("user", "d")],
]

TEXTS = [
    "What is the capital of France?",
    "  two  spaces\n\n\nlines \t tab ",
    "I'll say it's 12345 times, don't I? WE'RE",
    "Ünïcode é e\u0301 – 答え 🙂\u200d",
    "x = {'a': [1, 2]};\r\n\treturn x",
    "",
]


def tokenizer_of(name: str):
    folder = ROOT / name
    return (Qwen2Tokenizer if name.startswith("dream") else PreTrainedTokenizerFast).from_pretrained(folder)


def forward(model, tokenizer) -> tuple[dict, torch.Tensor]:
    ids = tokenizer.encode("What is the capital of", add_special_tokens=False)
    ids = ids + [model.mask_id] * 6 + tokenizer.encode(" in Rome?", add_special_tokens=False)
    logits = model.logits(torch.tensor(ids))
    return {"ids": ids}, logits


class CachedModel:
    """A model whose passes over one request use a prompt cache."""

    def __init__(self, model, every, length, positions):
        self.model, self.cache = model, prompt_cache.PromptCache(model.backbone, every)
        generated = torch.zeros(length, dtype=torch.bool).index_fill(0, torch.tensor(positions), True)
        self.changing = prompt_cache.with_predictors(generated, shifted=not model.llada)

    def logits(self, ids):
        with self.cache.next_pass(self.changing):
            return self.model.logits(ids)


def run(name, model, ids, positions, seed, method, cfg_scale=0.0, refresh_every=None, **settings) -> dict:
    """One run. If a decision is too close to its boundary, the next seed is tried."""
    for tried in range(seed, seed + 400):
        passes = CachedModel(model, refresh_every, len(ids), positions) if refresh_every else model
        one = masked.Run(passes.logits, model.mask_id, ids, positions, masked.Noise(tried), cfg_scale)
        trail = getattr(one, method)(**settings)
        if trail.clearance >= CLEARANCE:
            break
    else:
        raise SystemExit(f"no seed keeps every decision clear: {name} {method} {settings}")
    return {
        "checkpoint": name,
        "method": method,
        "settings": settings,
        "cfg_scale": cfg_scale,
        "seed": tried,
        "ids": ids,
        "positions": positions,
        "states": trail.states,
        "passes": trail.passes,
    } | ({"refresh_every": refresh_every} if refresh_every else {})


def runs(name, model, tokenizer) -> list[dict]:
    prompt = tokenizer.encode("The words in the answer are", add_special_tokens=False)
    behind = tokenizer.encode(" is short.", add_special_tokens=False)
    room = 10
    ids = prompt + [model.mask_id] * room
    positions = list(range(len(prompt), len(ids)))
    infill = prompt + [model.mask_id] * 4 + behind + [model.mask_id] * 3
    gaps = [i for i, token in enumerate(infill) if token == model.mask_id]
    # Dream's first two positions have the same logits, so only one of them is open here.
    first = [model.mask_id] + behind + [model.mask_id] * 3
    opens = [i for i, token in enumerate(first) if token == model.mask_id]
    made = []

    def add(method, place=(ids, positions), **settings):
        made.append(run(name, model, *place, 1000 * (len(made) + 1), method, **settings))

    if name.startswith("llada"):
        for block in (None, 5, 4):
            add("llada", steps=6, block=block, temperature=0.0, remasking="low_confidence")
        add("llada", steps=20, block=5, temperature=0.0, remasking="low_confidence")
        add("llada", steps=6, block=None, temperature=0.7, remasking="low_confidence")
        add("llada", steps=6, block=5, temperature=1.0, remasking="random")
        add("llada", steps=5, block=None, temperature=0.0, remasking="random")
        add("llada", steps=5, block=5, temperature=0.0, remasking="low_confidence", cfg_scale=1.5)
        add("llada", (infill, gaps), steps=4, block=None, temperature=0.0, remasking="low_confidence")
        add("threshold", block=None, threshold=0.3)
        add("threshold", block=4, threshold=0.5)
        add("llada", steps=6, block=5, temperature=0.0, remasking="low_confidence", refresh_every=3)
        add("llada", (infill, gaps), steps=4, block=None, temperature=0.0, remasking="low_confidence", refresh_every=2)
        add("threshold", block=None, threshold=0.3, refresh_every=100)
        add("entropy_bound", steps=10, bound=2.0)
        add("entropy_bound", steps=3, bound=0.5, temperature=0.7)
    else:
        for algorithm in ("origin", "maskgit_plus", "topk_margin", "entropy"):
            add("dream", steps=6, algorithm=algorithm)
            add("dream", steps=6, algorithm=algorithm, temperature=0.8, top_p=0.9)
        add("dream", steps=5, algorithm="maskgit_plus", temperature=1.2, top_k=5)
        add("dream", steps=5, algorithm="entropy", temperature=0.9, top_p=0.95, top_k=20, alg_temp=0.5)
        add("dream", steps=5, algorithm="topk_margin", top_k=3)
        add("dream", steps=24, algorithm="maskgit_plus")
        add("dream", steps=5, algorithm="maskgit_plus", cfg_scale=1.5)
        add("dream", (infill, gaps), steps=4, algorithm="entropy")
        add("dream", (first, opens), steps=3, algorithm="maskgit_plus")
        add("threshold", block=5, threshold=0.4)
        add("dream", steps=6, algorithm="entropy", refresh_every=2)
        add("dream", (infill, gaps), steps=4, algorithm="maskgit_plus", refresh_every=3)
        add("dream", (first, opens), steps=3, algorithm="topk_margin", refresh_every=2)
        add("entropy_bound", (infill, gaps), steps=7, bound=3.0)
    return made


def chats(tokenizer) -> list[dict]:
    made = []
    for chat in CHATS:
        messages = [{"role": role, "content": content} for role, content in chat]
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        made.append({"messages": messages, "text": text, "ids": tokenizer.encode(text, add_special_tokens=False)})
    return made


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    shutil.rmtree(ROOT, ignore_errors=True)
    goldens = {"tolerance_relative": 1e-4, "clearance": CLEARANCE, "forward": {}, "runs": [], "chats": {}, "texts": {}}
    logits = {}
    for name in masked_checkpoints.RECIPES:
        masked_checkpoints.write(name, ROOT)
        model, tokenizer = masked_checkpoints.Model(ROOT / name), tokenizer_of(name)
        goldens["forward"][name], logits[name] = forward(model, tokenizer)
        goldens["runs"] += runs(name, model, tokenizer)
        goldens["chats"][name] = chats(tokenizer)
        goldens["texts"][name] = [
            {"text": text, "ids": tokenizer.encode(text, add_special_tokens=False)} for text in TEXTS
        ]
    goldens["dream_counts"] = [
        {"generated": generated, "steps": steps, "eps": eps, "counts": masked.dream_counts(generated, steps, eps)}
        for generated, steps, eps in [(10, 6, 1e-3), (64, 64, 1e-3), (256, 100, 1e-3), (256, 512, 1e-3), (300, 77, 0.05), (9, 1, 1e-3)]
    ]
    save_file(logits, ROOT / "logits.safetensors")
    (ROOT / "logits.safetensors").chmod(0o644)
    text = json.dumps(goldens, ensure_ascii=False, separators=(",", ":"))
    (ROOT / "goldens.json").write_text(text + "\n")
    print(sum(p.stat().st_size for p in ROOT.rglob("*") if p.is_file()) // 1024, "KiB")


if __name__ == "__main__":
    main()
