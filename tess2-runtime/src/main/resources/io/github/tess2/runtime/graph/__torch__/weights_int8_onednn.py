# int8 weights on x86 CPUs, through oneDNN's integer product. Each row of x is quantized with its own
# scale. The sums of products are exact integers, so a row's bits do not depend on the rows it is batched with.

def are_quantized() -> bool:
  return True

# [out,in] in oneDNN's own layout; to_dense gives [in,out] back.
def pack(weight: Tensor) -> Tensor:
  return ops.onednn.qlinear_prepack(weight, None)

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.add_(sum, __torch__.weights.apply(y, product))

# y = x W^T: x [R,in] -> [R,out]
def apply(x: Tensor, product: __torch__.layout.Product) -> Tensor:
  weight, scale = product.weight, unchecked_cast(Tensor, product.scale)
  if x.requires_grad:
    dense = torch.t(torch.to_dense(weight))
    return torch.linear(x, __torch__.quantize.restore(dense, scale, x.dtype))
  levels = __torch__.levels.most()
  step = __torch__.quantize.step_of(x, levels)
  # The product takes unsigned numbers, from which it subtracts the zero point.
  shifted = torch.add_(torch.round_(torch.div(x, step)), levels + 1)
  zeros = torch.zeros([torch.size(scale, 0)], dtype=4, layout=None, device=x.device, pin_memory=False)
  nothing = annotate(List[Optional[number]], [])
  y = ops.onednn.qlinear_pointwise(
      torch.to(shifted, 0), 1., levels + 1, weight, scale, zeros, None, 1., 0, 6, "none", nothing, "")
  return torch.mul_(y, step).to(x.dtype)
