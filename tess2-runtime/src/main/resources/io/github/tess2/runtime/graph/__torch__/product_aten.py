# y = x W^T with PyTorch's own choice of kernel: every device, every dtype, and the only one of the
# two with a gradient.
#
# x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor) -> Tensor:
  return torch.linear(x, weight)
