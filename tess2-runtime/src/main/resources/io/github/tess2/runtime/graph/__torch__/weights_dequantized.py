# Quantized weights on any device: a weight is cast to x's dtype for each product. That saves memory and
# costs time.

def are_quantized() -> bool:
  return True

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.add_(sum, __torch__.weights.apply(y, product))

# y = x W^T: x [R,in], weight int8 or float8 [out,in] -> [R,out]
def apply(x: Tensor, product: __torch__.layout.Product) -> Tensor:
  weight, scale = product.weight, unchecked_cast(Tensor, product.scale)
  if x.requires_grad:
    return torch.linear(x, __torch__.quantize.restore(weight, scale, x.dtype))
  y = __torch__.linear.apply(x, torch.to(weight, x.dtype))
  return torch.mul(y, scale).to(x.dtype)
