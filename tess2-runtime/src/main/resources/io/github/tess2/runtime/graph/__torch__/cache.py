# Passes that keep the keys and values of rows that do not change, and passes over only the other rows.
#
# The cache of a sequence of L rows has one tensor for each stage [its layers,2,L,kv_heads,D]: keys, then values, of every
# row in every layer. Caches of several sequences are in one list: those of all sequences for the first stage, then for
# the second, and so on. A pass over the whole sequence fills it. A later pass over some of the rows replaces their
# keys and values in every layer, and these rows attend to all L rows.

# An empty cache for each sequence.
def empty(decoder: __torch__.layout.Decoder, lengths: List[int]) -> List[Tensor]:
  caches, arch = annotate(List[Tensor], []), decoder.arch
  starts = __torch__.layout.stages(decoder)
  for stage in range(len(starts) - 1):
    like, layers = __torch__.layout.input_norm(starts[stage], decoder), starts[stage + 1] - starts[stage]
    for length in lengths:
      torch.append(caches, torch.zeros([layers, 2, length, arch.kv_heads, arch.width], dtype=like.dtype, layout=None, device=like.device, pin_memory=False))
  return caches

# Writes keys and values [A,kv_heads,D] of rows to the caches at layer i of their stage: lengths[j] of them belong to sequence j, at the
# places [A] in it.
def put(i: int, caches: List[Tensor], k: Tensor, v: Tensor, places: Tensor, lengths: List[int]) -> None:
  start = 0
  for j in range(len(lengths)):
    end = start + lengths[j]
    layer = torch.select(caches[j], 0, i)
    keys = torch.index_copy_(torch.select(layer, 0, 0), 0, places[start:end], k[start:end])
    values = torch.index_copy_(torch.select(layer, 0, 1), 0, places[start:end], v[start:end])
    start = end

# The last hidden states [N,H] of the rows [N] of x. x [A,H] is the embeddings of some rows of the sequences; sequences
# gives their places [A] and how many each sequence has. Their keys and values in the caches change in place. If
# whole, x has all rows, and the result is that of backbone.py's decode, to the last bit.
def decode(x: Tensor, rows: Tensor, caches: List[Tensor], whole: bool, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences) -> Tensor:
  last, arch = __torch__.layout.final_norm(decoder), decoder.arch
  lengths, first = sequences.lengths, x
  none = annotate(List[int], [])
  x = __torch__.kernels.enter(x, last, arch.eps)
  starts, frames = __torch__.backbone.stages(sequences, decoder, none, x.dtype)
  for stage in range(len(frames)):
    frame = frames[stage]
    x, places = __torch__.convert.beside(x, frame.cos), __torch__.convert.beside(sequences.positions, frame.cos)
    own = caches[stage * len(lengths):(stage + 1) * len(lengths)]
    for i in range(starts[stage], starts[stage + 1]):
      layer, place = __torch__.layout.layer_of(i, decoder), i - starts[stage]
      q, k, v = __torch__.backbone.project(x, layer, frame, arch, False)
      __torch__.cache.put(place, own, k, v, places, lengths)
      if whole:
        mixed = __torch__.kernels.attention(
            q, k, v, None, none, frame, lengths, arch.window, arch.causal, False)
      else:
        mixed = __torch__.cache.attention(place, q, own, places, lengths, arch.window, arch.causal)
      needed = __torch__.backbone.read_at(i, rows, arch.layers)
      x = __torch__.backbone.add_attention(x, mixed, layer, needed)
      x = __torch__.backbone.feed_forward(x, layer, frame, arch.eps, False)
  return __torch__.convert.beside(__torch__.kernels.norm(x, last, arch.eps, frames[-1], False), first)

# q [A,heads,D] -> [A, heads*D], sequence by sequence, at layer i of the caches' stage.
def attention(i: int, q: Tensor, caches: List[Tensor], places: Tensor, lengths: List[int], window: int, causal: bool) -> Tensor:
  parts = annotate(List[Tensor], [])
  start = 0
  for j in range(len(lengths)):
    end = start + lengths[j]
    layer = torch.select(caches[j], 0, i)
    mixed = __torch__.cache.attend(
        torch.unsqueeze(torch.transpose(q[start:end], 0, 1), 0),
        torch.unsqueeze(torch.transpose(torch.select(layer, 0, 0), 0, 1), 0),
        torch.unsqueeze(torch.transpose(torch.select(layer, 0, 1), 0, 1), 0),
        places[start:end], window, causal)
    torch.append(parts, torch.reshape(torch.transpose(torch.squeeze(mixed, 0), 0, 1), [lengths[j], -1]))
    start = end
  return torch.cat(parts, 0)

# One sequence: q [1,heads,N,D] of the rows at the places [N], k and v [1,kv_heads,L,D] -> [1,heads,N,D].
def attend(q: Tensor, k: Tensor, v: Tensor, places: Tensor, window: int, causal: bool) -> Tensor:
  length, times = torch.size(k, 2), torch.size(q, 1) // torch.size(k, 1)
  keys, values = __torch__.backbone.share_heads(k, times), __torch__.backbone.share_heads(v, times)
  reach = length
  if window > 0 and window < length:
    reach = window
  if causal or reach < length:
    mask = __torch__.backbone.seen_from(places, length, reach, causal)
    return torch.scaled_dot_product_attention(q, keys, values, mask, 0., False, scale=None, enable_gqa=False)
  return torch.scaled_dot_product_attention(q, keys, values, None, 0., False, scale=None, enable_gqa=False)
