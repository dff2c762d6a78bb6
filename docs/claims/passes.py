"""Tabulates and draws right answers over the mean passes of a request, from what tess2 evaluate --json printed.

    venv/bin/python docs/claims/passes.py passes.png "uniform=uniform.json,uniform-50.json" "cosine=cosine.json"

Each name=FILE,FILE is a line of the picture: one point for each number of steps in its files.
"""

import json
import math
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

picture, *series = sys.argv[1:]
figure, axes = plt.subplots(figsize=(8, 5), dpi=100)
for one in series:
    name, files = one.split("=", 1)
    runs = [run for file in files.split(",") for run in json.loads(Path(file).read_text())["tasks"]]
    runs.sort(key=lambda run: run["steps"])
    print(f"\n{name}\n\n| steps | right | passes | seconds |\n|---:|---:|---:|---:|")
    for run in runs:
        accuracy, count = run["accuracy"], run["of"]
        error = 100 * math.sqrt(accuracy * (1 - accuracy) / count)
        print(
            f"| {run['steps']} | {100 * accuracy:.1f} ± {error:.1f} % | {run['meanSteps']:.2f}"
            f" | {run['seconds']:.0f} |"
        )
    # One step gets almost nothing right and would press the rest together.
    drawn = [run for run in runs if run["steps"] > 1]
    axes.plot(
        [run["meanSteps"] for run in drawn], [100 * run["accuracy"] for run in drawn], marker="o", label=name
    )
axes.set_xscale("log")
ticks = [2, 3, 5, 10, 20, 50, 100]
axes.set_xticks(ticks, [str(tick) for tick in ticks])
axes.minorticks_off()
axes.set_xlabel("mean passes of a request")
axes.set_ylabel("right answers, %")
axes.grid(alpha=0.3)
axes.legend()
figure.tight_layout()
figure.savefig(picture)
