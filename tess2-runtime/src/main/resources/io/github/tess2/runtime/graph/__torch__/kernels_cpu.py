# For CPUs: what depends on only one row is computed so that its bits do not depend on other rows
# (docs/determinism.md). x [R,H], norms and rotations are in float32 (dtype code 6) whatever the dtype of the
# weights: only what enters a matrix product is rounded to 16 bits. That halves the error of bfloat16 at
# almost no cost.

# Whether to prefer few operations and no waiting for results over less arithmetic.
def asks_for_few_operations() -> bool:
  return False

# What all layers of a stage share: the cosines and sines of the positions.
class Frame(NamedTuple):
  cos : Tensor
  sin : Tensor

def frame(cos: Tensor, sin: Tensor, like: Tensor, lengths: List[int], counts: List[int], arch: __torch__.layout.Architecture, dtype: int) -> __torch__.kernels.Frame:
  return __torch__.kernels.Frame(cos, sin)

# The embeddings in the form that the layers need.
def enter(x: Tensor, like: Tensor, eps: float) -> Tensor:
  return torch.to(x, 6)

# The same if a gradient will be computed.
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
# products avoid joining them.
def gate_and_up(x: Tensor, product: __torch__.layout.Product, training: bool) -> Tuple[Tensor, Tensor]:
  if training:
    first, second = torch.chunk(product.weight, 2, 0)
    return (__torch__.linear.apply(x, first), __torch__.linear.apply(x, second))
  gate, up = torch.chunk(__torch__.weights.apply(x, product), 2, -1)
  return (gate, up)

# x / (1 + e^-x), times up. PyTorch's own silu computes the last few numbers of each thread's share
# differently from the rest, so a row's bits would depend on the rows it is packed with; those of exp do
# not.
def gated(gate: Tensor, up: Tensor, training: bool) -> Tensor:
  if training or gate.requires_grad:
    return torch.mul(torch.silu(gate), up)
  wide = torch.to(gate, 6)
  return torch.mul(torch.div(wide, torch.add_(torch.exp_(torch.neg(wide)), 1.)).to(gate.dtype), up)

# x + y W^T
def add_product(x: Tensor, y: Tensor, product: __torch__.layout.Product) -> Tensor:
  return torch.add(x, __torch__.weights.apply(y, product))
