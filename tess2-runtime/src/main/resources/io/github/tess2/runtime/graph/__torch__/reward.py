# A reward model: the decoder over whole sequences, with a score [1,H] on top of some of its rows.
# Weights and packed sequences are those of backbone.py; B sequences of one layout have N generated
# rows in all, whose embeddings come from outside. Each sequence's value is a weighted sum of scores:
# readout [B,M] names the rows, shares [B,M] the weights.
#
# The model is causal, so the P rows in front of the first generated one are the same at every step, and no
# gradient goes through them. Their keys and values [layers,P,kv_heads,D] are computed once (backbone.py,
# remember). All other rows are numbered from the first generated one.

# Decoder inputs [R,H]: E[ids], but e [N,H] at the generated rows.
def inputs(e: Tensor, ids: Tensor, rows: Tensor, embedding: Tensor) -> Tensor:
  x = torch.to(torch.embedding(embedding, ids), 6)
  return torch.index_copy_(x, 0, rows, torch.detach(e))

# Scores [B,M] of what leaves the last layer at the readout, x [B*M,H].
def read(x: Tensor, norm: Tensor, eps: float, frame: List[Tensor], readout: Tensor, score: Tensor) -> Tensor:
  found = __torch__.linear.apply(__torch__.kernels.norm(x, norm, eps, frame, False), score)
  return torch.reshape(torch.to(found, 6), torch.size(readout))

# The values [B] and scores [B,M]: x [B*M,H] is what leaves the last layer.
def values(x: Tensor, readout: Tensor, shares: Tensor, score: Tensor, norm: Tensor, eps: float, frame: List[Tensor]) -> Tuple[Tensor, Tensor]:
  scores = __torch__.reward.read(x, norm, eps, frame, readout, score)
  return (torch.sum(torch.mul(scores, shares), [1], False), scores)

# Keys and values of a layer's first rows for each of B sequences, and how many there are: the same for all.
def before(i: int, keys: Tensor, values: Tensor, sequences: int) -> List[Tensor]:
  found = __torch__.backbone.remembered(i, keys, values)
  if len(found) == 0 or sequences == 1:
    return found
  return [torch.repeat(found[0], [sequences, 1, 1]), torch.repeat(found[1], [sequences, 1, 1])]

def counts_of(keys: Tensor, sequences: int) -> List[int]:
  counts = annotate(List[int], [])
  for i in range(sequences):
    torch.append(counts, torch.size(keys, 1))
  return counts

# The values [B] alone.
def value(x: Tensor, readout: Tensor, shares: Tensor, score: Tensor, keys: Tensor, cached: Tensor, weights: List[Tensor], frame: List[Tensor], lengths: List[int], shape: List[int], eps: float) -> Tensor:
  for place in range(2 * shape[0]):
    x = __torch__.reward.half(place, x, readout, keys, cached, weights, frame, lengths, shape, eps)
  found, scores = __torch__.reward.values(x, readout, shares, score, weights[6 * shape[0]], eps, frame)
  return found

# Half a layer, by its place among all halves: attention at even places, MLP at odd ones. Of the last layer only
# the rows of the readout are computed.
def half(place: int, x: Tensor, readout: Tensor, keys: Tensor, cached: Tensor, weights: List[Tensor], frame: List[Tensor], lengths: List[int], shape: List[int], eps: float) -> Tensor:
  own = __torch__.backbone.weights_of(place // 2, weights)
  extras = __torch__.backbone.extras_of(place // 2, weights, shape[0])
  if place % 2 == 0:
    earlier = __torch__.reward.before(place // 2, keys, cached, len(lengths))
    counts = __torch__.reward.counts_of(keys, len(lengths))
    read = __torch__.backbone.read_at(place // 2, [torch.reshape(readout, [-1])], shape[0])
    return __torch__.backbone.attend_to_all(
        x, own, extras, earlier, counts, frame, lengths, read, shape, eps, False)
  return __torch__.backbone.feed_forward(x, own, extras, frame, eps, False)

# Whether the activations of a half are kept for the way back: kept = [how many attentions, how many
# MLPs], the last ones of each.
def is_kept(place: int, kept: List[int], layers: int) -> bool:
  return place // 2 >= layers - kept[place % 2]

# The values [B], their gradient by the embeddings [N,H] and by the shares [B,M]. Goes back half a layer
# at a time. What autograd recorded of a half is kept, or only what entered it, and the half is computed
# again.
def gradient(x: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, score: Tensor, keys: Tensor, cached: Tensor, weights: List[Tensor], frame: List[Tensor], lengths: List[int], shape: List[int], eps: float, kept: List[int]) -> Tuple[Tensor, Tensor, Tensor]:
  layers = shape[0]
  entered, left = annotate(List[Tensor], []), annotate(List[Tensor], [])
  for place in range(2 * layers):
    if __torch__.reward.is_kept(place, kept, layers):
      into = torch.requires_grad_(torch.detach(x), True)
      out = __torch__.reward.half(place, into, readout, keys, cached, weights, frame, lengths, shape, eps)
      torch.append(entered, into)
      torch.append(left, out)
      x = torch.detach(out)
    else:
      torch.append(entered, x)
      torch.append(left, x)
      x = __torch__.reward.half(place, x, readout, keys, cached, weights, frame, lengths, shape, eps)
  top = torch.requires_grad_(torch.detach(x), True)
  values, scores = __torch__.reward.values(top, readout, shares, score, weights[6 * layers], eps, frame)
  g = unchecked_cast(Tensor, torch.autograd.grad([torch.sum(values)], [top])[0])
  for j in range(2 * layers):
    place = 2 * layers - 1 - j
    into, out = torch.pop(entered), torch.pop(left)
    if not __torch__.reward.is_kept(place, kept, layers):
      into = torch.requires_grad_(torch.detach(into), True)
      out = __torch__.reward.half(place, into, readout, keys, cached, weights, frame, lengths, shape, eps)
    given = annotate(List[Optional[Tensor]], [g])
    g = unchecked_cast(Tensor, torch.autograd.grad([out], [into], given)[0])
  return (torch.detach(values), torch.to(torch.index_select(g, 0, rows), 6), torch.detach(scores))

# Where an answer ends: for each of G positions the probability that the first end-of-sequence token
# stands there, the last one getting what is left. end [B,G] the token's probability -> [B,G].
def ends(end: Tensor) -> Tensor:
  alive = torch.cumprod(torch.rsub(end, 1.), 1)
  last = torch.size(end, 1) - 1
  before = torch.cat([torch.ones_like(end[:, :1]), alive[:, :last]], 1)
  first = torch.mul(before, end)
  return torch.cat([first[:, :last], before[:, last:]], 1)
