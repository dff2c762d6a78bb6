# For GPUs: few operations, because each costs the interpreter a few microseconds, and little memory traffic.
# x is in the weights' dtype, as in the published code.
#
# Without a gradient x is [R,H+8]. The squares of the eight extra numbers add up to H * eps, so the length of
# a row is the divisor in its norm, and PyTorch's fused weight norm computes the whole norm in one kernel.
# Products are added to the first H columns in place.

# Whether to prefer few operations and no waiting for results over less arithmetic.
def asks_for_few_operations() -> bool:
  return True

# What all layers of a stage share.
class Frame(NamedTuple):
  # The cosines and sines of the positions; the sines have the signs of a rotation.
  cos : Tensor
  sin : Tensor
  # The length of a normed row.
  length : Tensor
  # The eight extra numbers of each row.
  tail : Tensor
  # Where each sequence starts among the queries and among the keys, if the fused attention for packed sequences
  # is available.
  starts : Optional[Tensor]
  key_starts : Optional[Tensor]

# From the cosines and sines [R,1,D/2] of the positions and a norm of the stage. counts[i] keys come before sequence i
# (none if counts is empty). dtype is that of x.
def frame(cos: Tensor, sin: Tensor, like: Tensor, lengths: List[int], counts: List[int], arch: __torch__.layout.Architecture, dtype: int) -> __torch__.kernels.Frame:
  hidden, rows = float(torch.size(like, 0)), torch.size(cos, 0)
  length = torch.full([rows, 1], hidden ** 0.5, dtype=dtype, layout=None, device=like.device, pin_memory=False)
  tail = torch.full([rows, 8], __torch__.kernels.tail_value(hidden, arch.eps), dtype=dtype, layout=None, device=like.device, pin_memory=False)
  own, keys = annotate(Optional[Tensor], None), annotate(Optional[Tensor], None)
  if __torch__.kernels.has_packed_attention(arch.width, like):
    own = __torch__.kernels.starts(lengths, like)
    keys = own
    if len(counts) > 0:
      keys = __torch__.kernels.starts(__torch__.kernels.together(counts, lengths), like)
  return __torch__.kernels.Frame(
      torch.cat([cos, cos], -1), torch.cat([torch.neg(sin), sin], -1), length, tail, own, keys)

# The starts of several sequences and the end of the last one, on a tensor's device.
def starts(lengths: List[int], like: Tensor) -> Tensor:
  found = annotate(List[int], [0])
  for n in lengths:
    torch.append(found, found[-1] + n)
  return torch.to(torch.tensor(found, dtype=3, device=None, requires_grad=False), like.device, 3, True)

# The number of keys of each sequence.
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
  # 1 is flash attention; 3 is cuDNN's, which is preferred on GPUs that have both.
  choice = torch._fused_sdp_choice(row, row, row)
  return choice == 1 or choice == 3

def enter(x: Tensor, like: Tensor, eps: float) -> Tensor:
  hidden = torch.size(x, 1)
  out = torch.full([torch.size(x, 0), hidden + 8], __torch__.kernels.tail_value(float(hidden), eps), dtype=like.dtype, layout=None, device=x.device, pin_memory=False)
  copied = torch.copy_(out[:, :hidden], x)
  return out

# The same if a gradient will be computed.
def recorded(x: Tensor, like: Tensor) -> Tensor:
  return torch.to(x, like.dtype)

# Scales each row to the length of a normed row: x [R,H+8] with the eight extra numbers, or [R,H] without.
def norm(x: Tensor, weight: Tensor, eps: float, frame: __torch__.kernels.Frame, training: bool) -> Tensor:
  hidden, rows = torch.size(weight, 0), torch.size(x, 0)
  if torch.size(x, 1) == hidden:
    x = torch.cat([x, frame.tail[:rows]], 1)
  unit, lengths = torch._weight_norm_interface(x, frame.length[:rows])
  normed = torch.mul(unit[:, :hidden], weight)
  if normed.dtype == weight.dtype:
    return normed
  return torch.to(normed, weight.dtype)

# Rotates x [R,heads,D]: x times the cosines plus x with its halves swapped times the signed sines.
def rotate(x: Tensor, frame: __torch__.kernels.Frame) -> Tensor:
  first, second = torch.chunk(x, 2, -1)
  exchanged = torch.cat([second, first], -1)
  turned = torch.mul(x, frame.cos)
  if x.requires_grad:
    return torch.addcmul(turned, exchanged, frame.sin).to(x.dtype)
  out = torch.empty_like(exchanged)
  return torch.addcmul(turned, exchanged, frame.sin, value=1, out=out)

def attention(q: Tensor, k: Tensor, v: Tensor, before: Optional[Tuple[Tensor, Tensor]], counts: List[int], frame: __torch__.kernels.Frame, lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  if frame.starts is None:
    return __torch__.backbone.attention(q, k, v, before, counts, lengths, window, causal, training)
  left, right = -1, -1
  if window > 0:
    left, right = window - 1, window - 1
  if causal:
    right = 0
  longest = max(lengths)
  longest_keys = longest
  if before is not None:
    earlier_keys, earlier_values = before
    k = __torch__.backbone.behind(earlier_keys, counts, k, lengths)
    v = __torch__.backbone.behind(earlier_values, counts, v, lengths)
    longest_keys = max(__torch__.kernels.together(counts, lengths))
  mixed, _0, _1, _2, _3 = torch._flash_attention_forward(
      q, k, v, unchecked_cast(Tensor, frame.starts), unchecked_cast(Tensor, frame.key_starts), longest, longest_keys, 0., causal, False, scale=None,
      window_size_left=left, window_size_right=right)
  return torch.reshape(mixed, [torch.size(q, 0), -1])

# The two halves of x [R,H] times weight [2*I,H], as a batch of two products: each half is then contiguous,
# and the elementwise operations that follow are faster.
def gate_and_up(x: Tensor, product: __torch__.layout.Product, training: bool) -> Tuple[Tensor, Tensor]:
  if training or x.requires_grad or __torch__.weights.are_quantized():
    gate, up = torch.chunk(__torch__.weights.apply(x, product), 2, -1)
    return (gate, up)
  rows, hidden = torch.size(x, 0), torch.size(x, 1)
  halves = torch.transpose(torch.reshape(product.weight, [2, -1, hidden]), 1, 2)
  both = torch.bmm(torch.expand(x, [2, rows, hidden]), halves)
  return (both[0], both[1])

def gated(gate: Tensor, up: Tensor, training: bool) -> Tensor:
  if gate.requires_grad:
    return torch.mul(torch.silu(gate), up)
  return torch.mul_(torch.silu_(gate), up)

# x + y W^T, in place if x is [R,H+8].
def add_product(x: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  hidden = torch.size(product.weight, 0)
  if torch.size(x, 1) == hidden:
    return torch.add(x, __torch__.weights.apply(y, product))
  sum = __torch__.weights.add_to(x[:, :hidden], y, product)
  return x
