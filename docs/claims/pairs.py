"""Counts the held-out pairs in which a reward model prefers the better answer, by kind of flaw.

The model is loaded with Hugging Face transformers, so the count does not depend on this library's code:

    venv/bin/python docs/claims/pairs.py REWARD_MODEL preferences-held-out.jsonl
"""

import json
import sys
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1, dtype=torch.float32).eval()
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
BOS, EOS, PAD = (tokenizer.token_to_id(token) for token in ("<s>", "</s>", "[PAD]"))


def ids(messages):
    user, assistant = (message["content"] for message in messages)
    text = f"<|user|>\n{user}\n<|assistant|>\n"
    prompt = tokenizer.encode(text, add_special_tokens=False).ids
    return [BOS, *prompt, *tokenizer.encode(assistant, add_special_tokens=False).ids, EOS]


def scores(chats):
    longest = max(map(len, chats))
    padded = torch.tensor([chat + [PAD] * (longest - len(chat)) for chat in chats])
    hidden = model.model(padded).last_hidden_state  # causal: padding at the end changes nothing
    last = torch.tensor([len(chat) - 1 for chat in chats])
    return model.score(hidden[torch.arange(len(chats)), last])[:, 0]


right, of = Counter(), Counter()
pairs = [json.loads(line) for line in file.read_text().splitlines()]
with torch.inference_mode():
    for start in range(0, len(pairs), 64):
        batch = pairs[start : start + 64]
        better = scores([ids(pair["chosen"]) for pair in batch]) > scores([ids(pair["rejected"]) for pair in batch])
        for pair, preferred in zip(batch, better.tolist()):
            for name in (pair["flaw"], "all"):
                right[name] += preferred
                of[name] += 1
print("| flaw | pairs | right |\n|---|---:|---:|")
for name in sorted(of, key=lambda name: (name == "all", name)):
    print(f"| {name} | {of[name]} | {100 * right[name] / of[name]:.1f} % |")
