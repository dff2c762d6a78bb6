# Weights as they are computed with. extras and place: see backbone.py.

def are_quantized() -> bool:
  return False

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in], weight [out,in]
def add_to(sum: Tensor, y: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  return torch.addmm_(sum, y, torch.t(weight))

# y = x W^T: x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  return __torch__.linear.apply(x, weight)
