# Losses and their gradients, and the optimizer.
#
# A step makes leaves that share the memory of the parameters, computes in the given dtype, and returns the loss
# and a gradient for each. Nothing of the autograd graph outlives the call.

# The weights of a pass, all float32: the model's parameters in the order of WeightLayout.java, which is the
# embedding [V,H], the decoder's weights as in layout.py, then those of the stage's head: lm_head [V,H] (none if
# it is tied) and the timestep weight [H,1], or the score [1,H]. Adapter j is A [r,in] and B [out,r].
class Weights(NamedTuple):
  parameters : List[Tensor]
  adapters_a : List[Tensor]
  adapters_b : List[Tensor]

# What is the same in all passes.
class Setup(NamedTuple):
  arch : __torch__.layout.Architecture
  inverse_frequencies : Tensor
  # Whether the head is the embedding.
  tied : bool
  # The dtype to compute in.
  dtype : int
  # Whether gradients flow to the embedding through the mixtures made with it.
  mixture_gradient : bool
  # The factor of an adapter's product.
  adapter_scale : float
  # The parameters that are trained; all adapters are.
  trained : List[int]
  # The parameter of each adapter, and the first row that it adds to.
  adapted : List[List[int]]

# From TrainingSetup.java: integers = [tied, dtype, mixture gradient].
def setup(arch: __torch__.layout.Architecture, inverse_frequencies: Tensor, integers: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor) -> __torch__.training.Setup:
  tied, dtype, mixture_gradient = __torch__.convert.to_ints(integers)
  return __torch__.training.Setup(
      arch, inverse_frequencies, tied != 0, dtype, mixture_gradient != 0,
      __torch__.convert.to_real(adapter_scale), __torch__.convert.to_ints(trained),
      __torch__.convert.to_pairs(adapted))

def leaves(weights: __torch__.training.Weights, setup: __torch__.training.Setup) -> __torch__.training.Weights:
  out = __torch__.training.Weights(
      __torch__.training.detached(weights.parameters), __torch__.training.detached(weights.adapters_a),
      __torch__.training.detached(weights.adapters_b))
  for tensor in __torch__.training.trained(out, setup):
    leaf = torch.requires_grad_(tensor, True)
  return out

# The trained leaves: parameters, then A and B of each adapter.
def trained(weights: __torch__.training.Weights, setup: __torch__.training.Setup) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for i in setup.trained:
    torch.append(out, weights.parameters[i])
  for j in range(len(weights.adapters_a)):
    torch.append(out, weights.adapters_a[j])
    torch.append(out, weights.adapters_b[j])
  return out

# Rows of a weight W [out,in] with an adapter merged in: W + scale * B A.
def merge(rows: Tensor, a: Tensor, b: Tensor, scale: float) -> Tensor:
  return torch.add(rows, torch.mul(torch.matmul(b, a), scale))

# The model's parameters, each with its adapters merged in, in the dtype to compute in.
def effective(weights: __torch__.training.Weights, setup: __torch__.training.Setup) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for i in range(len(weights.parameters)):
    weight = weights.parameters[i]
    for j in range(len(setup.adapted)):
      parameter, start = setup.adapted[j]
      if parameter == i:
        a, b = weights.adapters_a[j], weights.adapters_b[j]
        end = start + torch.size(b, 0)
        merged = __torch__.training.merge(weight[start:end], a, b, setup.adapter_scale)
        weight = torch.cat([weight[:start], merged, weight[end:]], 0)
    torch.append(out, torch.to(weight, setup.dtype))
  return out

