# A reward model: the decoder over whole sequences, with a score [1,H] on top of some of its rows.
# B packed sequences of one layout have N generated rows in all, whose embeddings are given. Each
# sequence's value is a weighted sum of scores.
#
# The model may be on another device than its input. What is returned is on the device of the embeddings.
#
# The model is causal, so the P rows before the first generated one are the same at every step, and no
# gradient passes through them. Their keys and values are computed once (prefix). All other rows are numbered from the
# first generated one.

# The input of the score: keys and values of the first P rows, for each stage [its layers,2,P,kv_heads,D], the rows that
# are scored [B,M], their weights [B,M], and the head [1,H].
class Readout(NamedTuple):
  earlier : List[Tensor]
  rows : Tensor
  shares : Tensor
  score : Tensor

# Decoder inputs [R,H]: E[ids], but e [N,H] at the generated rows.
def inputs(e: Tensor, ids: Tensor, rows: Tensor, embedding: Tensor) -> Tensor:
  x = __torch__.reward.embedded(ids, embedding)
  return torch.index_copy_(x, 0, __torch__.convert.beside(rows, x), __torch__.convert.beside(torch.detach(e), x))

# E[ids] [R,H] in float32, on the device of E.
def embedded(ids: Tensor, embedding: Tensor) -> Tensor:
  return torch.to(torch.embedding(embedding, __torch__.convert.beside(ids, embedding)), 6)

# Scores [B,M] of the last layer's result at the readout, x [B*M,H].
def read(x: Tensor, decoder: __torch__.layout.Decoder, frame: __torch__.kernels.Frame, readout: __torch__.reward.Readout) -> Tensor:
  norm = __torch__.layout.final_norm(decoder)
  normed = __torch__.kernels.norm(x, norm, decoder.arch.eps, frame, False)
  score = __torch__.convert.beside(readout.score, normed)
  return torch.reshape(torch.to(__torch__.linear.apply(normed, score), 6), torch.size(readout.rows))

# The values [B] and scores [B,M]: x [B*M,H] is the last layer's result.
def values(x: Tensor, decoder: __torch__.layout.Decoder, stages: __torch__.backbone.Stages, readout: __torch__.reward.Readout) -> Tuple[Tensor, Tensor]:
  scores = __torch__.convert.beside(__torch__.reward.read(x, decoder, stages.frames[-1], readout), readout.shares)
  return (torch.sum(torch.mul(scores, readout.shares), [1], False), scores)

# Keys and values of a layer's first rows for each of B sequences, and their number, which is the same for all.
def before(i: int, readout: __torch__.reward.Readout, starts: List[int], sequences: int) -> Optional[Tuple[Tensor, Tensor]]:
  found = __torch__.backbone.remembered(i, readout.earlier, starts)
  if found is None:
    return None
  keys, values = found
  if sequences == 1:
    return (keys, values)
  return (torch.repeat(keys, [sequences, 1, 1]), torch.repeat(values, [sequences, 1, 1]))

def counts_of(readout: __torch__.reward.Readout, sequences: int) -> List[int]:
  counts = annotate(List[int], [])
  for i in range(sequences):
    torch.append(counts, torch.size(readout.earlier[0], 2))
  return counts

# What the layers share, for x in a dtype.
def stages(readout: __torch__.reward.Readout, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences, dtype: int) -> __torch__.backbone.Stages:
  counts = __torch__.reward.counts_of(readout, len(sequences.lengths))
  return __torch__.backbone.stages(sequences, decoder, counts, dtype)

# The values [B] alone. x [R,H] are the decoder's inputs.
def value(x: Tensor, readout: __torch__.reward.Readout, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences) -> Tensor:
  x = __torch__.kernels.enter(x, __torch__.layout.final_norm(decoder), decoder.arch.eps)
  stages = __torch__.reward.stages(readout, decoder, sequences, x.dtype)
  for place in range(2 * decoder.arch.layers):
    x = __torch__.reward.half(place, x, readout, decoder, stages, sequences.lengths)
  found, scores = __torch__.reward.values(x, decoder, stages, readout)
  return found

