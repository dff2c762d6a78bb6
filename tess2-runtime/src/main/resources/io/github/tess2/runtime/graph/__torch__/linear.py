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

# Random numbers of a shape, the same every time.
def numbers(shape: List[int], code: int) -> Tensor:
  empty = torch.empty(shape, dtype=code, layout=None, device=torch.device("cpu"), pin_memory=None, memory_format=None)
  return torch.uniform_(empty, -1., 1., generator=torch.Generator(device=torch.device("cpu"), seed=1))

# Whether what is promised above holds on the CPU for weights [out,in], or [in,out] transposed, of a
# dtype: tries the first and the last rows of the greatest count in batches of each count.
def keeps_rows_apart(code: int, out: int, width: int, transposed: bool, counts: List[int]) -> bool:
  if transposed:
    weight = torch.t(__torch__.linear.numbers([width, out], code))
  else:
    weight = __torch__.linear.numbers([out, width], code)
  most = max(counts)
  x = __torch__.linear.numbers([most, width], code)
  expected = __torch__.linear.apply(x, weight)
  for count in counts:
    first = __torch__.linear.apply(x[:count], weight)
    last = __torch__.linear.apply(x[most - count:], weight)
    if not torch.equal(first, expected[:count]):
      return False
    if not torch.equal(last, expected[most - count:]):
      return False
  return True
