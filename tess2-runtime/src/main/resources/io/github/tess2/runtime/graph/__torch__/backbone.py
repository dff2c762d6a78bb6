# The Mistral / Llama decoder: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
#
# The sequences of a batch are packed: their rows are concatenated in one [R,H] tensor without padding,
# where R is the sum of their lengths. A row sees other rows only in attention, which works on one
# sequence at a time, so no sequence sees the rows of another.
#
# layout.py gives names to the weights and dimensions of a decoder.

# What differs between CPUs and GPUs is in kernels_cpu.py and kernels_cuda.py, one of which is packed as
# kernels.py: how norms, rotations, the gate and the additions to x are computed, and in which dtype x is kept.
# How weights are stored and multiplied is in weights_*.py, one of which is packed as weights.py.

# x [R,H] -> [R,H] in the weight's dtype, through a vector norm whose gradient is cheap.
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

# The keys (columns) that a query (row) sees if the window is shorter than the sequence: |i-j| < window
# in both directions, or only backwards in a causal model. The queries are the last rows of the sequence.
def window_mask(rows: int, length: int, window: int, causal: bool, like: Tensor) -> Tensor:
  asking = torch.arange(length - rows, length, dtype=4, layout=None, device=like.device, pin_memory=False)
  return __torch__.backbone.seen_from(asking, length, window, causal)

# The same for queries at any places [N] of the sequence.
def seen_from(asking: Tensor, length: int, window: int, causal: bool) -> Tensor:
  position = torch.arange(length, dtype=4, layout=None, device=asking.device, pin_memory=False)
  distance = torch.sub(torch.unsqueeze(asking, 1), torch.unsqueeze(position, 0))
  if causal:
    return torch.__and__(torch.ge(distance, 0), torch.lt(distance, window))
  return torch.lt(torch.abs(distance), window)

# Attention in separate operations, at the cost of an [L,L] matrix for each head. On a CPU in bfloat16 (dtype code
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

# Each key/value head is shared by heads/kv_heads query heads: x [B,kv_heads,L,D] -> [B,heads,L,D].
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

# Joins rows [E,..] of all sequences that were computed earlier with their new rows [R,..]: for each sequence
# the earlier ones, then the new ones.
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

# q [R,heads,D], k and v [R,kv_heads,D] -> [R, heads*D], each sequence separately. before: keys and values
# [E,kv_heads,D] of the rows that come before these in their sequences, counts[i] for sequence i.
def attention(q: Tensor, k: Tensor, v: Tensor, before: Optional[Tuple[Tensor, Tensor]], counts: List[int], lengths: List[int], window: int, causal: bool, training: bool) -> Tensor:
  rows, heads, width = torch.size(q, 0), torch.size(q, 1), torch.size(q, 2)
  # Sequences of the same length share a call, unless their rows' bits would then depend on one another: on a CPU the
  # fused kernel's scratch memory has a different alignment on each thread, which affects the products of heads 8
  # wide.
  alike = training or q.is_cuda or width % 16 == 0 or len(lengths) == 1
  for length in lengths:
    if length != lengths[0]:
      alike = False
  if alike and before is None:
    shape = [len(lengths), lengths[0], -1, width]
    mixed = __torch__.backbone.attend(
        torch.transpose(torch.reshape(q, shape), 1, 2),
        torch.transpose(torch.reshape(k, shape), 1, 2),
        torch.transpose(torch.reshape(v, shape), 1, 2), window, causal, training)
    return torch.reshape(torch.transpose(mixed, 1, 2), [rows, heads * width])
  if before is not None:
    earlier_keys, earlier_values = before
    k = __torch__.backbone.behind(earlier_keys, counts, k, lengths)
    v = __torch__.backbone.behind(earlier_values, counts, v, lengths)
  parts = annotate(List[Tensor], [])
  start, first = 0, 0
  for i in range(len(lengths)):
    length, last = lengths[i], first + lengths[i]
    if before is not None:
      last = last + counts[i]
    mixed = __torch__.backbone.attend(
        torch.unsqueeze(torch.transpose(q[start:start + length], 0, 1), 0),
        torch.unsqueeze(torch.transpose(k[first:last], 0, 1), 0),
        torch.unsqueeze(torch.transpose(v[first:last], 0, 1), 0), window, causal, training)
    torch.append(parts, torch.reshape(torch.transpose(torch.squeeze(mixed, 0), 0, 1), [length, heads * width]))
    start = start + length
    first = last
  return torch.cat(parts, 0)

# Queries [R,heads,D], keys and values [R,kv_heads,D] of a layer. frame is what all layers share.
def project(x: Tensor, layer: __torch__.layout.Layer, frame: __torch__.kernels.Frame, arch: __torch__.layout.Architecture, training: bool) -> Tuple[Tensor, Tensor, Tensor]:
  heads, kv_heads, bias = arch.heads, arch.kv_heads, layer.qkv_bias
  normed = __torch__.kernels.norm(x, layer.input_norm, arch.eps, frame, training)
  qkv = __torch__.weights.apply(normed, layer.qkv)
  if bias is not None:
    qkv = torch.add(qkv, bias)
  qkv = torch.reshape(qkv, [torch.size(x, 0), heads + 2 * kv_heads, arch.width])
  qk, v = torch.split_with_sizes(qkv, [heads + kv_heads, kv_heads], 1)
  q, k = torch.split_with_sizes(__torch__.kernels.rotate(qk, frame), [heads, kv_heads], 1)
  return (q, k, v)

# What the layers of each stage share: the first layer of each stage, then the number of layers; and a frame on the
# device of each stage.
class Stages(NamedTuple):
  starts : List[int]
  frames : List[__torch__.kernels.Frame]

