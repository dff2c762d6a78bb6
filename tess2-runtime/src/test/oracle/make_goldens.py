"""Makes the golden files of the Java tests; see README.md in this folder.

    python make_goldens.py            writes them to ../resources/golden
    python make_goldens.py --check    writes them to a temporary folder and compares them with the committed ones
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import torch

from tess2_oracle import cases_guidance, cases_inference, cases_training, checkpoints, goldens, selfcheck, tokenizer

HERE = Path(__file__).resolve().parent
COMMITTED = HERE.parent / "resources" / "golden"

HEADER = {
    "format": 1,
    "about": (
        "Expected values for the Java tests, made by src/test/oracle/make_goldens.py; its README defines every term. "
        "Tensors of a case are in the safetensors file that their entry names; small values stand here as 'value'."
    ),
    "relative_error": "max |actual - expected| / max |expected| over a tensor",
    "tolerances": {"fp32": 1e-4, "bf16": 2e-2},
}


def make(root: Path) -> None:
    """Writes every checkpoint and golden under ``root``."""
    small = tokenizer.build()
    for recipe in checkpoints.recipes():
        checkpoints.write(recipe, root / "checkpoints", small)
    selfcheck.run(root / "checkpoints")
    fixture = cases_inference.Fixture(root, small)
    cases = cases_inference.all_cases(fixture) + cases_guidance.all_cases(fixture) + cases_training.all_cases(fixture)
    goldens.write(root, HEADER, cases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed goldens, write nothing there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "golden"
        make(made)
        if arguments.check:
            found = goldens.differences(COMMITTED, made)
            print("\n".join(found) if found else "the goldens are as committed")
            return 1 if found else 0
        shutil.rmtree(COMMITTED, ignore_errors=True)
        shutil.copytree(made, COMMITTED)
        size = sum(p.stat().st_size for p in COMMITTED.rglob("*") if p.is_file())
        print(f"wrote {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
