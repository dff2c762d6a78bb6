# The diffusion over the vocabulary simplex. C is a chunk of generated positions, V the vocabulary size;
# everything V-wide is float32 (dtype code 6) and exists only while its chunk is computed.

# scale * x + shift, in place. In one operation a CPU rounds the last numbers of each thread's share differently.
def scaled(x: Tensor, scale: float, shift: float) -> Tensor:
  if __torch__.kernels.asks_for_few_operations():
    start = torch.full([1, 1], shift, dtype=6, layout=None, device=x.device, pin_memory=False)
    return torch.add(start, x, alpha=scale, out=x)
  return torch.add_(torch.mul_(x, scale), shift)

# x = signal * (+-k one-hot) + sigma * k * noise, for signal = sqrt(alpha bar) and sigma = sqrt(1 -
# alpha bar): tokens [C], noise [C,V] -> [C,V]. Overwrites the noise.
def renoise(tokens: Tensor, noise: Tensor, signal: float, sigma: float, k: float) -> Tensor:
  x = __torch__.simplex.scaled(noise, sigma * k, -signal * k)
  column = torch.unsqueeze(tokens, 1)
  peak = torch.full([torch.size(x, 0), 1], 2. * signal * k, dtype=6, layout=None, device=x.device, pin_memory=None)
  return torch.scatter_add_(x, 1, column, peak)

# The same, but a row with a token below 0 starts again from pure noise.
def renoise_accepted(tokens: Tensor, noise: Tensor, signal: float, sigma: float, k: float) -> Tensor:
  anew = torch.mul(noise, k)
  x = __torch__.simplex.renoise(torch.clamp(tokens, 0), noise, signal, sigma, k)
  return torch.where(torch.unsqueeze(torch.lt(tokens, 0), 1), anew, x)

# +k at the token, -k elsewhere: tokens [C] -> [C,V].
def one_hot(tokens: Tensor, width: int, k: float) -> Tensor:
  x = torch.full([torch.size(tokens, 0), width], -k, dtype=6, layout=None, device=tokens.device, pin_memory=None)
  return torch.scatter_(x, 1, torch.unsqueeze(tokens, 1), k)

# Mixes the noisy simplex's p and the previous prediction's q, both [C,V], to the weights u of the input
# embedding: 1 mean, 2 sum, 3 maximum, 4 product (0, none, is handled elsewhere). Overwrites p.
def condition(p: Tensor, q: Tensor, mode: int) -> Tensor:
  if mode == 1:
    return torch.mul_(torch.add_(p, q), 0.5)
  if mode == 2:
    return torch.add_(p, q)
  if mode == 3:
    return torch.maximum(p, q)
  return torch.mul_(p, q)

# The input embedding u E of a chunk: x [C,V], previous logits [C,V] or none at the first step (their
# softmax is uniform), embedding [V,H] -> [C,H] in the embedding's dtype.
def embed(x: Tensor, previous: Optional[Tensor], mode: int, embedding: Tensor) -> Tensor:
  u = torch.softmax(x, -1, None)
  if mode == 0:
    return __torch__.linear.apply(u.to(embedding.dtype), torch.t(embedding))
  if previous is None:
    q = torch.full([1, 1], 1. / float(torch.size(u, 1)), dtype=6, layout=None, device=u.device, pin_memory=False)
    q = torch.expand_as(q, u)
  else:
    q = torch.softmax(previous, -1, None)
  if mode == 1:
    # The mean is halved after the narrow product, which gives the same bits.
    both = __torch__.simplex.sum_as(u, q, embedding)
    return torch.mul_(__torch__.linear.apply(both, torch.t(embedding)), 0.5)
  u = __torch__.simplex.condition(u, q, mode)
  return __torch__.linear.apply(u.to(embedding.dtype), torch.t(embedding))

# p + q in the dtype of another tensor; may overwrite p.
def sum_as(p: Tensor, q: Tensor, like: Tensor) -> Tensor:
  if __torch__.kernels.asks_for_few_operations() and p.dtype != like.dtype:
    out = torch.empty_like(p, dtype=like.dtype, layout=None, device=None, pin_memory=None)
    return torch.add(p, q, alpha=1, out=out)
  return torch.add_(p, q).to(like.dtype)

# Sums of the rows [C,V] -> [C], each the same to the last bit whatever C is: PyTorch splits a single
# long row among the threads, but several row by row.
def row_sums(x: Tensor) -> Tensor:
  if torch.size(x, 0) == 1:
    return torch.sum(torch.cat([x, x], 0), [1])[:1]
  return torch.sum(x, [1])

# The likeliest token [C] of each row of logits [C,V] and its probability [C].
def read_out(logits: Tensor) -> Tuple[Tensor, Tensor]:
  top, token = torch.max(logits, 1, True)
  total = __torch__.simplex.row_sums(torch.exp(torch.sub(logits, top)))
  return (torch.squeeze(token, 1), torch.reciprocal(total))