# The same for x in a dtype. counts[i] keys come before sequence i (none if counts is empty).
def stages(sequences: __torch__.layout.Sequences, decoder: __torch__.layout.Decoder, counts: List[int], dtype: int) -> __torch__.backbone.Stages:
  starts = __torch__.layout.stages(decoder)
  frames = annotate(List[__torch__.kernels.Frame], [])
  for stage in range(len(starts) - 1):
    norm = __torch__.layout.input_norm(starts[stage], decoder)
    positions = __torch__.convert.beside(sequences.positions, norm)
    cos, sin = __torch__.backbone.rotary(positions, __torch__.convert.beside(decoder.inverse_frequencies, norm))
    torch.append(frames, __torch__.kernels.frame(cos, sin, norm, sequences.lengths, counts, decoder.arch, dtype))
  return __torch__.backbone.Stages(starts, frames)

# The first half of a layer, attention: x -> x, as kernels.py keeps it. before and counts: see attention. read
# has the rows [N] of the result that are needed, which are few in the last layer; without it all are computed.
# In training a row's bits may depend on the batch, which is faster.
def attend_to_all(x: Tensor, layer: __torch__.layout.Layer, before: Optional[Tuple[Tensor, Tensor]], counts: List[int], frame: __torch__.kernels.Frame, lengths: List[int], read: Optional[Tensor], arch: __torch__.layout.Architecture, training: bool) -> Tensor:
  q, k, v = __torch__.backbone.project(x, layer, frame, arch, training)
  mixed = __torch__.kernels.attention(
      q, k, v, before, counts, frame, lengths, arch.window, arch.causal, training)
  return __torch__.backbone.add_attention(x, mixed, layer, read)

# The same without earlier rows.
def attend_to_own(x: Tensor, layer: __torch__.layout.Layer, frame: __torch__.kernels.Frame, lengths: List[int], read: Optional[Tensor], arch: __torch__.layout.Architecture, training: bool) -> Tensor:
  none = annotate(List[int], [])
  return __torch__.backbone.attend_to_all(x, layer, None, none, frame, lengths, read, arch, training)

# x plus the output of attention [R,heads*D] times the output weight.
def add_attention(x: Tensor, mixed: Tensor, layer: __torch__.layout.Layer, read: Optional[Tensor]) -> Tensor:
  if read is not None:
    read = __torch__.convert.beside(read, x)
    x, mixed = torch.index_select(x, 0, read), torch.index_select(mixed, 0, read)
  return __torch__.kernels.add_product(x, mixed, layer.output)

# The rows [N] of layer i's result that are needed; None, before the last layer, means all.
def read_at(i: int, read: Optional[Tensor], layers: int) -> Optional[Tensor]:
  if i == layers - 1:
    return read
  return None

# The second half, the gated MLP.
def feed_forward(x: Tensor, layer: __torch__.layout.Layer, frame: __torch__.kernels.Frame, eps: float, training: bool) -> Tensor:
  normed = __torch__.kernels.norm(x, layer.post_norm, eps, frame, training)
  gate, up = __torch__.kernels.gate_and_up(normed, layer.gate_up, training)
  through = __torch__.kernels.gated(gate, up, training)
  return __torch__.kernels.add_product(x, through, layer.down)

# The keys and values of a layer, from those of each stage [its layers,2,E,kv_heads,D]; None if there are no rows.
def remembered(i: int, kept: List[Tensor], starts: List[int]) -> Optional[Tuple[Tensor, Tensor]]:
  stage = __torch__.layout.stage_of(i, starts)
  if torch.size(kept[stage], 2) == 0:
    return None
  layer = torch.select(kept[stage], 0, i - starts[stage])
  return (torch.select(layer, 0, 0), torch.select(layer, 0, 1))

# The last hidden states [R,H], in the weights' dtype and on the device of x, or only those of the rows [N] in read.
def decode(x: Tensor, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences, read: Optional[Tensor], training: bool) -> Tensor:
  states = __torch__.backbone.states(x, decoder, sequences, read, False, training)
  return states[-1]

# The hidden states [R,H] after every layer, in float32, and the last ones.
def trace(x: Tensor, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences) -> List[Tensor]:
  return __torch__.backbone.states(x, decoder, sequences, None, True, False)

def states(x: Tensor, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences, read: Optional[Tensor], trace: bool, training: bool) -> List[Tensor]:
  last, arch, first = __torch__.layout.final_norm(decoder), decoder.arch, x
  hidden = torch.size(x, 1)
  if training:
    x = torch.to(x, 6)
  else:
    x = __torch__.kernels.enter(x, last, arch.eps)
  none = annotate(List[int], [])
  starts, frames = __torch__.backbone.stages(sequences, decoder, none, x.dtype)
  found = annotate(List[Tensor], [])
  for stage in range(len(frames)):
    frame = frames[stage]
    x = __torch__.convert.beside(x, frame.cos)
    for i in range(starts[stage], starts[stage + 1]):
      layer = __torch__.layout.layer_of(i, decoder)
      needed = __torch__.backbone.read_at(i, read, arch.layers)
      x = __torch__.backbone.attend_to_own(x, layer, frame, sequences.lengths, needed, arch, training)
      x = __torch__.backbone.feed_forward(x, layer, frame, arch.eps, training)
      if trace:
        torch.append(found, __torch__.convert.beside(torch.clone(torch.to(x[:, :hidden], 6)), first))
  normed = __torch__.kernels.norm(x, last, arch.eps, frames[-1], training)
  torch.append(found, __torch__.convert.beside(normed, first))
  return found
