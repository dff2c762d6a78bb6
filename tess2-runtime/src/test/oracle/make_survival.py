"""Estimates from random draws how often the largest entry of a noisy simplex is the true token's.

Writes src/test/resources/grid/survival.json: the share among DRAWS draws for each vocabulary size
and time, under the schedule squaredcos_improved_ddpm. It uses plain NumPy and
x_t = sqrt(a) * (+-k one-hot) + sqrt(1 - a) * k * noise, with k = 5. Takes a few minutes.

    python make_survival.py
"""

import json
import math
import pathlib

import numpy as np

DRAWS = 20_000
K = 5.0


def alpha_bar(t):
    """Nichol and Dhariwal's squared cosine, f(t) / f(0)."""
    f = lambda x: math.cos((x + 1e-4) / (1 + 1e-4) * math.pi / 2) ** 2
    return f(t) / f(0)


def survival(rng, vocabulary, alpha):
    right = 0
    rows = max(1, 4_000_000 // vocabulary)
    done = 0
    while done < DRAWS:
        count = min(rows, DRAWS - done)
        x = rng.standard_normal((count, vocabulary), dtype=np.float32)
        x *= math.sqrt(1 - alpha) * K
        x -= math.sqrt(alpha) * K
        x[:, 0] += 2 * math.sqrt(alpha) * K
        right += int((x.argmax(axis=1) == 0).sum())
        done += count
    return right / DRAWS


def main():
    rng = np.random.default_rng(20261127)
    cases = []
    for vocabulary in (2, 300, 1024, 32000):
        for t in (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 0.95):
            share = survival(rng, vocabulary, alpha_bar(t))
            cases.append({"vocabulary": vocabulary, "t": t, "draws": DRAWS, "right": share})
    target = pathlib.Path(__file__).parent.parent / "resources" / "grid" / "survival.json"
    target.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
