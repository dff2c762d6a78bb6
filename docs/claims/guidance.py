"""Tabulates what guidance does, with standard errors over the prompts, from what tess2 claims guidance wrote.

    venv/bin/python docs/claims/guidance.py results/answers.jsonl

The noise of a prompt and seed is the same in all settings, so the columns "more" are paired differences from scale 0.
A prompt's value is the mean over its seeds; the error is the standard error of the mean over the prompts.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

# Weights of the reward model over weights of the model, as in guidance.md; a gradient counts three passes.
REWARD_SIZE = 0.953
PLAIN = ("SCALE", 0.0, 1, 0.0)

rewards = defaultdict(lambda: defaultdict(list))
valid = defaultdict(lambda: defaultdict(list))
costs = defaultdict(list)
for line in Path(sys.argv[1]).read_text().splitlines():
    answer = json.loads(line)
    setting = answer["setting"]
    key = (setting["experiment"], setting["scale"], setting["candidates"], setting["from"])
    rewards[key][answer["id"]].append(answer["reward"])
    valid[key][answer["id"]].append(100.0 * answer["right"])
    passes = answer["passes"]
    costs[key].append(passes["model"] + REWARD_SIZE * (3 * passes["gradients"] + passes["scores"]))


def mean(values):
    average = sum(values) / len(values)
    squares = sum((value - average) ** 2 for value in values)
    return average, math.sqrt(squares / (len(values) - 1) / len(values))


def average(values):
    return sum(values) / len(values)


def title(key):
    experiment, scale, candidates, start = key
    parts = [] if experiment == "BEST_OF" else [f"scale {scale:g}"]
    parts += [f"best of {candidates}"] if candidates > 1 else []
    parts += ["last half of the steps"] if start > 0 else []
    return ", ".join(parts)


print("| | cost | mean reward | more | valid | more, points |\n|---|---:|---:|---:|---:|---:|")
cheapest = average(costs[PLAIN])
for key in sorted(rewards, key=lambda key: (key[0] != "SCALE", key[2], key[3], key[1])):
    cells = [title(key), f"{average(costs[key]) / cheapest:.2f}"]
    for values, form in ((rewards, "{:.2f}"), (valid, "{:.1f} ± {:.1f} %")):
        of = {prompt: average(all) for prompt, all in values[key].items()}
        plain = {prompt: average(all) for prompt, all in values[PLAIN].items()}
        cells.append(form.format(*mean(list(of.values()))))
        digits = 2 if values is rewards else 1
        more, error = mean([of[prompt] - plain[prompt] for prompt in of])
        cells.append("" if key == PLAIN else f"{more:+.{digits}f} ± {error:.{digits}f}")
    print("| " + " | ".join(cells) + " |")
