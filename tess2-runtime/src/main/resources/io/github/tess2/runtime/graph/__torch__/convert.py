# Conversions between Java's tensors and TorchScript's numbers.

# All numbers at once, because reading each one separately costs some microseconds.
def to_ints(values: Tensor) -> List[int]:
  return annotate(List[int], values.tolist())

def to_reals(values: Tensor) -> List[float]:
  return annotate(List[float], values.tolist())

# The only number of a tensor.
def to_int(values: Tensor) -> int:
  return __torch__.convert.to_ints(values)[0]

def to_real(values: Tensor) -> float:
  return __torch__.convert.to_reals(values)[0]

# Pairs [N,2].
def to_pairs(values: Tensor) -> List[List[int]]:
  return annotate(List[List[int]], values.tolist())

# A tensor moved to the device of another. If that is a GPU, nothing waits for what is still computed there.
def beside(x: Tensor, like: Tensor) -> Tensor:
  return torch.to(x, like.device, x.dtype, like.is_cuda)

# A copy of bytes [n] as another dtype; TorchScript has the view only with a shape.
def reinterpret(raw: Tensor, code: int) -> Tensor:
  return torch.view_copy(raw, dtype=code)

# x [N,H], but zeros at rows whose number [N] is -1.
def zero_missing(x: Tensor, rows: Tensor) -> Tensor:
  return torch.mul(x, torch.unsqueeze(torch.ge(rows, 0), 1).to(x.dtype))
