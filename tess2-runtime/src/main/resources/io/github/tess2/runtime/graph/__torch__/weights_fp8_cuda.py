# float8 (e4m3) weights on GPUs that multiply them: each row of x is quantized with its own scale, and both
# scales are applied inside the product, which gives bfloat16.

def are_quantized() -> bool:
  return True

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.add_(sum, __torch__.weights.apply(y, product))

# y = x W^T: x [R,in], weight float8 [out,in] -> [R,out]
def apply(x: Tensor, product: __torch__.layout.Product) -> Tensor:
  weight, scale = product.weight, unchecked_cast(Tensor, product.scale)
  if x.requires_grad:
    return torch.linear(x, __torch__.quantize.restore(weight, scale, x.dtype))
  step = __torch__.quantize.quick_step_of(x, 448)
  narrow = torch.to(torch.div(x, step), 24)
  y = torch._scaled_mm(narrow, torch.t(weight), step, torch.unsqueeze(scale, 0), out_dtype=15)
  return torch.to(y, x.dtype)
