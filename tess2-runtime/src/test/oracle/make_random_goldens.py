"""Makes the expected values for RandomNumbersTest, in ../resources/graph/random.json.

    python make_random_goldens.py

The numbers of a row are computed from their definition with Python's unbounded integers and double precision, without
PyTorch. Each key and column c has a lane of 64 bits: its upper half gives column c, its lower half column c + lanes.
"""

import json
import math
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "resources" / "graph" / "random.json"
BITS = 1 << 64


def signed(x):
    x %= BITS
    return x - BITS if x >= BITS // 2 else x


def column(c):
    """SplitMix64's finaliser applied to (c + 1) times the golden ratio, with shifts that copy the sign."""
    x = signed((c + 1) * 0x9E3779B97F4A7C15)
    x = signed((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9)
    x = signed((x ^ (x >> 27)) * 0x94D049BB133111EB)
    return x ^ (x >> 31)


def lane(key, c):
    x = signed((key + column(c)) * -4417276706812531889)
    x = signed((x ^ (x >> 32)) * -8663945395140668459)
    return x ^ (x >> 32)


def halves(key, c):
    x = lane(key, c)
    low = x % (1 << 32)
    return x >> 32, low - (1 << 32) if low >= 1 << 31 else low


def unit(n):
    return min((abs(n) + 0.5) / (1 << 31), 1 - 2.0**-24)


def row(kind, key, width):
    lanes = (width + 1) // 2
    first, second = [], []
    for c in range(lanes):
        high, low = halves(key, c)
        if kind == "normals":
            radius = math.sqrt(-2 * math.log(unit(high)))
            angle = math.pi * low / (1 << 31)
            first.append(radius * math.cos(angle))
            second.append(radius * math.sin(angle))
        else:
            first.append(unit(high))
            second.append(unit(low))
    numbers = (first + second)[:width]
    if kind == "gumbel":
        return [-math.log(-math.log1p(-u)) for u in numbers]
    return numbers


def main():
    keys = [0, 1, 2, -1, (1 << 63) - 1, -(1 << 63), 0x0123456789ABCDEF, 8_000_000_000_000_000_001]
    cases = [
        {"kind": kind, "width": width, "keys": keys, "rows": [row(kind, key, width) for key in keys]}
        for kind in ("normals", "uniforms", "gumbel")
        for width in (1, 2, 7, 40)
    ]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
