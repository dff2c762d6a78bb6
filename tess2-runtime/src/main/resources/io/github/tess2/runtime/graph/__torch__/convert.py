# Between Java's tensors and TorchScript's numbers.

def to_ints(values: Tensor) -> List[int]:
  out = annotate(List[int], [])
  for i in range(torch.size(values, 0)):
    torch.append(out, int(torch.item(values[i])))
  return out

def to_reals(values: Tensor) -> List[float]:
  out = annotate(List[float], [])
  for i in range(torch.size(values, 0)):
    torch.append(out, float(torch.item(values[i])))
  return out

# [width, seed 0, rows 0, seed 1, rows 1, ...]
def to_blocks(values: Tensor) -> Tuple[int, List[int], List[int]]:
  numbers = __torch__.convert.to_ints(values)
  seeds = annotate(List[int], [])
  rows = annotate(List[int], [])
  for i in range((len(numbers) - 1) // 2):
    torch.append(seeds, numbers[2 * i + 1])
    torch.append(rows, numbers[2 * i + 2])
  return (numbers[0], seeds, rows)

# Bytes [n] as another dtype: a copy, since TorchScript has the view only with a shape.
def reinterpret(raw: Tensor, code: int) -> Tensor:
  return torch.view_copy(raw, dtype=code)
