# The Mistral / Llama decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
#
# The sequences of a batch are packed: their rows stand one after the other in one [R,H] tensor with
# no padding between them, R being the sum of their lengths. Attention is the only place where a row
# sees another, and works on one sequence at a time, so none ever sees another's rows.
#
# Weights of layer i stand at 6i: input norm [H], query/key/value [(heads+2*kv_heads)*D, H], output
# [H, heads*D], post-attention norm [H], gate/up [2*I, H], down [H, I]; the final norm [H] is last.

# What runs through the layers, x, stays in float32 (dtype code 6) whatever the weights are in, and so
# do norms and rotations: in 16 bits only what enters a matrix product is rounded. That halves the
# error of bfloat16 at next to no cost.

# x [R,H] -> [R,H] in the weight's dtype. In training by way of the norm, whose gradient is cheaper.
def rms_norm(x: Tensor, weight: Tensor, eps: float, training: bool) -> Tensor:
  wide = torch.to(x, 6)
  if training:
    length = torch.linalg_vector_norm(wide, 2, [-1], True)
    mean_square = torch.div(torch.mul(length, length), torch.size(x, -1))
  else:
    mean_square = torch.mean(torch.mul(wide, wide), [-1], True)
  scaled = torch.mul(wide, torch.rsqrt(torch.add(mean_square, eps)))
  return torch.mul(scaled, weight).to(weight.dtype)

# x / (1 + e^-x). PyTorch's own silu computes the last few numbers of each thread's share another way
# than the rest, so that a row's bits would depend on the rows it is packed with; exp does not
# (docs/determinism.md).
def silu(x: Tensor, training: bool) -> Tensor:
  if training or x.requires_grad:
    return torch.silu(x)
  wide = torch.to(x, 6)
  return torch.div(wide, torch.add_(torch.exp_(torch.neg(wide)), 1.)).to(x.dtype)

# Angles of the rotary embedding: positions [R] times inverse frequencies [D/2] -> cos, sin [R,1,D/2].
def rotary(positions: Tensor, inverse_frequencies: Tensor) -> Tuple[Tensor, Tensor]:
  angles = torch.mul(torch.unsqueeze(torch.to(positions, 6), 1), torch.unsqueeze(inverse_frequencies, 0))
  angles = torch.unsqueeze(angles, 1)
  return (torch.cos(angles), torch.sin(angles))

# x [R,heads,D]; the two halves of D are the real and imaginary parts.
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  real, imaginary = torch.chunk(torch.to(x, 6), 2, -1)
  first = torch.sub(torch.mul(real, cos), torch.mul(imaginary, sin))
  second = torch.add(torch.mul(imaginary, cos), torch.mul(real, sin))
  return torch.cat([first.to(x.dtype), second.to(x.dtype)], -1)

# Which keys (columns) a query (row) sees when the window is shorter than the sequence: |i-j| < window
# both ways, or only backwards in a causal model.
def window_mask(length: int, window: int, causal: bool, like: Tensor) -> Tensor:
  position = torch.arange(length, dtype=4, layout=None, device=like.device, pin_memory=False)
  distance = torch.sub(torch.unsqueeze(position, 1), torch.unsqueeze(position, 0))
  if causal:
    return torch.__and__(torch.ge(distance, 0), torch.lt(distance, window))
  return torch.lt(torch.abs(distance), window)

