# Tokens as probabilities, so that a reward has a gradient. C is a chunk of generated positions, V the
# vocabulary size; everything V-wide is float32 (dtype code 6).

# p = softmax(logits / tau) [C,V].
def soften(logits: Tensor, tau: float) -> Tensor:
  scaled = logits
  if tau != 1.:
    scaled = torch.div(logits, tau)
  return torch.softmax(scaled, -1, None)

# 1 at the likeliest token and 0 elsewhere: p [C,V] -> [C,V].
def harden(p: Tensor) -> Tensor:
  return torch.scatter_(torch.zeros_like(p), 1, torch.argmax(p, 1, True), 1.)

# Expected rows p T of a table [N,M]; tokens beyond the table count as zeros, rows beyond V are
# ignored: p [C,V] -> [C,M] in float32.
def expect(p: Tensor, table: Tensor) -> Tensor:
  both = ops.prim.min(torch.size(p, 1), torch.size(table, 0))
  mixed = __torch__.linear.apply(p[:, :both].to(table.dtype), torch.t(table[:both]))
  return torch.to(mixed, 6)

# Its transpose: d r / d (p T) [C,M] -> d r / d p [C,V].
def unexpect(gradient: Tensor, table: Tensor, width: int) -> Tensor:
  both = ops.prim.min(width, torch.size(table, 0))
  known = torch.to(__torch__.linear.apply(gradient.to(table.dtype), table[:both]), 6)
  return torch.constant_pad_nd(known, [0, width - both], 0)

# d r / d (some columns of p) [C,n] as d r / d p [C,V]; a column may occur twice.
def spread(gradient: Tensor, columns: Tensor, width: int) -> Tensor:
  out = torch.zeros([torch.size(gradient, 0), width], dtype=6, layout=None, device=gradient.device, pin_memory=None)
  return torch.index_add_(out, 1, columns, gradient)

# Back through p = softmax(logits / tau): p * (q - <p, q>) / tau for q = d r / d p. All [C,V].
def unsoften(p: Tensor, q: Tensor, tau: float) -> Tensor:
  mean = torch.sum(torch.mul(p, q), [1], True)
  return torch.div_(torch.mul_(torch.sub(q, mean), p), tau)

# d (sum of score) / d leaf for each leaf, zeros if the score does not depend on it.
def gradients(score: Tensor, leaves: List[Tensor]) -> List[Tensor]:
  found = torch.autograd.grad([torch.sum(score)], leaves, None, None, False, True)
  out = annotate(List[Tensor], [])
  for i in range(len(leaves)):
    gradient = found[i]
    if gradient is None:
      torch.append(out, torch.zeros_like(leaves[i]))
    else:
      torch.append(out, gradient)
  return out
