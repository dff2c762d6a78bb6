"""Writes golden tensors and the manifest that describes them."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


@dataclass(frozen=True)
class Reference:
    """Where a tensor is stored, and what it is."""

    file: str
    tensor: str
    shape: list[int]
    dtype: str
    meaning: str

    def json(self) -> dict:
        return dict(self.__dict__)


class Case:
    """One golden: parameters in the manifest, tensors in ``cases/<name>.safetensors``."""

    def __init__(self, name: str, kind: str, description: str, **parameters):
        self.name, self.kind, self.description = name, kind, description
        self.parameters = parameters
        self.tensors: dict[str, torch.Tensor] = {}
        self.inputs: dict[str, dict] = {}
        self.outputs: dict[str, dict] = {}

    @property
    def file(self) -> str:
        return f"cases/{self.name}.safetensors"

    def _keep(self, group: dict, name: str, tensor, meaning: str) -> Reference:
        tensor = tensor.detach().contiguous().clone()
        if name in self.tensors:
            raise ValueError(f"{self.name} already has a tensor {name}")
        self.tensors[name] = tensor
        dtype = {torch.float32: "F32", torch.float64: "F64", torch.int32: "I32", torch.uint8: "U8"}[tensor.dtype]
        reference = Reference(self.file, name, list(tensor.shape), dtype, meaning)
        group[name] = reference.json()
        return reference

    def give(self, name: str, tensor: torch.Tensor, meaning: str) -> Reference:
        """An input tensor."""
        return self._keep(self.inputs, name, tensor, meaning)

    def reuse(self, name: str, reference: Reference) -> None:
        """An input tensor from another case's file."""
        self.inputs[name] = reference.json()

    def expect(self, name: str, tensor: torch.Tensor, meaning: str) -> Reference:
        """An output tensor."""
        return self._keep(self.outputs, name, tensor, meaning)

    def expect_group(self, group: str, tensors: dict[str, torch.Tensor], meaning: str) -> None:
        """Output tensors GROUP/NAME under one entry; each NAME is a key of GROUP_norms."""
        for name, tensor in tensors.items():
            self._keep({}, f"{group}/{name}", tensor, meaning)
        self.outputs[group] = {"file": self.file, "group": f"{group}/", "meaning": meaning}

    def expect_json(self, name: str, value, meaning: str) -> None:
        """An output small enough for the manifest itself (ids, texts, counts, scalars)."""
        self.outputs[name] = {"value": value, "meaning": meaning}

    def json(self) -> dict:
        return {
            "name": self.name,
            "kind": self.kind,
            "description": self.description,
            "parameters": self.parameters,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }


def dumps(value, indent: int = 0) -> str:
    """JSON with one line per leaf object or list, so that the manifest is easy to read and to diff."""
    flat = json.dumps(value, ensure_ascii=True)
    nested = isinstance(value, (dict, list)) and any(
        isinstance(v, (dict, list)) for v in (value.values() if isinstance(value, dict) else value)
    )
    if not nested or (len(flat) < 100 and isinstance(value, list)):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [f"{pad}{json.dumps(k)}: {dumps(v, indent + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + dumps(v, indent + 1) for v in value) + "\n" + " " * indent + "]"


def write(root: Path, header: dict, cases: list[Case]) -> None:
    """Writes the cases' tensors and manifest.json under ``root``."""
    for case in cases:
        if case.tensors:
            path = root / case.file
            path.parent.mkdir(parents=True, exist_ok=True)
            save_file(case.tensors, path)
    manifest = dict(header, cases=[case.json() for case in cases])
    (root / "manifest.json").write_text(dumps(manifest) + "\n")


def differences(expected: Path, actual: Path, relative: float = 1e-5) -> list[str]:
    """What differs between two golden folders: numbers beyond rounding, and anything else."""
    found = []
    names = {str(p.relative_to(r)) for r in (expected, actual) for p in r.rglob("*") if p.is_file()}
    for name in sorted(names):
        a, b = expected / name, actual / name
        if not (a.exists() and b.exists()):
            found.append(f"{name}: only in {'the committed' if a.exists() else 'the new'} goldens")
        elif name.endswith(".safetensors"):
            found += _tensor_differences(name, load_file(a), load_file(b), relative)
        elif name.endswith(".json"):
            if not _close(json.loads(a.read_text()), json.loads(b.read_text()), relative):
                found.append(f"{name}: differs")
        elif a.read_bytes() != b.read_bytes():
            found.append(f"{name}: differs")
    return found


def _tensor_differences(name, a, b, relative) -> list[str]:
    if a.keys() != b.keys():
        return [f"{name}: tensors {sorted(a.keys() ^ b.keys())} are on one side only"]
    found = []
    for key in a:
        if a[key].shape != b[key].shape or a[key].dtype != b[key].dtype:
            found.append(f"{name}: {key} has another shape or type")
            continue
        x, y = a[key].double(), b[key].double()
        if x.numel() and float((x - y).abs().max()) > relative * max(float(x.abs().max()), 1e-30):
            found.append(f"{name}: {key} differs by {float((x - y).abs().max()):.3g}")
    return found


def _close(a, b, relative) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_close(a[k], b[k], relative) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_close(x, y, relative) for x, y in zip(a, b))
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= relative * max(abs(a), abs(b), 1e-3)
    return type(a) is type(b) and a == b
