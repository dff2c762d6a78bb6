# Masked diffusion: evaluates the predictions of open positions. C is a chunk of such positions, V the
# vocabulary size; everything is float32 (dtype code 6).

# Divides the logits by the temperature and keeps those of the nucleus of top_p and of the top_k likeliest tokens in
# it; all others become -inf. A temperature of 0, a top_p of 1 and a top_k of 0 change nothing. [C,V] -> [C,V]
def keep(logits: Tensor, temperature: float, top_p: float, top_k: int) -> Tensor:
  scaled = logits
  if temperature > 0.:
    scaled = torch.div(logits, temperature)
  if top_p < 1.:
    ordered, index = torch.sort(scaled, -1, True)
    p = torch.softmax(ordered, -1, None)
    before = torch.sub(torch.cumsum(p, -1), p)
    dropped = torch.scatter(torch.gt(before, top_p), 1, index, torch.gt(before, top_p))
    scaled = torch.masked_fill(scaled, dropped, -inf)
  width = torch.size(logits, 1)
  if top_k > 0:
    most, places = torch.topk(scaled, min(top_k, width), -1, True, True)
    scaled = torch.masked_fill(scaled, torch.lt(scaled, most[:, min(top_k, width) - 1:]), -inf)
  return scaled

# The prediction at each position, float64 [C,4]: a token; its probability under the unmodified logits; its
# probability among the kept tokens; and the sampler's measure: 0 none, 1 the difference of the two greatest
# probabilities, 2 the negative entropy. The token is the likeliest if noise is empty, otherwise a draw: the
# argmax with Gumbel noise [C,V]. The mask token is never predicted.
def candidates(logits: Tensor, noise: Tensor, temperature: float, top_p: float, top_k: int, mask: int, measure: int) -> Tensor:
  column = torch.full([torch.size(logits, 0), 1], mask, dtype=4, layout=None, device=logits.device, pin_memory=False)
  allowed = torch.scatter(logits, 1, column, -inf)
  plain = torch.softmax(allowed, -1, None)
  kept = __torch__.masked.keep(allowed, temperature, top_p, top_k)
  p = torch.softmax(kept, -1, None)
  if torch.size(noise, 0) > 0:
    token = torch.argmax(torch.add(kept, noise), 1, True)
  else:
    token = torch.argmax(kept, 1, True)
  if measure == 1:
    top, places = torch.topk(p, 2, -1, True, True)
    more = torch.sub(top[:, :1], top[:, 1:])
  elif measure == 2:
    terms = torch.mul(p, torch.log(torch.add(p, 1e-10)))
    more = torch.unsqueeze(__torch__.simplex.row_sums(terms), 1)
  else:
    more = torch.zeros_like(token)
  parts = [torch.to(token, 7), torch.to(torch.gather(plain, 1, token), 7), torch.to(torch.gather(p, 1, token), 7), torch.to(more, 7)]
  return torch.cat(parts, 1)

# Makes the logits [C,V] of decided positions certain of their tokens [C], which are -1 at open positions.
def pin(logits: Tensor, tokens: Tensor) -> Tensor:
  wide = torch.unsqueeze(tokens, 1)
  decided = torch.ge(wide, 0)
  sure = torch.scatter(torch.full_like(logits, -30.), 1, torch.clamp(wide, 0), 0.)
  return torch.where(decided, sure, logits)