# Attention spelled out, at the cost of an [L,L] matrix for each head. On a CPU in bfloat16 (dtype code
# 15) the backward pass of the fused kernel takes six times as long as this, and its forward pass on
# short sequences twice as long. The query heads that share a key/value head are stacked, so that keys
# and values need no copies; the softmax is in float32, where it is faster.
def attend_plainly(q: Tensor, k: Tensor, v: Tensor, window: int, causal: bool) -> Tensor:
  batch, heads, length, width = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2), torch.size(q, 3)
  groups = torch.size(k, 1)
  stacked = [batch * groups, heads // groups * length, -1]
  keys = torch.reshape(k, [batch * groups, length, width])
  values = torch.reshape(v, [batch * groups, length, width])
  nothing = torch.zeros([1, 1, 1], dtype=q.dtype, layout=None, device=q.device, pin_memory=False)
  scores = torch.to(torch.baddbmm(
      nothing, torch.reshape(q, stacked), torch.transpose(keys, 1, 2),
      beta=0, alpha=float(width) ** -0.5), 6)
  reach = window
  if reach == 0:
    reach = length
  if causal or reach < length:
    hidden = torch.logical_not(__torch__.backbone.window_mask(length, reach, causal, q))
    scores = torch.masked_fill(torch.reshape(scores, [batch, heads, length, length]), hidden, -inf)
    scores = torch.reshape(scores, stacked)
  mixed = torch.bmm(torch.softmax(scores, -1, None).to(q.dtype), values)
  return torch.reshape(mixed, [batch, heads, length, width])

# Every key/value head serves heads/kv_heads query heads: x [B,kv_heads,L,D] -> [B,heads,L,D].
def share_heads(x: Tensor, times: int) -> Tensor:
  if times == 1:
    return x
  batch, heads, length, width = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
  shared = torch.expand(torch.unsqueeze(x, 2), [batch, heads, times, length, width])
  return torch.reshape(shared, [batch, heads * times, length, width])

# One or more sequences of the same length: q [B,heads,L,D], k and v [B,kv_heads,L,D] ->
# [B,heads,L,D].
def attend(q: Tensor, k: Tensor, v: Tensor, window: int, causal: bool, training: bool) -> Tensor:
  length = torch.size(q, 2)
  if (training or q.requires_grad) and q.dtype == 15 and length <= 512 and not q.is_cuda:
    return __torch__.backbone.attend_plainly(q, k, v, window, causal)
  times = torch.size(q, 1) // torch.size(k, 1)
  keys, values = __torch__.backbone.share_heads(k, times), __torch__.backbone.share_heads(v, times)
  if window > 0 and window < length:
    mask = __torch__.backbone.window_mask(length, window, causal, q)
    return torch.scaled_dot_product_attention(q, keys, values, mask, 0., False, scale=None, enable_gqa=False)
  return torch.scaled_dot_product_attention(q, keys, values, None, 0., causal, scale=None, enable_gqa=False)

# q [R,heads,D], k and v [R,kv_heads,D] -> [R, heads*D], each sequence by itself.
def attention(q: Tensor, k: Tensor, v: Tensor, lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  rows, heads, width = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2)
  alike = True
  for length in lengths:
    if length != lengths[0]:
      alike = False
  if alike:
    shape = [len(lengths), lengths[0], -1, width]
    mixed = __torch__.backbone.attend(
        torch.transpose(torch.reshape(q, shape), 1, 2),
        torch.transpose(torch.reshape(k, shape), 1, 2),
        torch.transpose(torch.reshape(v, shape), 1, 2), window, causal, training)
    return torch.reshape(torch.transpose(mixed, 1, 2), [rows, heads * width])
  parts = annotate(List[Tensor], [])
  start = 0
  for length in lengths:
    end = start + length
    mixed = __torch__.backbone.attend(
        torch.unsqueeze(torch.transpose(q[start:end], 0, 1), 0),
        torch.unsqueeze(torch.transpose(k[start:end], 0, 1), 0),
        torch.unsqueeze(torch.transpose(v[start:end], 0, 1), 0), window, causal, training)
    torch.append(parts, torch.reshape(torch.transpose(torch.squeeze(mixed, 0), 0, 1), [length, heads * width]))
    start = end
  return torch.cat(parts, 0)

# The two halves of x [R,H] times weight [2*I,H]. In training the gradient comes in halves too, and two
# products save putting them together.
def gate_and_up(x: Tensor, weight: Tensor, training: bool) -> Tuple[Tensor, Tensor]:
  if training:
    first, second = torch.chunk(weight, 2, 0)
    return (__torch__.linear.apply(x, first), __torch__.linear.apply(x, second))
  first, second = torch.chunk(__torch__.linear.apply(x, weight), 2, -1)
  return (first, second)

# x [R,H] -> [R,H]. shape = [layers, heads, kv_heads, head dimension, window (0: none), causal (0/1)].
# In training a row's bits may depend on the batch, which lets it be faster.
def layer(x: Tensor, weights: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], shape: List[int], eps: float, training: bool) -> Tensor:
  heads, kv_heads, width = shape[1], shape[2], shape[3]
  rows = torch.size(x, 0)
  qkv = __torch__.linear.apply(__torch__.backbone.rms_norm(x, weights[0], eps, training), weights[1])
  qkv = torch.reshape(qkv, [rows, heads + 2 * kv_heads, width])
  qk, v = torch.split_with_sizes(qkv, [heads + kv_heads, kv_heads], 1)
  q, k = torch.split_with_sizes(__torch__.backbone.rotate(qk, cos, sin), [heads, kv_heads], 1)
  mixed = __torch__.backbone.attention(q, k, v, lengths, shape[4], shape[5] != 0, training)
  x = torch.add(x, __torch__.linear.apply(mixed, weights[2]))
  normed = __torch__.backbone.rms_norm(x, weights[3], eps, training)
  gate, up = __torch__.backbone.gate_and_up(normed, weights[4], training)
  return torch.add(x, __torch__.linear.apply(torch.mul(__torch__.backbone.silu(gate, training), up), weights[5]))

# Hidden states [R,H]: with trace those behind every layer (float32) and the final norm (the weights'
# dtype), else only the last.
def decode(x: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: List[int], shape: List[int], eps: float, trace: bool, training: bool) -> List[Tensor]:
  cos, sin = __torch__.backbone.rotary(positions, inverse_frequencies)
  x = torch.to(x, 6)
  states = annotate(List[Tensor], [])
  for i in range(shape[0]):
    x = __torch__.backbone.layer(x, weights[6 * i:6 * i + 6], cos, sin, lengths, shape, eps, training)
    if trace:
      torch.append(states, x)
  torch.append(states, __torch__.backbone.rms_norm(x, weights[6 * shape[0]], eps, training))
  return states
