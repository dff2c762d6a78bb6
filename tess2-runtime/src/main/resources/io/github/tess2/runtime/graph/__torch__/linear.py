# y = x W^T, in which each row of y depends only on that row of x, to the last bit. Below 16 rows the
# CPU's kernels add in a different order (docs/determinism.md), so fewer rows are padded with zeros.
#
# x [R,in], weight [out,in] -> [R,out]
def apply(x: Tensor, weight: Tensor) -> Tensor:
  missing = 16 - torch.size(x, 0)
  if missing <= 0:
    return __torch__.product.apply(x, weight)
  filled = torch.constant_pad_nd(x, [0, 0, 0, missing], 0)
  return __torch__.product.apply(filled, weight)[:-missing]

# Random numbers [rows,width] on the CPU, the same every time.
def numbers(rows: int, width: int, code: int) -> Tensor:
  keys = torch.arange(rows, dtype=4, layout=None, device=torch.device("cpu"), pin_memory=False)
  return torch.to(torch.sub(__torch__.random.uniforms(keys, width), 0.5), code)

# Whether the guarantee above holds on the CPU for weights [out,in], or [in,out] transposed, of a dtype.
# Tries the first and the last rows of the greatest count in batches of each count.
def keeps_rows_apart(code: int, out: int, width: int, transposed: bool, counts: List[int]) -> bool:
  if transposed:
    weight = torch.t(__torch__.linear.numbers(width, out, code))
  else:
    weight = __torch__.linear.numbers(out, width, code)
  most = max(counts)
  x = __torch__.linear.numbers(most, width, code)
  expected = __torch__.linear.apply(x, weight)
  for count in counts:
    first = __torch__.linear.apply(x[:count], weight)
    last = __torch__.linear.apply(x[most - count:], weight)
    if not torch.equal(first, expected[:count]):
      return False
    if not torch.equal(last, expected[most - count:]):
      return False
  return True
