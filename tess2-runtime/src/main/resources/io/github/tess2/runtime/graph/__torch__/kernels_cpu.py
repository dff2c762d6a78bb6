# On CPUs: what depends on a row alone is computed so that its bits do not depend on the rows beside it
# (docs/determinism.md). x [R,H] is in float32 (dtype code 6) whatever the weights are in, and so are
# norms and rotations: in 16 bits only what enters a matrix product is rounded. That halves the error of
# bfloat16 at next to no cost.

# Whether the device wants few operations and no waiting for results, even at the price of more arithmetic.
def asks_for_few_operations() -> bool:
  return False

# What all layers share: the cosines and sines of the positions.
class Frame(NamedTuple):
  cos : Tensor
  sin : Tensor

def frame(sequences: __torch__.layout.Sequences, decoder: __torch__.layout.Decoder, counts: List[int], dtype: int) -> __torch__.kernels.Frame:
  cos, sin = __torch__.backbone.rotary(sequences.positions, decoder.inverse_frequencies)
  return __torch__.kernels.Frame(cos, sin)

# The embeddings as the layers take them.
def enter(x: Tensor, like: Tensor, eps: float) -> Tensor:
  return torch.to(x, 6)

# The same where a gradient will be asked for.
def recorded(x: Tensor, like: Tensor) -> Tensor:
  return torch.to(x, 6)

def norm(x: Tensor, weight: Tensor, eps: float, frame: __torch__.kernels.Frame, training: bool) -> Tensor:
  if training:
    return __torch__.backbone.rms_norm(x, weight, eps)
  wide = torch.to(x, 6)
  mean_square = torch.mean(torch.mul(wide, wide), [-1], True)
  scaled = torch.mul(wide, torch.rsqrt(torch.add(mean_square, eps)))
  return torch.mul(scaled, weight).to(weight.dtype)

def rotate(x: Tensor, frame: __torch__.kernels.Frame) -> Tensor:
  return __torch__.backbone.rotate(x, frame.cos, frame.sin)

def attention(q: Tensor, k: Tensor, v: Tensor, before: Optional[Tuple[Tensor, Tensor]], counts: List[int], frame: __torch__.kernels.Frame, lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  return __torch__.backbone.attention(q, k, v, before, counts, lengths, window, causal, training)

# The two halves of x [R,H] times weight [2*I,H]. In training the gradient comes in halves too, and two
# products save putting them together.
def gate_and_up(x: Tensor, product: __torch__.layout.Product, training: bool) -> Tuple[Tensor, Tensor]:
  if training:
    first, second = torch.chunk(product.weight, 2, 0)
    return (__torch__.linear.apply(x, first), __torch__.linear.apply(x, second))
  gate, up = torch.chunk(__torch__.weights.apply(x, product), 2, -1)
  return (gate, up)

# x / (1 + e^-x), times up. PyTorch's own silu computes the last few numbers of each thread's share
# another way than the rest, so that a row's bits would depend on the rows it is packed with; exp does
# not.
def gated(gate: Tensor, up: Tensor, training: bool) -> Tensor:
  if training or gate.requires_grad:
    return torch.mul(torch.silu(gate), up)
  wide = torch.to(gate, 6)
  return torch.mul(torch.div(wide, torch.add_(torch.exp_(torch.neg(wide)), 1.)).to(gate.dtype), up)

# x + y W^T
def add_product(x: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.add(x, __torch__.weights.apply(y, product))
