# Counter-based random numbers: the numbers of a row are a function of only the row's key and the column.
# So they do not depend on other rows or on the device, and no generator of the process is used.
# (TorchScript can seed its own generator only on the CPU.)
#
# A lane is 64 bits for one key and one column. Its upper half gives column c of a row, its lower half
# column c + lanes.

# A well-mixed number for each column [n], int64: SplitMix64's finalizer. A right shift copies the sign
# here, which costs each mixing step one of 64 bits but saves a mask.
def columns(n: int, like: Tensor) -> Tensor:
  x = torch.arange(1, n + 1, 1, dtype=4, layout=None, device=like.device, pin_memory=False)
  x = torch.mul_(x, -7046029254386353131)
  x = torch.mul_(torch.bitwise_xor_(x, torch.bitwise_right_shift(x, 30)), -4658895280553007687)
  x = torch.mul_(torch.bitwise_xor_(x, torch.bitwise_right_shift(x, 27)), -7723592293110705685)
  return torch.bitwise_xor_(x, torch.bitwise_right_shift(x, 31))

# The first multiplication of mix, for keys or columns. It distributes over their sum: (a + b) m = a m + b m, also if
# it overflows. So it is done on the C + n summands instead of the C x n sums.
def spread(x: Tensor) -> Tensor:
  return torch.mul(x, -4417276706812531889)

# The lanes of spread keys [C,1] and columns [n], written to x [C,n]; s [C,n] is scratch. All int64. The upper
# half of a lane is from 0 to 2^31 - 1; the lower half has all 32 bits.
def mix(keys: Tensor, column: Tensor, x: Tensor, s: Tensor) -> Tensor:
  x = torch.add(keys, column, alpha=1, out=x)
  x = torch.bitwise_xor_(x, torch.bitwise_right_shift(x, 32, out=s))
  x = torch.mul_(x, -8663945395140668459)
  return torch.bitwise_xor_(x, torch.bitwise_right_shift(x, 32, out=s))

# Integers from 0 to 2^31 in float32 -> (0,1], in place, with fine steps near 0: (x + 1/2) / 2^31 in one operation,
# which gives the same bits, because a power of two does not round.
def unit(x: Tensor) -> Tensor:
  half = torch.full([1, 1], 2.3283064365386963e-10, dtype=6, layout=None, device=x.device, pin_memory=False)
  return torch.add(half, x, alpha=4.656612873077393e-10, out=x)

# -2 log x, in place. On a CPU the operation that does both is slower than the two.
def minus_two_logs(x: Tensor) -> Tensor:
  if x.is_cuda:
    return torch.xlogy(-2., x, out=x)
  return torch.mul_(torch.log_(x), -2.)

# The number of rows to compute at once. On a CPU, lanes of 512 KiB stay in its cache.
def rows_at_once(keys: Tensor, lanes: int) -> int:
  rows = torch.size(keys, 0)
  if keys.is_cuda:
    return max(rows, 1)
  return max(min(65536 // max(lanes, 1), rows), 1)

# Standard normal numbers [C,width] of keys [C], float32, by the Box-Muller transform.
def normals(keys: Tensor, width: int) -> Tensor:
  rows, lanes = torch.size(keys, 0), (width + 1) // 2
  out = torch.empty([rows, width], dtype=6, layout=None, device=keys.device, pin_memory=False, memory_format=None)
  column = __torch__.random.spread(__torch__.random.columns(lanes, keys))
  step = __torch__.random.rows_at_once(keys, lanes)
  x = torch.empty([step, lanes], dtype=4, layout=None, device=keys.device, pin_memory=False, memory_format=None)
  s = torch.empty_like(x)
  radius = torch.empty([step, lanes], dtype=6, layout=None, device=keys.device, pin_memory=False, memory_format=None)
  angle = torch.empty_like(radius)
  tall = torch.unsqueeze(__torch__.random.spread(keys), 1)
  start = 0
  while start < rows:
    end = min(start + step, rows)
    if end - start < step:
      x, s, radius, angle = x[:end - start], s[:end - start], radius[:end - start], angle[:end - start]
    x = __torch__.random.mix(tall[start:end], column, x, s)
    radius = torch.bitwise_right_shift(x, 32, out=radius)
    # pi / 2^31: angles around the full circle.
    angle = torch.mul(torch.to(x, 3), 1.4629180792671596e-09, out=angle)
    # The logarithm of 1 is 0, and so is the radius.
    radius = torch.sqrt_(__torch__.random.minus_two_logs(__torch__.random.unit(radius)))
    first = torch.mul(radius, torch.cos(angle), out=out[start:end, :lanes])
    second = torch.mul(radius[:, :width - lanes], torch.sin_(angle)[:, :width - lanes], out=out[start:end, lanes:])
    start = end
  return out

# Uniform numbers in (0,1) [C,width] of keys [C], float32.
def uniforms(keys: Tensor, width: int) -> Tensor:
  rows, lanes = torch.size(keys, 0), (width + 1) // 2
  x = torch.empty([rows, lanes], dtype=4, layout=None, device=keys.device, pin_memory=False, memory_format=None)
  s = torch.empty_like(x)
  column = __torch__.random.spread(__torch__.random.columns(lanes, keys))
  x = __torch__.random.mix(torch.unsqueeze(__torch__.random.spread(keys), 1), column, x, s)
  upper = torch.to(torch.bitwise_right_shift(x, 32, out=s), 6)
  lower = torch.to(torch.to(x, 3), 6)
  found = __torch__.random.unit(torch.cat([upper, torch.abs_(lower)[:, :width - lanes]], 1))
  return torch.clamp_max_(found, 0.99999994)

# Gumbel noise [C,width] of keys [C]: the argmax of logits plus this noise is a draw. Its large values,
# which decide, come from small uniform numbers, which have the finest steps.
def gumbel(keys: Tensor, width: int) -> Tensor:
  u = __torch__.random.uniforms(keys, width)
  return torch.neg_(torch.log_(torch.neg_(torch.log1p_(torch.neg_(u)))))