def detached(parameters: List[Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for parameter in parameters:
    torch.append(out, torch.detach(parameter))
  return out

# The loss, then a gradient for each trained leaf; zeros for one that the loss does not depend on.
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

# How many rows to add where the number of rows differs in every batch. On a CPU oneDNN compiles a kernel for
# each new shape and keeps a thousand, which takes time and a gigabyte; so only 32 sizes per octave are used.
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

# Logits [N,V] in float32 of hidden states [N,H] that may be followed by padding.
def logits(hidden: Tensor, head: Tensor, count: int) -> Tensor:
  return torch.to(torch.linear(hidden, head)[:count], 6)

# Cross-entropy of the logits of hidden states, as decode returns them, for targets [N]: the mean over the
# targets, in float32.
def cross_entropy(hidden: Tensor, head: Tensor, targets: Tensor) -> Tensor:
  found = __torch__.training.logits(hidden, head, torch.size(targets, 0))
  return torch.cross_entropy_loss(found, targets, None, 1, -100, 0.)

# The embedding comes first.
def embedding_of(parameters: List[Tensor]) -> Tensor:
  return parameters[0]

# The end of the decoder's weights, after its final norm.
def end_of_decoder(setup: __torch__.training.Setup) -> int:
  return 1 + __torch__.layout.start_of(setup.arch.layers) + 1

def decoder_of(parameters: List[Tensor], setup: __torch__.training.Setup) -> __torch__.layout.Decoder:
  return __torch__.layout.Decoder(
      parameters[1:__torch__.training.end_of_decoder(setup)], setup.inverse_frequencies, setup.arch)

# The head of a language model [V,H].
def head_of(parameters: List[Tensor], setup: __torch__.training.Setup) -> Tensor:
  if setup.tied:
    return __torch__.training.embedding_of(parameters)
  return parameters[__torch__.training.end_of_decoder(setup)]

# The score of a reward model [1,H].
def score_of(parameters: List[Tensor], setup: __torch__.training.Setup) -> Tensor:
  return parameters[__torch__.training.end_of_decoder(setup)]

# The timestep weight comes last.
def time_of(parameters: List[Tensor]) -> Tensor:
  return parameters[-1]

# The last hidden states of the rows [N], padded with those of row 0.
def decode(x: Tensor, rows: Tensor, parameters: List[Tensor], sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  decoder = __torch__.training.decoder_of(parameters, setup)
  count = torch.size(rows, 0)
  missing = min(__torch__.training.missing(count), torch.size(x, 0) - count)
  read = torch.constant_pad_nd(rows, [0, missing], 0)
  return __torch__.backbone.decode(x, decoder, sequences, read, True)

# Next-token loss over packed sequences: ids [R]; rows [N] predict targets [N].
def next_token(weights: __torch__.training.Weights, ids: Tensor, rows: Tensor, targets: Tensor, sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  parameters = __torch__.training.effective(weights, setup)
  x = torch.embedding(__torch__.training.embedding_of(parameters), ids)
  hidden = __torch__.training.decode(x, rows, parameters, sequences, setup)
  return __torch__.training.cross_entropy(hidden, __torch__.training.head_of(parameters, setup), targets)

# p = softmax of the noisy simplex sqrt(alpha bar)*(+-k one-hot) + sqrt(1 - alpha bar)*k*noise, for
# tokens [N], noise [N,V], alpha bars [N] -> [N,V]. The constant -k does not change a softmax.
def noisy_probabilities(tokens: Tensor, noise: Tensor, alpha_bars: Tensor, k: float) -> Tensor:
  spread = torch.unsqueeze(torch.mul(torch.sqrt(torch.rsub(alpha_bars, 1)), k), 1)
  peak = torch.unsqueeze(torch.mul(torch.sqrt(alpha_bars), 2. * k), 1)
  x = torch.scatter_add_(torch.mul(noise, spread), 1, torch.unsqueeze(tokens, 1), peak)
  return torch.softmax(x, -1, None)

# The embedding for mixtures: a gradient flows through it only if the setup says so.
def table(parameters: List[Tensor], setup: __torch__.training.Setup) -> Tensor:
  embedding = __torch__.training.embedding_of(parameters)
  if setup.mixture_gradient:
    return embedding
  return torch.detach(embedding)

# Hidden states, as decode returns them, of the predicting rows [M] of packed sequences whose rows [N] are noisy:
# their input is u E, u [N,V], plus their time [N]; the others' is E[ids]. The table is the E that u is multiplied
# by. The time weight is always in float32.
def denoise(parameters: List[Tensor], table: Tensor, time_weight: Tensor, ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  embedding = __torch__.training.embedding_of(parameters)
  noisy = __torch__.training.product(u.to(embedding.dtype), torch.t(table))
  time = torch.mul(torch.unsqueeze(times, 1), torch.t(time_weight))
  x = torch.index_copy(torch.embedding(embedding, ids), 0, rows, torch.add(noisy, time.to(noisy.dtype)))
  return __torch__.training.decode(x, predicting, parameters, sequences, setup)

# The loss of the predictions: row predicting[m] predicts targets[m].
def diffusion(weights: __torch__.training.Weights, ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, targets: Tensor, sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  parameters = __torch__.training.effective(weights, setup)
  table, time_weight = __torch__.training.table(parameters, setup), __torch__.training.time_of(weights.parameters)
  hidden = __torch__.training.denoise(
      parameters, table, time_weight, ids, rows, u, times, predicting, sequences, setup)
  return __torch__.training.cross_entropy(hidden, __torch__.training.head_of(parameters, setup), targets)

# The previous prediction's softmax [N,V], without a gradient: from a pass at t+1 on the same noise that is
# not conditioned itself.
def predict(weights: __torch__.training.Weights, ids: Tensor, rows: Tensor, previous: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, times: Tensor, mode: int, k: float, sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  parameters = __torch__.training.effective(weights, setup)
  embedding, time_weight = __torch__.training.embedding_of(parameters), __torch__.training.time_of(weights.parameters)
  p = __torch__.training.noisy_probabilities(tokens, noise, alpha_bars, k)
  uniform = torch.full([1, 1], 1. / float(torch.size(p, 1)), dtype=6, layout=None, device=p.device, pin_memory=False)
  u = __torch__.simplex.condition(p, uniform, mode)
  predicting = torch.clamp(previous, 0)
  hidden = __torch__.training.denoise(
      parameters, embedding, time_weight, ids, rows, u, times, predicting, sequences, setup)
  logits = __torch__.training.logits(hidden, __torch__.training.head_of(parameters, setup), torch.size(previous, 0))
  # Nothing predicts the first position of a sequence, so its logits are zero.
  logits = torch.mul(logits, torch.unsqueeze(torch.to(torch.ge(previous, 0), 6), 1))
  return torch.softmax(logits, -1, None)

# The reward of each packed sequence in float32 [S]: the score of the hidden state at its last row, of rows last [S].
# The rows [N] are noisy with weights u [N,V].
def rewards(weights: __torch__.training.Weights, ids: Tensor, rows: Tensor, u: Tensor, last: Tensor, sequences: __torch__.layout.Sequences, setup: __torch__.training.Setup) -> Tensor:
  parameters = __torch__.training.effective(weights, setup)
  x = torch.embedding(__torch__.training.embedding_of(parameters), ids)
  if torch.size(rows, 0) > 0:
    table = __torch__.training.table(parameters, setup)
    noisy = __torch__.training.product(u.to(x.dtype), torch.t(table))
    x = torch.index_copy(x, 0, rows, noisy)
  hidden = __torch__.training.decode(x, last, parameters, sequences, setup)
  score = __torch__.training.score_of(parameters, setup)
  return __torch__.training.logits(hidden, score, torch.size(last, 0))[:, 0]

# -log sigmoid(chosen - rejected), mean over pairs: the first half of rewards [2P] are those of the chosen.
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
    # The fused kernel ignores the strides.
    torch.append(straight, torch.contiguous(gradients[i]))
    torch.append(steps, count)
    if decay[i] != 0:
      kept = torch.mul_(parameters[i], 1. - rate * weight_decay)
  # It must get the caller's own lists: PyTorch treats a call that changes only the content of lists made
  # here as one without effect, and removes it.
  torch._fused_adamw_(
      parameters, straight, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
      weight_decay=0., eps=eps, amsgrad=False, maximize=False,
      grad_scale=torch.full_like(count, 1. / scale), found_inf=None)
