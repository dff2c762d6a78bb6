# y = x W^T, and each row of y depends on that row of x and on nothing else, to the last bit: under 16
# rows the CPU's kernels add up in another order than above (docs/determinism.md), so fewer rows are
# filled up with zeros.
#
# x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor) -> Tensor:
  missing = 16 - torch.size(x, 0)
  if missing <= 0:
    return __torch__.product.apply(x, weight)
  filled = torch.constant_pad_nd(x, [0, 0, 0, missing], 0)
  return __torch__.product.apply(filled, weight)[:-missing]
