# For GPUs: few operations, since each costs the interpreter some microseconds, and little memory traffic.
# x is in the weights' dtype, as in the published code.
#
# Without a gradient x is [R,H+8]. The squares of the eight extra numbers add up to H * eps, so the length of
# a row is what its norm divides by, and PyTorch's fused weight norm computes the whole norm in one kernel.
# Products are added to the first H columns in place.

# Whether the device wants few operations and no waiting for results, even at the price of more arithmetic.
def asks_for_few_operations() -> bool:
  return True

# What all layers share: cosines of the positions; sines, with the signs they have in a rotation; the length
# of a normed row; the eight extra numbers of each row; and, if the fused attention for packed sequences is
# available, where each sequence starts among the queries and among the keys, of which counts[i] come before
# sequence i (none where counts is empty). dtype is that of x.
def frame(positions: Tensor, inverse_frequencies: Tensor, counts: List[int], lengths: List[int], shape: List[int], eps: float, like: Tensor, dtype: int) -> List[Tensor]:
  cos, sin = __torch__.backbone.rotary(positions, inverse_frequencies)
  hidden, rows = float(torch.size(like, 0)), torch.size(positions, 0)
  length = torch.full([rows, 1], hidden ** 0.5, dtype=dtype, layout=None, device=like.device, pin_memory=False)
  tail = torch.full([rows, 8], __torch__.kernels.tail_value(hidden, eps), dtype=dtype, layout=None, device=like.device, pin_memory=False)
  found = [torch.cat([cos, cos], -1), torch.cat([torch.neg(sin), sin], -1), length, tail]
  if __torch__.kernels.has_packed_attention(shape[3], like):
    own = __torch__.kernels.starts(lengths, like)
    torch.append(found, own)
    if len(counts) == 0:
      torch.append(found, own)
    else:
      torch.append(found, __torch__.kernels.starts(__torch__.kernels.together(counts, lengths), like))
  return found

# Where each of some sequences starts, and where the last one ends, on a tensor's device.
def starts(lengths: List[int], like: Tensor) -> Tensor:
  found = annotate(List[int], [0])
  for n in lengths:
    torch.append(found, found[-1] + n)
  return torch.to(torch.tensor(found, dtype=3, device=None, requires_grad=False), like.device, 3, True)

# How many keys each sequence has.
def together(counts: List[int], lengths: List[int]) -> List[int]:
  found = annotate(List[int], [])
  for i in range(len(lengths)):
    torch.append(found, counts[i] + lengths[i])
  return found

def tail_value(hidden: float, eps: float) -> float:
  return (hidden * eps / 8.) ** 0.5

def has_packed_attention(width: int, like: Tensor) -> bool:
  if not like.is_cuda or like.dtype == 6 or width % 8 != 0 or width > 256:
    return False
  row = torch.zeros([1, 1, 8, width], dtype=like.dtype, layout=None, device=like.device, pin_memory=False)
  # 1 is flash attention; 3 is cuDNN's, which is chosen before it on cards that have both.
  choice = torch._fused_sdp_choice(row, row, row)
  return choice == 1 or choice == 3

def enter(x: Tensor, like: Tensor, eps: float) -> Tensor:
  hidden = torch.size(x, 1)
  out = torch.full([torch.size(x, 0), hidden + 8], __torch__.kernels.tail_value(float(hidden), eps), dtype=like.dtype, layout=None, device=x.device, pin_memory=False)
  copied = torch.copy_(out[:, :hidden], x)
  return out

# The same where a gradient will be asked for.
def recorded(x: Tensor, like: Tensor) -> Tensor:
  return torch.to(x, like.dtype)

# Scales each row to the length of a normed row: x [R,H+8] with the eight extra numbers, or [R,H] without.
def norm(x: Tensor, weight: Tensor, eps: float, frame: List[Tensor], training: bool) -> Tensor:
  hidden, rows = torch.size(weight, 0), torch.size(x, 0)
  if torch.size(x, 1) == hidden:
    x = torch.cat([x, frame[3][:rows]], 1)
  unit, lengths = torch._weight_norm_interface(x, frame[2][:rows])
  normed = torch.mul(unit[:, :hidden], weight)
  if normed.dtype == weight.dtype:
    return normed
  return torch.to(normed, weight.dtype)

# Rotates x [R,heads,D]: x times the cosines plus x with its halves swapped times the signed sines.
def rotate(x: Tensor, frame: List[Tensor]) -> Tensor:
  first, second = torch.chunk(x, 2, -1)
  exchanged = torch.cat([second, first], -1)
  turned = torch.mul(x, frame[0])
  if x.requires_grad:
    return torch.addcmul(turned, exchanged, frame[1]).to(x.dtype)
  out = torch.empty_like(exchanged)
  return torch.addcmul(turned, exchanged, frame[1], value=1, out=out)

def attention(q: Tensor, k: Tensor, v: Tensor, before: List[Tensor], counts: List[int], frame: List[Tensor], lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  if len(frame) < 5:
    return __torch__.backbone.attention(q, k, v, before, counts, lengths, window, causal, training)
  left, right = -1, -1
  if window > 0:
    left, right = window - 1, window - 1
  if causal:
    right = 0
  longest = max(lengths)
  longest_keys = longest
  if len(before) > 0:
    k = __torch__.backbone.behind(before[0], counts, k, lengths)
    v = __torch__.backbone.behind(before[1], counts, v, lengths)
    longest_keys = max(__torch__.kernels.together(counts, lengths))
  mixed, _0, _1, _2, _3 = torch._flash_attention_forward(
      q, k, v, frame[4], frame[5], longest, longest_keys, 0., causal, False, scale=None,
      window_size_left=left, window_size_right=right)
  return torch.reshape(mixed, [torch.size(q, 0), -1])

# The two halves of x [R,H] times weight [2*I,H], as a batch of two products: each half is then contiguous,
# and the elementwise work that follows is faster.
def gate_and_up(x: Tensor, weight: Tensor, extras: List[Tensor], training: bool) -> Tuple[Tensor, Tensor]:
  if training or x.requires_grad or __torch__.weights.are_quantized():
    gate, up = torch.chunk(__torch__.weights.apply(x, weight, extras, 2), 2, -1)
    return (gate, up)
  rows, hidden = torch.size(x, 0), torch.size(x, 1)
  halves = torch.transpose(torch.reshape(weight, [2, -1, hidden]), 1, 2)
  both = torch.bmm(torch.expand(x, [2, rows, hidden]), halves)
  return (both[0], both[1])

def gated(gate: Tensor, up: Tensor, training: bool) -> Tensor:
  if gate.requires_grad:
    return torch.mul(torch.silu(gate), up)
  return torch.mul_(torch.silu_(gate), up)

# x + y W^T, in place where x is [R,H+8].
def add_product(x: Tensor, y: Tensor, weight: Tensor, extras: List[Tensor], place: int) -> Tensor:
  hidden = torch.size(weight, 0)
  if torch.size(x, 1) == hidden:
    return torch.add(x, __torch__.weights.apply(y, weight, extras, place))
  sum = __torch__.weights.add_to(x[:, :hidden], y, weight, extras, place)
  return x