# The same with the entropy [C] of each row: log Z - sum(p * l), for logits l below their maximum. A token
# that is excluded has l = -inf and adds nothing.
def read_out_entropies(logits: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  top, token = torch.max(logits, 1, True)
  below = torch.sub(logits, top)
  weights = torch.exp(below)
  total = __torch__.simplex.row_sums(weights)
  weighted = __torch__.simplex.row_sums(torch.mul_(weights, torch.clamp_min_(below, -1000.)))
  entropy = torch.sub(torch.log(total), torch.div(weighted, total))
  return (torch.squeeze(token, 1), torch.reciprocal(total), torch.clamp_min_(entropy, 0.))

# Whether each token is in the nucleus of its row, that is, whether the mass of the strictly likelier
# tokens is below top_p. p [C,V], tokens [C] -> [C].
def in_nucleus(p: Tensor, tokens: Tensor, top_p: float) -> Tensor:
  own = torch.gather(p, 1, torch.unsqueeze(tokens, 1))
  if __torch__.kernels.asks_for_few_operations():
    return torch.lt(torch.sum(torch.mul(p, torch.gt(p, own)), [1]), top_p)
  # The in-place comparison gives numbers: a product with Booleans takes six times as long.
  likelier = torch.gt_(torch.clone(p), own)
  mass = __torch__.simplex.row_sums(torch.mul_(likelier, p))
  return torch.lt(mass, top_p)

# The first token whose cumulative mass exceeds the share u of the row's mass: cumulative [C,V], u [C] -> [C].
def at_mass(cumulative: Tensor, u: Tensor) -> Tensor:
  last = torch.size(cumulative, 1) - 1
  goal = torch.mul(torch.unsqueeze(u, 1), cumulative[:, last:])
  found = torch.searchsorted(cumulative, torch.contiguous(goal), right=True)
  return torch.clamp(torch.squeeze(found, 1), 0, last)

# A draw from the sorted nucleus itself, for the rows whose tries were all outside: p [C,V], u [C].
def draw_sorted(p: Tensor, u: Tensor, top_p: float) -> Tensor:
  ordered, index = torch.sort(p, -1, True)
  before = torch.sub(torch.cumsum(ordered, -1), ordered)
  kept = torch.clamp(torch.sum(torch.lt(before, top_p), [1], True), 1)
  least = torch.gather(ordered, 1, torch.sub(kept, 1))
  nucleus = torch.mul(p, torch.ge(p, least))
  return __torch__.simplex.at_mass(torch.cumsum(nucleus, -1), u)

# The same draw without reading the result of a try, which would mean waiting for the device. Few rows
# fail their first try. All further tries are made at once, for a fixed number of rows that is large enough
# to hold every failed one. Fewer than one row in a billion fails all tries; it keeps its second. With a
# lower top_p more rows fail, and all rows are drawn by sorting instead.
def draw_without_waiting(p: Tensor, cumulative: Tensor, tokens: Tensor, uniforms: Tensor, top_p: float) -> Tensor:
  inside = __torch__.simplex.in_nucleus(p, tokens, top_p)
  if top_p < 0.97:
    again = __torch__.simplex.draw_sorted(p, uniforms[:, 1], top_p)
    return torch.where(inside, tokens, again)
  count, last = torch.size(p, 0), torch.size(p, 1) - 1
  most = min(count, max(32, count // 8))
  failed = torch.to(torch.logical_not(inside), 6)
  first_of, rows = torch.topk(failed, most, -1, True, False)
  own, sums = torch.index_select(p, 0, rows), torch.index_select(cumulative, 0, rows)
  u = torch.index_select(uniforms[:, 1:7], 0, rows)
  found = torch.searchsorted(sums, torch.mul(u, sums[:, last:]), right=True)
  found = torch.clamp(found, 0, last)
  likelier = torch.gt(torch.unsqueeze(own, 1), torch.unsqueeze(torch.gather(own, 1, found), 2))
  mass = torch.sum(torch.mul(torch.unsqueeze(own, 1), likelier), [2])
  # The first try that is inside.
  best = torch.argmax(torch.to(torch.lt(mass, top_p), 6), 1, True)
  again = torch.squeeze(torch.gather(found, 1, best), 1)
  kept = torch.index_select(tokens, 0, rows)
  return torch.index_copy_(tokens, 0, rows, torch.where(torch.gt(first_of, 0), again, kept))

# One token per row from the top-p nucleus of softmax(logits / temperature), without a sort: draw from
# the whole softmax and try again while the token is outside. Column j of uniforms [C,K] is for try j+1;
# the last column is for the sorted draw of rows that failed all tries.
def draw(logits: Tensor, temperature: float, top_p: float, uniforms: Tensor) -> Tensor:
  scaled = logits
  if temperature != 1.:
    scaled = torch.div(logits, temperature)
  p = torch.softmax(scaled, -1, None)
  cumulative = torch.cumsum(p, -1)
  tokens = __torch__.simplex.at_mass(cumulative, uniforms[:, 0])
  if top_p >= 1.:
    return tokens
  if __torch__.kernels.asks_for_few_operations():
    return __torch__.simplex.draw_without_waiting(p, cumulative, tokens, uniforms, top_p)
  outside = torch.nonzero(torch.logical_not(__torch__.simplex.in_nucleus(p, tokens, top_p)))[:, 0]
  tries = torch.size(uniforms, 1)
  attempt = 1
  while torch.size(outside, 0) > 0:
    rows = torch.index_select(p, 0, outside)
    u = torch.index_select(uniforms, 0, outside)[:, attempt]
    if attempt == tries - 1:
      again = __torch__.simplex.draw_sorted(rows, u, top_p)
      tokens = torch.index_copy_(tokens, 0, outside, again)
      outside = outside[:0]
    else:
      again = __torch__.simplex.at_mass(torch.index_select(cumulative, 0, outside), u)
      tokens = torch.index_copy_(tokens, 0, outside, again)
      failed = torch.logical_not(__torch__.simplex.in_nucleus(rows, again, top_p))
      outside = torch.index_select(outside, 0, torch.nonzero(failed)[:, 0])
      attempt = attempt + 1
  return tokens
