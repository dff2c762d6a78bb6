"""All masks that the published training code can draw, enumerated instead of drawn."""

from itertools import combinations


def hidden(length: int, share: float) -> int:
    """How many tokens are hidden: rounded down, at least one, and at most all but one."""
    return min(max(int(length * share), 1), length - 1)


def count(length: int, share: float, mean: int) -> int:
    """How many spans they make: rounded down, at least one."""
    return max(hidden(length, share) // mean, 1)


def compositions(total: int, parts: int) -> list[tuple[int, ...]]:
    """All ordered sums of positive parts."""
    found = []
    for cuts in combinations(range(1, total), parts - 1):
        ends = (0, *cuts, total)
        found.append(tuple(b - a for a, b in zip(ends, ends[1:])))
    return found


def spans(length: int, share: float, mean: int) -> list[str]:
    """Alternating kept and hidden spans, kept first and hidden last."""
    n, parts = hidden(length, share), count(length, share, mean)
    return sorted(
        "".join("0" * kept + "1" * covered for kept, covered in zip(outside, inside))
        for outside in compositions(length - n, parts)
        for inside in compositions(n, parts)
    )


def prefixes(length: int) -> list[int]:
    """Prefix lengths: the first token and one to less than half of the others; one other in short sequences."""
    return [1 + others for others in (range(1, int((length - 1) / 2)) if length >= 5 else [1])]
