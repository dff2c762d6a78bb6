# y = x W^T through oneDNN, for float32 on x86 CPUs: PyTorch itself would call MKL, which on AMD
# processors runs at half the speed. No gradient.
#
# x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor) -> Tensor:
  if x.requires_grad or weight.requires_grad:
    return torch.linear(x, weight)
  no_scalars = annotate(List[Optional[number]], [])
  return ops.mkldnn._linear_pointwise(x, weight, None, "none", no_scalars, "")
