# Numbers of one byte, with a separate scale for each row. Dtype codes: 1 int8, 24 float8 (e4m3).

# The scale [R,1] of each row of x [R,in] that makes its largest number the largest of a format. A row of zeros
# must have a scale too.
def step_of(x: Tensor, most: int) -> Tensor:
  largest = torch.linalg_vector_norm(x, inf, [-1], True, dtype=6)
  return torch.clamp_min_(torch.div(largest, most), 1e-30)

# The same up to rounding, with one operation fewer.
def quick_step_of(x: Tensor, most: int) -> Tensor:
  largest = torch.linalg_vector_norm(x, inf, [-1], True, dtype=6)
  return torch.rsub(largest, 1e-30, -1. / float(most))

# A weight [out,in] in float32 -> the same in a format, and the scale of each row [out].
def narrow(weight: Tensor, code: int) -> Tuple[Tensor, Tensor]:
  if code == 1:
    step = __torch__.quantize.step_of(weight, 127)
    return (torch.to(torch.round_(torch.div(weight, step)), 1), torch.squeeze(step, 1))
  step = __torch__.quantize.step_of(weight, 448)
  return (torch.to(torch.div(weight, step), code), torch.squeeze(step, 1))

# The reverse, in a dtype.
def restore(weight: Tensor, scale: Tensor, dtype: int) -> Tensor:
  return torch.mul(torch.to(weight, 6), torch.unsqueeze(scale, 1)).to(dtype)

# The largest relative difference between a product of quantized weights [out,in] and the same product in
# separate operations, for the greatest activations and weights: above 0 if the device adds in too few bits.
def greatest_error(out: int, width: int, code: int, like: Tensor) -> float:
  most = 448
  if code == 1:
    most = 127
  weight = torch.full([out, width], most, dtype=code, layout=None, device=like.device, pin_memory=False)
  scale = torch.full([out], 1. / float(most), dtype=6, layout=None, device=like.device, pin_memory=False)
  ones = torch.full([32, width], 1., dtype=like.dtype, layout=None, device=like.device, pin_memory=False)
  product = __torch__.layout.Product(__torch__.weights.pack(weight), scale)
  found = __torch__.weights.apply(ones, product)
  return float(torch.item(torch.amax(torch.abs(torch.sub(torch.div(torch.to(found, 6), width), 1.)))))
