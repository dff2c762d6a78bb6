# Losses and their gradients, and the optimizer. Parameters are float32 and stand in one list:
# embedding [V,H], the decoder's weights in the order of backbone.py, then what the stage's head
# needs: lm_head [V,H] (absent when tied) and the timestep weight [H,1], or the score [1,H].
#
# A step makes leaves of them that share their memory, computes in the dtype it is given, and returns
# the loss and a gradient for each: nothing of the graph outlives the call.

# Low-rank adapters stand behind the parameters in the list: A [r,in] and B [out,r] of the first, of
# the second, ... What is trained is told behind the shape of backbone.py: shape[9] is how many
# parameters the model has, shape[10] how many of these are trained themselves, their indices follow;
# then for each adapter the index of its parameter and the first of the rows that it adds to.

def leaves(parameters: List[Tensor], shape: List[int]) -> List[Tensor]:
  out = __torch__.training.detached(parameters)
  for tensor in __torch__.training.trained(out, shape):
    leaf = torch.requires_grad_(tensor, True)
  return out

# Those of a list like the parameters' that are trained.
def trained(parameters: List[Tensor], shape: List[int]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for i in range(shape[10]):
    torch.append(out, parameters[shape[11 + i]])
  for adapter in parameters[shape[9]:]:
    torch.append(out, adapter)
  return out

# Rows of a weight W [out,in] with an adapter merged in: W + scale * B A.
def merge(rows: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
  return torch.add(rows, torch.mul(torch.matmul(b, a), scale))

# The model's parameters, each with its adapters merged in, in a dtype.
def effective(parameters: List[Tensor], shape: List[int], scale: float) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  adapters = (len(parameters) - shape[9]) // 2
  for i in range(shape[9]):
    weight = parameters[i]
    for j in range(adapters):
      if shape[11 + shape[10] + 2 * j] == i:
        a, b = parameters[shape[9] + 2 * j], parameters[shape[9] + 2 * j + 1]
        start = shape[12 + shape[10] + 2 * j]
        end = start + torch.size(b, 0)
        merged = __torch__.training.merge(weight[start:end], a, b, scale)
        weight = torch.cat([weight[:start], merged, weight[end:]], 0)
    torch.append(out, torch.to(weight, shape[7]))
  return out

def detached(parameters: List[Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for parameter in parameters:
    torch.append(out, torch.detach(parameter))
  return out

# The loss, then a gradient for each trained leaf; zeros for one the loss does not depend on.
def differentiate(loss: Tensor, leaves: List[Tensor]) -> List[Tensor]:
  found = torch.autograd.grad([loss], leaves, None, None, False, True)
  out = annotate(List[Tensor], [torch.detach(loss)])
  for i in range(len(leaves)):
    gradient = found[i]
    if gradient is None:
      torch.append(out, torch.zeros_like(leaves[i]))
    else:
      torch.append(out, gradient)
  return out

# How many rows are to be added to a number of rows that is another one in every batch. On a CPU oneDNN compiles
# a kernel for each new shape and keeps a thousand, which takes time and a gigabyte; so there are only 32
# sizes an octave.
def missing(rows: int) -> int:
  unit = 64
  while unit * 32 < rows:
    unit = unit * 2
  return (unit - rows % unit) % unit

# x W^T: x [N,in], weight [out,in] -> [N,out]
def product(x: Tensor, weight: Tensor) -> Tensor:
  rows = torch.size(x, 0)
  missing = __torch__.training.missing(rows)
  if missing == 0:
    return torch.linear(x, weight)
  return torch.linear(torch.constant_pad_nd(x, [0, 0, 0, missing], 0), weight)[:rows]

# Logits [N,V] in float32 of hidden states [N,H] that may be followed by some that fill up.
def logits(hidden: Tensor, head: Tensor, count: int) -> Tensor:
  return torch.to(torch.linear(hidden, head)[:count], 6)

# Cross-entropy of the logits of hidden states, as decode returns them, for targets [N]. Mean over the
# targets, in float32.
def cross_entropy(hidden: Tensor, head: Tensor, targets: Tensor) -> Tensor:
  found = __torch__.training.logits(hidden, head, torch.size(targets, 0))
  return torch.cross_entropy_loss(found, targets, None, 1, -100, 0.)

# shape as backbone.py has it, its last entry telling whether the head is tied.
def head_of(parameters: List[Tensor], shape: List[int]) -> Tensor:
  if shape[6] != 0:
    return parameters[0]
  return parameters[6 * shape[0] + 2]

def decoder_of(parameters: List[Tensor], shape: List[int]) -> List[Tensor]:
  return parameters[1:6 * shape[0] + 2]

# The last hidden states of the rows [N], behind them those of row 0 that fill up.
def decode(x: Tensor, rows: Tensor, parameters: List[Tensor], frequencies: Tensor, positions: Tensor, lengths: List[int], shape: List[int], eps: float) -> Tensor:
  decoder = __torch__.training.decoder_of(parameters, shape)
  count = torch.size(rows, 0)
  missing = min(__torch__.training.missing(count), torch.size(x, 0) - count)
  read = torch.constant_pad_nd(rows, [0, missing], 0)
  return __torch__.backbone.decode(x, decoder, frequencies, positions, lengths, [read], shape, eps, False, True)[0]

# Next-token loss over packed sequences: ids [R]; rows [N] predict targets [N].
def next_token(parameters: List[Tensor], ids: Tensor, rows: Tensor, targets: Tensor, frequencies: Tensor, positions: Tensor, lengths: List[int], shape: List[int], eps: float, scale: float) -> Tensor:
  weights = __torch__.training.effective(parameters, shape, scale)
  x = torch.embedding(weights[0], ids)
  hidden = __torch__.training.decode(x, rows, weights, frequencies, positions, lengths, shape, eps)
  return __torch__.training.cross_entropy(hidden, __torch__.training.head_of(weights, shape), targets)

# p = softmax of the noisy simplex sqrt(alpha bar)*(+-k one-hot) + sqrt(1 - alpha bar)*k*noise, for
# tokens [N], noise [N,V], alpha bars [N] -> [N,V]. A softmax does not see the constant -k.
def noisy_probabilities(tokens: Tensor, noise: Tensor, alpha_bars: Tensor, k: float) -> Tensor:
  spread = torch.unsqueeze(torch.mul(torch.sqrt(torch.rsub(alpha_bars, 1)), k), 1)
  peak = torch.unsqueeze(torch.mul(torch.sqrt(alpha_bars), 2. * k), 1)
  x = torch.scatter_add_(torch.mul(noise, spread), 1, torch.unsqueeze(tokens, 1), peak)
  return torch.softmax(x, -1, None)

# The embedding that mixtures are made with, through which a gradient flows only where ``through`` says.
def table(weights: List[Tensor], through: float) -> Tensor:
  if through == 0.:
    return torch.detach(weights[0])
  return weights[0]

# Hidden states, as decode returns them, of the predicting rows [M] of packed sequences whose rows [N] are noisy:
# their input is u E, u [N,V], plus their time [N]; the others' is E[ids]. E is weights[0], and the table what u
# is multiplied by.
def denoise(weights: List[Tensor], table: Tensor, time_weight: Tensor, ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, frequencies: Tensor, positions: Tensor, lengths: List[int], shape: List[int], eps: float) -> Tensor:
  embedding = weights[0]
  noisy = __torch__.training.product(u.to(embedding.dtype), torch.t(table))
  time = torch.mul(torch.unsqueeze(times, 1), torch.t(time_weight))
  x = torch.index_copy(torch.embedding(embedding, ids), 0, rows, torch.add(noisy, time.to(noisy.dtype)))
  return __torch__.training.decode(x, predicting, weights, frequencies, positions, lengths, shape, eps)

# The previous prediction's softmax [N,V]: of a pass at t+1 on the same noise that is itself not
# conditioned, without a gradient.
def predict(weights: List[Tensor], time_weight: Tensor, ids: Tensor, rows: Tensor, previous: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, times: Tensor, frequencies: Tensor, positions: Tensor, lengths: List[int], shape: List[int], mode: int, k: float, eps: float) -> Tensor:
  p = __torch__.training.noisy_probabilities(tokens, noise, alpha_bars, k)
  uniform = torch.full([1, 1], 1. / float(torch.size(p, 1)), dtype=6, layout=None, device=p.device, pin_memory=False)
  u = __torch__.simplex.condition(p, uniform, mode)
  predicting = torch.clamp(previous, 0)
  hidden = __torch__.training.denoise(weights, weights[0], time_weight, ids, rows, u, times, predicting, frequencies, positions, lengths, shape, eps)
  logits = __torch__.training.logits(hidden, __torch__.training.head_of(weights, shape), torch.size(previous, 0))
  # What stands first in a sequence is predicted by nothing: zero logits.
  logits = torch.mul(logits, torch.unsqueeze(torch.to(torch.ge(previous, 0), 6), 1))
  return torch.softmax(logits, -1, None)

# The reward of each packed sequence: the score of the hidden state at its last row, in float32 [S].
def score(hidden: Tensor, weights: List[Tensor], shape: List[int], count: int) -> Tensor:
  return __torch__.training.logits(hidden, weights[6 * shape[0] + 2], count)[:, 0]

# -log sigmoid(chosen - rejected), mean over pairs: the first half of rewards [2P] are the chosen.
def pairwise(rewards: Tensor) -> Tensor:
  chosen, rejected = torch.chunk(rewards, 2, 0)
  return torch.neg(torch.mean(torch.log_sigmoid(torch.sub(chosen, rejected))))

# Adds gradients to those of earlier micro-batches, in place, each times a weight.
def accumulate(sums: List[Tensor], gradients: List[Tensor], weight: float) -> None:
  for i in range(len(sums)):
    added = torch.add_(sums[i], gradients[i], alpha=weight)

def norm(gradients: List[Tensor]) -> Tensor:
  norms = torch._foreach_norm(gradients)
  return torch.linalg_vector_norm(torch.stack(norms, 0))

# One AdamW step in place (arXiv 1711.05101). decay [P] is 1 for parameters under weight decay.
def adamw(parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], decay: List[int], scale: float, step: float, rate: float, beta1: float, beta2: float, eps: float, weight_decay: float) -> None:
  straight = annotate(List[Tensor], [])
  steps = annotate(List[Tensor], [])
  count = torch.full([1], step, dtype=6, layout=None, device=parameters[0].device, pin_memory=False)
  for i in range(len(parameters)):
    # The fused kernel takes memory as it comes, whatever the strides say.
    torch.append(straight, torch.contiguous(gradients[i]))
    torch.append(steps, count)
    if decay[i] != 0:
      kept = torch.mul_(parameters[i], 1. - rate * weight_decay)
  # It must be given the caller's own lists: PyTorch takes a call that changes only what lies in lists
  # made here for one without effect, and leaves it out.
  torch._fused_adamw_(
      parameters, straight, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
      weight_decay=0., eps=eps, amsgrad=False, maximize=False,
      grad_scale=torch.full_like(count, 1. / scale), found_inf=None)
