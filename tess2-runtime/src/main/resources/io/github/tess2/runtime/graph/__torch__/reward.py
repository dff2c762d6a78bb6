# A reward model: the decoder over whole sequences, with a score [1,H] on top of some of its rows.
# Weights and packed sequences are those of backbone.py; B sequences of one layout have N generated
# rows in all, whose embeddings come from outside. Each sequence's value is a weighted sum of scores:
# readout [B,M] names the rows, shares [B,M] the weights.

# Decoder inputs [R,H]: E[ids], but e [N,H] at the generated rows.
def inputs(e: Tensor, ids: Tensor, rows: Tensor, embedding: Tensor) -> Tensor:
  x = torch.to(torch.embedding(embedding, ids), 6)
  return torch.index_copy_(x, 0, rows, torch.detach(e))

# Scores [B,M] of rows of the last layer's output x [R,H].
def read(x: Tensor, norm: Tensor, eps: float, readout: Tensor, score: Tensor) -> Tensor:
  top = torch.index_select(x, 0, torch.reshape(readout, [-1]))
  found = __torch__.linear.apply(__torch__.backbone.rms_norm(top, norm, eps, False), score)
  return torch.reshape(torch.to(found, 6), torch.size(readout))

# What enters layer 0, 1, ... and leaves the last, each [R,H]. Nothing is recorded for a gradient.
def states(x: Tensor, weights: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], shape: List[int], eps: float) -> List[Tensor]:
  found = [x]
  for i in range(shape[0]):
    x = __torch__.backbone.layer(x, weights[6 * i:6 * i + 6], cos, sin, lengths, shape, eps, False)
    torch.append(found, x)
  return found

# The values [B] alone.
def value(x: Tensor, readout: Tensor, shares: Tensor, score: Tensor, weights: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], shape: List[int], eps: float) -> Tensor:
  for i in range(shape[0]):
    x = __torch__.backbone.layer(x, weights[6 * i:6 * i + 6], cos, sin, lengths, shape, eps, False)
  scores = __torch__.reward.read(x, weights[6 * shape[0]], eps, readout, score)
  return torch.sum(torch.mul(scores, shares), [1], False)

# The values [B], their gradient by the embeddings [N,H] and by the shares [B,M]. Goes back through
# one layer at a time and computes it again for that, so that what autograd keeps is never more than
# one layer's.
def gradient(x: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, score: Tensor, weights: List[Tensor], cos: Tensor, sin: Tensor, lengths: List[int], shape: List[int], eps: float) -> Tuple[Tensor, Tensor, Tensor]:
  entered = __torch__.reward.states(x, weights, cos, sin, lengths, shape, eps)
  layers = shape[0]
  top = torch.requires_grad_(torch.detach(entered[layers]), True)
  scores = __torch__.reward.read(top, weights[6 * layers], eps, readout, score)
  values = torch.sum(torch.mul(scores, shares), [1], False)
  g = unchecked_cast(Tensor, torch.autograd.grad([torch.sum(values)], [top])[0])
  for j in range(layers):
    i = layers - 1 - j
    into = torch.requires_grad_(torch.detach(entered[i]), True)
    out = __torch__.backbone.layer(into, weights[6 * i:6 * i + 6], cos, sin, lengths, shape, eps, False)
    given = annotate(List[Optional[Tensor]], [g])
    g = unchecked_cast(Tensor, torch.autograd.grad([out], [into], given)[0])
  return (torch.detach(values), torch.index_select(g, 0, rows), torch.detach(scores))

# Where an answer ends: for each of G positions the probability that the first end-of-sequence token
# stands there, the last one getting what is left. end [B,G] the token's probability -> [B,G].
def ends(end: Tensor) -> Tensor:
  alive = torch.cumprod(torch.rsub(end, 1.), 1)
  last = torch.size(end, 1) - 1
  before = torch.cat([torch.ones_like(end[:, :1]), alive[:, :last]], 1)
  first = torch.mul(before, end)
  return torch.cat([first[:, :last], before[:, last:]], 1)
