# The Mistral / Llama decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
#
# The sequences of a batch are packed: their rows stand one after the other in one [R,H] tensor with
# no padding between them, R being the sum of their lengths. Attention is the only place where a row
# sees another, and works on one sequence at a time, so none ever sees another's rows.
#
# Weights of layer i stand at 6i: input norm [H], query/key/value [(heads+2*kv_heads)*D, H], output
# [H, heads*D], post-attention norm [H], gate/up [2*I, H], down [H, I]; behind all layers the final norm [H].
# What some models have beside these, the extras, follows: none for any layer, or five for each. At 5i stand
# the scales of quantized weights [out], in the order of the products (0 query/key/value, 1 output, 2 gate/up,
# 3 down), and the bias of query/key/value; an empty tensor stands where there is none.

# What differs between CPUs and GPUs is in kernels_cpu.py and kernels_cuda.py, one of which is packed as
# kernels.py: how norms, rotations, the gate and the additions to x are computed, and in what x is kept.
# How weights are stored and multiplied by is in weights_*.py, one of which is packed as weights.py.

# x [R,H] -> [R,H] in the weight's dtype, by way of the norm, whose gradient is cheap.
def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
  wide = torch.to(x, 6)
  length = torch.linalg_vector_norm(wide, 2, [-1], True)
  mean_square = torch.div(torch.mul(length, length), torch.size(x, -1))
  scaled = torch.mul(wide, torch.rsqrt(torch.add(mean_square, eps)))
  return torch.mul(scaled, weight).to(weight.dtype)

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
# both ways, or only backwards in a causal model. The queries are the last rows of the sequence.
def window_mask(rows: int, length: int, window: int, causal: bool, like: Tensor) -> Tensor:
  asking = torch.arange(length - rows, length, dtype=4, layout=None, device=like.device, pin_memory=False)
  return __torch__.backbone.seen_from(asking, length, window, causal)

# The same of queries at any places [N] of the sequence.
def seen_from(asking: Tensor, length: int, window: int, causal: bool) -> Tensor:
  position = torch.arange(length, dtype=4, layout=None, device=asking.device, pin_memory=False)
  distance = torch.sub(torch.unsqueeze(asking, 1), torch.unsqueeze(position, 0))
  if causal:
    return torch.__and__(torch.ge(distance, 0), torch.lt(distance, window))
  return torch.lt(torch.abs(distance), window)