# Half a layer, by its index among all halves: attention at even indices, MLP at odd ones. In the last layer only
# the rows of the readout are computed. x may come from the device of the layer before.
def half(place: int, x: Tensor, readout: __torch__.reward.Readout, decoder: __torch__.layout.Decoder, stages: __torch__.backbone.Stages, lengths: List[int]) -> Tensor:
  i, arch = place // 2, decoder.arch
  layer = __torch__.layout.layer_of(i, decoder)
  frame = stages.frames[__torch__.layout.stage_of(i, stages.starts)]
  if place % 2 == 0:
    x = __torch__.convert.beside(x, frame.cos)
    earlier = __torch__.reward.before(i, readout, stages.starts, len(lengths))
    counts = __torch__.reward.counts_of(readout, len(lengths))
    read = __torch__.backbone.read_at(i, torch.reshape(readout.rows, [-1]), arch.layers)
    return __torch__.backbone.attend_to_all(
        x, layer, earlier, counts, frame, lengths, read, arch, False)
  return __torch__.backbone.feed_forward(x, layer, frame, arch.eps, False)

# How many attentions and MLPs, counted from the last layer, keep their activations for the backward pass.
class Kept(NamedTuple):
  attentions : int
  feed_forwards : int

# From KeptActivations.java.
def kept(numbers: Tensor) -> __torch__.reward.Kept:
  attentions, feed_forwards = __torch__.convert.to_ints(numbers)
  return __torch__.reward.Kept(attentions, feed_forwards)

def is_kept(place: int, kept: __torch__.reward.Kept, layers: int) -> bool:
  if place % 2 == 0:
    return place // 2 >= layers - kept.attentions
  return place // 2 >= layers - kept.feed_forwards

# The values [B], and their gradients with respect to the embeddings [N,H] of the rows [N] and the shares [B,M]. Goes
# back half a layer at a time. Each half keeps either what autograd recorded or only its input; in the second case
# it is computed again.
def gradient(x: Tensor, rows: Tensor, readout: __torch__.reward.Readout, kept: __torch__.reward.Kept, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences) -> Tuple[Tensor, Tensor, Tensor]:
  x = __torch__.kernels.recorded(x, __torch__.layout.final_norm(decoder))
  stages = __torch__.reward.stages(readout, decoder, sequences, x.dtype)
  layers, lengths = decoder.arch.layers, sequences.lengths
  entered, left = annotate(List[Tensor], []), annotate(List[Tensor], [])
  for place in range(2 * layers):
    if __torch__.reward.is_kept(place, kept, layers):
      into = torch.requires_grad_(torch.detach(x), True)
      out = __torch__.reward.half(place, into, readout, decoder, stages, lengths)
      torch.append(entered, into)
      torch.append(left, out)
      x = torch.detach(out)
    else:
      torch.append(entered, x)
      torch.append(left, x)
      x = __torch__.reward.half(place, x, readout, decoder, stages, lengths)
  top = torch.requires_grad_(torch.detach(x), True)
  values, scores = __torch__.reward.values(top, decoder, stages, readout)
  g = unchecked_cast(Tensor, torch.autograd.grad([torch.sum(values)], [top])[0])
  for j in range(2 * layers):
    place = 2 * layers - 1 - j
    into, out = torch.pop(entered), torch.pop(left)
    if not __torch__.reward.is_kept(place, kept, layers):
      into = torch.requires_grad_(torch.detach(into), True)
      out = __torch__.reward.half(place, into, readout, decoder, stages, lengths)
    given = annotate(List[Optional[Tensor]], [g])
    g = unchecked_cast(Tensor, torch.autograd.grad([out], [into], given)[0])
  of_rows = torch.to(torch.index_select(g, 0, __torch__.convert.beside(rows, g)), 6)
  return (torch.detach(values), of_rows, torch.detach(scores))

# Keys and values in every layer for the ids [P] that a sequence begins with, as Readout has them.
def prefix(ids: Tensor, embedding: Tensor, decoder: __torch__.layout.Decoder, sequences: __torch__.layout.Sequences) -> List[Tensor]:
  kept = __torch__.cache.empty(decoder, sequences.lengths)
  if torch.size(ids, 0) > 0:
    # No hidden state is needed; the pass returns that of one row.
    x = __torch__.reward.embedded(ids, embedding)
    unused = __torch__.cache.decode(x, sequences.positions[:1], kept, True, decoder, sequences)
  return kept

# The end of an answer: for each of G positions the probability that the first end-of-sequence token is
# there, with all remaining probability at the last one. end [B,G] is the token's probability -> [B,G].
def ends(end: Tensor) -> Tensor:
  alive = torch.cumprod(torch.rsub(end, 1.), 1)
  last = torch.size(end, 1) - 1
  before = torch.cat([torch.ones_like(end[:, :1]), alive[:, :last]], 1)
  first = torch.mul(before, end)
  return torch.cat([first[:, :last], before[:, last:]], 1)
