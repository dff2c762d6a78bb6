# int8 weights on GPUs: each row of x is quantized with its own scale, and the product is computed on
# integers.

def are_quantized() -> bool:
  return True

def pack(weight: Tensor) -> Tensor:
  return weight

# y = x W^T without the scale of each row of the weight: x [R,in], weight int8 [out,in] -> [R,out], float32
def without_scale(x: Tensor, weight: Tensor) -> Tensor:
  step = __torch__.quantize.quick_step_of(x, 127)
  whole = torch.to(torch.round_(torch.div(x, step)), 1)
  rows = torch.size(x, 0)
  # cuBLAS needs at least 17 rows.
  if rows < 32:
    whole = torch.constant_pad_nd(whole, [0, 0, 0, 32 - rows], 0)
    return torch.mul(torch._int_mm(whole, torch.t(weight))[:rows], step)
  return torch.mul(torch._int_mm(whole, torch.t(weight)), step)

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.addcmul_(sum, __torch__.weights.without_scale(y, product.weight), unchecked_cast(Tensor, product.scale))

# y = x W^T: x [R,in], weight int8 [out,in] -> [R,out]
def apply(x: Tensor, product: __torch__.layout.Product) -> Tensor:
  weight, scale = product.weight, unchecked_cast(Tensor, product.scale)
  if x.requires_grad:
    return torch.linear(x, __torch__.quantize.restore(weight, scale, x.dtype))
  found = __torch__.weights.without_scale(x, weight)
  out = torch.empty_like(found, dtype=x.dtype, layout=None, device=None, pin_memory=None)
  return torch.mul(found, scale, out=out)
