"""Tabulates and plots valid answers against the number of steps, from files that tess2 evaluate --answers wrote.

    venv/bin/python docs/claims/steps.py held-out-open.jsonl MODEL/tokenizer.json 36 open-steps.png \
        "self-conditioned=with-1.jsonl,with-2.jsonl,with-3.jsonl" "without=without-1.jsonl,without-2.jsonl"

The third argument is the room for an answer in tokens. Prompts with a longer reference answer are not counted, because
a valid answer would not fit. Each file has the answers of one seed; the error is the standard error over the seeds.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from tokenizers import Tokenizer

tasks, tokenizer, room, picture, *series = sys.argv[1:]
tokenizer = Tokenizer.from_file(tokenizer)
family = {}
for line in Path(tasks).read_text().splitlines():
    item = json.loads(line)
    reference = item["messages"][-1]["content"]
    if len(tokenizer.encode(reference, add_special_tokens=False).ids) <= int(room):
        family[item["id"]] = item["task"]


def shares(file):
    """For each number of steps, the share of valid answers in percent, over all families and for each."""
    valid = defaultdict(lambda: defaultdict(list))
    for line in Path(file).read_text().splitlines():
        answer = json.loads(line)
        if answer["id"] in family:
            for group in ("all", family[answer["id"]]):
                valid[answer["steps"]][group].append(answer["right"])
    return {steps: {g: 100 * sum(v) / len(v) for g, v in groups.items()} for steps, groups in valid.items()}


def mean(values):
    average = sum(values) / len(values)
    squares = sum((value - average) ** 2 for value in values)
    return average, math.sqrt(squares / (len(values) - 1) / len(values)) if len(values) > 1 else 0.0


figure, axes = plt.subplots(figsize=(8, 5), dpi=100)
for one in series:
    name, files = one.split("=", 1)
    runs = [shares(file) for file in files.split(",")]
    counts = sorted(runs[0])
    groups = ["all", *dict.fromkeys(family.values())]
    print(f"\n{name}, {len(runs)} seeds, {len(family)} prompts\n")
    print("| steps | " + " | ".join(groups) + " |\n|---:|" + "---:|" * len(groups))
    for steps in counts:
        cells = [mean([run[steps][group] for run in runs]) for group in groups]
        print(f"| {steps} | " + " | ".join(f"{m:.1f} ± {e:.1f}" for m, e in cells) + " |")
    points = [mean([run[steps]["all"] for run in runs]) for steps in counts]
    axes.errorbar(counts, [m for m, _ in points], [e for _, e in points], marker="o", capsize=3, label=name)
axes.set_xscale("log")
axes.set_xticks(counts, [str(count) for count in counts])
axes.minorticks_off()
axes.set_xlabel("steps")
axes.set_ylabel("valid answers, %")
axes.set_ylim(bottom=0)
axes.grid(alpha=0.3)
axes.legend()
figure.tight_layout()
figure.savefig(picture)
