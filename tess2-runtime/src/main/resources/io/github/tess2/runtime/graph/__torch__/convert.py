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

# [width, key of row 0, key of row 1, ...]: the width, and the keys on a tensor's device.
def to_keys(values: Tensor, like: Tensor) -> Tuple[int, Tensor]:
  return (int(torch.item(values[0])), __torch__.convert.beside(values[1:], like))

# A small tensor moved to where another is, without waiting for what is still computed there.
def beside(x: Tensor, like: Tensor) -> Tensor:
  return torch.to(x, like.device, x.dtype, True)

# Bytes [n] as another dtype: a copy, since TorchScript has the view only with a shape.
def reinterpret(raw: Tensor, code: int) -> Tensor:
  return torch.view_copy(raw, dtype=code)

# x [N,H], but zeros where the number of the row [N] is -1.
def zero_missing(x: Tensor, rows: Tensor) -> Tensor:
  return torch.mul(x, torch.unsqueeze(torch.ge(rows, 0), 1).to(x.dtype))