# Attention spelled out, at the cost of an [L,L] matrix for each head. On a CPU in bfloat16 (dtype code
# 15) the backward pass of the fused kernel takes six times as long as this, and its forward pass on
# short sequences twice as long. The query heads that share a key/value head are stacked, so that keys
# and values need no copies; the softmax is in float32, where it is faster.
def attend_plainly(q: Tensor, k: Tensor, v: Tensor, window: int, causal: bool) -> Tensor:
  batch, heads, rows, width = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2), torch.size(q, 3)
  groups, length = torch.size(k, 1), torch.size(k, 2)
  stacked = [batch * groups, heads // groups * rows, -1]
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
    hidden = torch.logical_not(__torch__.backbone.window_mask(rows, length, reach, causal, q))
    scores = torch.masked_fill(torch.reshape(scores, [batch, heads, rows, length]), hidden, -inf)
    scores = torch.reshape(scores, stacked)
  mixed = torch.bmm(torch.softmax(scores, -1, None).to(q.dtype), values)
  return torch.reshape(mixed, [batch, heads, rows, width])

# Every key/value head serves heads/kv_heads query heads: x [B,kv_heads,L,D] -> [B,heads,L,D].
def share_heads(x: Tensor, times: int) -> Tensor:
  if times == 1:
    return x
  batch, heads, length, width = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
  shared = torch.expand(torch.unsqueeze(x, 2), [batch, heads, times, length, width])
  return torch.reshape(shared, [batch, heads * times, length, width])

# One or more sequences of the same length: q [B,heads,N,D], the last N rows of k and v [B,kv_heads,L,D]
# -> [B,heads,N,D].
def attend(q: Tensor, k: Tensor, v: Tensor, window: int, causal: bool, training: bool) -> Tensor:
  rows, length = torch.size(q, 2), torch.size(k, 2)
  if (training or q.requires_grad) and q.dtype == 15 and length <= 512 and not q.is_cuda:
    return __torch__.backbone.attend_plainly(q, k, v, window, causal)
  times = torch.size(q, 1) // torch.size(k, 1)
  keys, values = __torch__.backbone.share_heads(k, times), __torch__.backbone.share_heads(v, times)
  reach = length
  if window > 0 and window < length:
    reach = window
  if reach < length or (causal and rows < length):
    mask = __torch__.backbone.window_mask(rows, length, reach, causal, q)
    return torch.scaled_dot_product_attention(q, keys, values, mask, 0., False, scale=None, enable_gqa=False)
  return torch.scaled_dot_product_attention(q, keys, values, None, 0., causal, scale=None, enable_gqa=False)

# Rows [E,..] of all sequences that were computed earlier, in front of their own rows [R,..]: each sequence's
# earlier ones, then its own.
def behind(earlier: Tensor, counts: List[int], own: Tensor, lengths: List[int]) -> Tensor:
  if len(lengths) == 1:
    return torch.cat([earlier, own], 0)
  parts = annotate(List[Tensor], [])
  first, start = 0, 0
  for i in range(len(lengths)):
    torch.append(parts, earlier[first:first + counts[i]])
    torch.append(parts, own[start:start + lengths[i]])
    first = first + counts[i]
    start = start + lengths[i]
  return torch.cat(parts, 0)

# q [R,heads,D], k and v [R,kv_heads,D] -> [R, heads*D], each sequence by itself. before: keys and values
# [E,kv_heads,D] of rows of the sequences that come before these, counts[i] of sequence i; or nothing.
def attention(q: Tensor, k: Tensor, v: Tensor, before: List[Tensor], counts: List[int], lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  rows, heads, width = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2)
  # Sequences of one length share a call, unless their rows' bits would depend on one another: on a CPU the
  # fused kernel's scratch memory has another alignment on each thread, which the products of heads 8 wide show.
  alike = training or q.is_cuda or width % 16 == 0 or len(lengths) == 1
  for length in lengths:
    if length != lengths[0]:
      alike = False
  if alike and len(before) == 0:
    shape = [len(lengths), lengths[0], -1, width]
    mixed = __torch__.backbone.attend(
        torch.transpose(torch.reshape(q, shape), 1, 2),
        torch.transpose(torch.reshape(k, shape), 1, 2),
        torch.transpose(torch.reshape(v, shape), 1, 2), window, causal, training)
    return torch.reshape(torch.transpose(mixed, 1, 2), [rows, heads * width])
  if len(before) > 0:
    k = __torch__.backbone.behind(before[0], counts, k, lengths)
    v = __torch__.backbone.behind(before[1], counts, v, lengths)
  parts = annotate(List[Tensor], [])
  start, first = 0, 0
  for i in range(len(lengths)):
    length, last = lengths[i], first + lengths[i]
    if len(before) > 0:
      last = last + counts[i]
    mixed = __torch__.backbone.attend(
        torch.unsqueeze(torch.transpose(q[start:start + length], 0, 1), 0),
        torch.unsqueeze(torch.transpose(k[first:last], 0, 1), 0),
        torch.unsqueeze(torch.transpose(v[first:last], 0, 1), 0), window, causal, training)
    torch.append(parts, torch.reshape(torch.transpose(torch.squeeze(mixed, 0), 0, 1), [length, heads * width]))
    start = start + length
    first = last
  return torch.cat(parts, 0)

# Queries [R,heads,D], keys and values [R,kv_heads,D] of a layer. shape = [layers, heads, kv_heads, head
# dimension, window (0: none), causal (0/1)]; frame is what all layers have in common.
def project(x: Tensor, weights: List[Tensor], extras: List[Tensor], frame: List[Tensor], shape: List[int], eps: float, training: bool) -> Tuple[Tensor, Tensor, Tensor]:
  heads, kv_heads, width = shape[1], shape[2], shape[3]
  normed = __torch__.kernels.norm(x, weights[0], eps, frame, training)
  qkv = __torch__.weights.apply(normed, weights[1], extras, 0)
  if len(extras) > 0:
    if torch.size(extras[4], 0) > 0:
      qkv = torch.add(qkv, extras[4])
  qkv = torch.reshape(qkv, [torch.size(x, 0), heads + 2 * kv_heads, width])
  qk, v = torch.split_with_sizes(qkv, [heads + kv_heads, kv_heads], 1)
  q, k = torch.split_with_sizes(__torch__.kernels.rotate(qk, frame), [heads, kv_heads], 1)
  return (q, k, v)

# The first half of a layer, attention: x -> x, as kernels.py keeps it. before and counts: see attention. read
# holds the rows [N] of the outcome, or nothing for all rows: of the last layer few are needed. In training a
# row's bits may depend on the batch, which lets it be faster.
def attend_to_all(x: Tensor, weights: List[Tensor], extras: List[Tensor], before: List[Tensor], counts: List[int], frame: List[Tensor], lengths: List[int], read: List[Tensor], shape: List[int], eps: float, training: bool) -> Tensor:
  q, k, v = __torch__.backbone.project(x, weights, extras, frame, shape, eps, training)
  mixed = __torch__.kernels.attention(
      q, k, v, before, counts, frame, lengths, shape[4], shape[5] != 0, training)
  return __torch__.backbone.add_attention(x, mixed, weights, extras, read)

# x plus what attention has mixed [R,heads*D] for it.
def add_attention(x: Tensor, mixed: Tensor, weights: List[Tensor], extras: List[Tensor], read: List[Tensor]) -> Tensor:
  if len(read) > 0:
    x, mixed = torch.index_select(x, 0, read[0]), torch.index_select(mixed, 0, read[0])
  return __torch__.kernels.add_product(x, mixed, weights[2], extras, 1)

# The rows [N] of layer i's outcome that are needed: in front of the last layer all, for which there is no list.
def read_at(i: int, read: List[Tensor], layers: int) -> List[Tensor]:
  if i == layers - 1:
    return read
  return annotate(List[Tensor], [])

# The second half, the gated MLP.
def feed_forward(x: Tensor, weights: List[Tensor], extras: List[Tensor], frame: List[Tensor], eps: float, training: bool) -> Tensor:
  normed = __torch__.kernels.norm(x, weights[3], eps, frame, training)
  gate, up = __torch__.kernels.gate_and_up(normed, weights[4], extras, training)
  through = __torch__.kernels.gated(gate, up, training)
  return __torch__.kernels.add_product(x, through, weights[5], extras, 3)

# The weights of layer i of all, and its extras.
def weights_of(i: int, weights: List[Tensor]) -> List[Tensor]:
  return weights[6 * i:6 * i + 6]

def extras_of(i: int, weights: List[Tensor], layers: int) -> List[Tensor]:
  start = 6 * layers + 1 + 5 * i
  return weights[start:start + 5]

def layer(i: int, x: Tensor, weights: List[Tensor], frame: List[Tensor], lengths: List[int], read: List[Tensor], shape: List[int], eps: float, training: bool) -> Tensor:
  own = __torch__.backbone.weights_of(i, weights)
  extras = __torch__.backbone.extras_of(i, weights, shape[0])
  nothing = annotate(List[Tensor], [])
  none = annotate(List[int], [])
  x = __torch__.backbone.attend_to_all(
      x, own, extras, nothing, none, frame, lengths, read, shape, eps, training)
  return __torch__.backbone.feed_forward(x, own, extras, frame, eps, training)

# Keys and values [layers,R,kv_heads,D] of sequences in every layer.
def remember(x: Tensor, weights: List[Tensor], frame: List[Tensor], lengths: List[int], shape: List[int], eps: float) -> Tuple[Tensor, Tensor]:
  keys, values = annotate(List[Tensor], []), annotate(List[Tensor], [])
  nothing, all = annotate(List[Tensor], []), annotate(List[Tensor], [])
  none = annotate(List[int], [])
  for i in range(shape[0]):
    own = __torch__.backbone.weights_of(i, weights)
    extras = __torch__.backbone.extras_of(i, weights, shape[0])
    q, k, v = __torch__.backbone.project(x, own, extras, frame, shape, eps, False)
    torch.append(keys, k)
    torch.append(values, v)
    # The rest of the last layer is not needed.
    if i < shape[0] - 1:
      mixed = __torch__.kernels.attention(
          q, k, v, nothing, none, frame, lengths, shape[4], shape[5] != 0, False)
      x = __torch__.backbone.add_attention(x, mixed, own, extras, all)
      x = __torch__.backbone.feed_forward(x, own, extras, frame, eps, False)
  return (torch.stack(keys, 0), torch.stack(values, 0))

# Of keys and values [layers,E,kv_heads,D] those of a layer.
def remembered(i: int, keys: Tensor, values: Tensor) -> List[Tensor]:
  if torch.size(keys, 1) == 0:
    return annotate(List[Tensor], [])
  return [torch.select(keys, 0, i), torch.select(values, 0, i)]

# Hidden states [R,H], or those of the rows [N] in read where there is such a list: with trace those behind every
# layer (float32) and the final norm (the weights' dtype), else only the last.
def decode(x: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: List[int], read: List[Tensor], shape: List[int], eps: float, trace: bool, training: bool) -> List[Tensor]:
  last = weights[6 * shape[0]]
  hidden = torch.size(x, 1)
  if training:
    x = torch.to(x, 6)
  else:
    x = __torch__.kernels.enter(x, last, eps)
  none = annotate(List[int], [])
  frame = __torch__.kernels.frame(positions, inverse_frequencies, none, lengths, shape, eps, last, x.dtype)
  states = annotate(List[Tensor], [])
  for i in range(shape[0]):
    needed = __torch__.backbone.read_at(i, read, shape[0])
    x = __torch__.backbone.layer(i, x, weights, frame, lengths, needed, shape, eps, training)
    if trace:
      torch.append(states, torch.clone(torch.to(x[:, :hidden], 6)))
  torch.append(states, __torch__.kernels.norm(x, last, eps, frame, training))
  return states
