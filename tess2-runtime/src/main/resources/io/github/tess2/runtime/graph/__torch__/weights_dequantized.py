# Quantized weights on any device: a weight is cast to x's dtype for each product. That saves memory and
# costs time. extras[place] is the scale of each row of the weight.

def are_quantized() -> bool:
  return True

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  return torch.add_(sum, __torch__.weights.apply(y, weight, extras, place))

# y = x W^T: x [R,in], weight int8 or float8 [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  if x.requires_grad:
    return torch.linear(x, __torch__.quantize.restore(weight, extras[place], x.dtype))
  y = __torch__.linear.apply(x, torch.to(weight, x.dtype))
  return torch.mul(y, extras[place]).to(x.dtype)
