# float8 (e4m3) weights on GPUs that multiply them: each row of x is quantized with a scale of its own, and
# both scales are applied inside the product, which gives bfloat16. extras[place] is the scale of each row of
# the weight.

def are_quantized() -> bool:
  return True

def pack(weight: Tensor) -> Tensor:
  return weight

# sum += y W^T, in place: sum [R,out], y [R,in]
def add_to(sum: Tensor, y: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  return torch.add_(sum, __torch__.weights.apply(y, weight, extras, place))

# y = x W^T: x [R,in], weight float8 [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  if x.requires_grad:
    return torch.linear(x, __torch__.quantize.restore(weight, extras[place], x.dtype))
  step = __torch__.quantize.quick_step_of(x, 448)
  narrow = torch.to(torch.div(x, step), 24)
  y = torch._scaled_mm(narrow, torch.t(weight), step, torch.unsqueeze(extras[place], 0), out_dtype=15)
  return torch.to(y, x.dtype)
