# The model as TorchScript: what Java calls, each method a few lines over the files beside this one.
# Numbers that are not tensors come in as small CPU tensors, since that is all the bridge passes on:
# "ints" are int64, "reals" float64. Dtype codes: 4 int64, 5 float16, 6 float32, 15 bfloat16.
class Graph(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]

  # A weight out of a file: raw bytes [n] -> a tensor of its own of ints[2:], cast from dtype ints[0]
  # to ints[1].
  def load_weight(self: __torch__.Graph, raw: Tensor, ints: Tensor) -> Tensor:
    codes = __torch__.convert.to_ints(ints)
    typed = torch.reshape(__torch__.convert.reinterpret(raw, codes[0]), codes[2:])
    return torch.to(typed, codes[1])

  # A weight [O,I] in float32 -> the same in dtype ints[0], one byte a number, and the scale of each row [O].
  def quantize_weight(self: __torch__.Graph, weight: Tensor, ints: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.quantize.narrow(weight, __torch__.convert.to_ints(ints)[0])

  # A quantized weight [O,I] laid out for the products.
  def pack_weight(self: __torch__.Graph, weight: Tensor) -> Tensor:
    return __torch__.weights.pack(weight)

  # y = x W^T [R,O] for x [R,I] and a quantized weight as it was laid out, with the scale of each row [O].
  def quantized_product(self: __torch__.Graph, x: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
    return __torch__.weights.apply(x, weight, [scale], 0)

  # How far products with quantized weights are off at the greatest numbers, float64 [1]. ints = [O, I,
  # dtype]; like says the device and the dtype of the activations.
  def quantized_error(self: __torch__.Graph, like: Tensor, ints: Tensor) -> Tensor:
    codes = __torch__.convert.to_ints(ints)
    error = __torch__.quantize.greatest_error(codes[0], codes[1], codes[2], like)
    return torch.full([1], error, dtype=7, layout=None, device=None, pin_memory=None)

  # A weight [O,I] of its own in float32, to which left [O,r] times right [r,I] is added, reals[0]
  # times, cast to dtype ints[0].
  def add_product(self: __torch__.Graph, weight: Tensor, left: Tensor, right: Tensor, reals: Tensor, ints: Tensor) -> Tensor:
    sum = torch.addmm_(weight, left, right, beta=1, alpha=__torch__.convert.to_reals(reals)[0])
    return torch.to(sum, __torch__.convert.to_ints(ints)[0])

  def concatenate(self: __torch__.Graph, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  # Rows ints[0] to ints[1] (exclusive) of a tensor.
  def slice_rows(self: __torch__.Graph, x: Tensor, ints: Tensor) -> Tensor:
    bounds = __torch__.convert.to_ints(ints)
    return x[bounds[0]:bounds[1]]

  # Any tensor in float32, for Java to read.
  def to_float(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  # Raw bytes of a tensor, for Java to write: any dtype -> cast to dtype ints[0] -> uint8 [n].
  def to_bytes(self: __torch__.Graph, x: Tensor, ints: Tensor) -> Tensor:
    flat = torch.reshape(torch.contiguous(torch.to(x, __torch__.convert.to_ints(ints)[0])), [-1])
    return __torch__.convert.reinterpret(flat, 0)

  # Input embeddings [R,H] of packed sequences, float32: ids [R], embedding [V,H]; row rows[n] gets
  # canvas[n] [N,H] plus its time times [N] through the time weight [H,1].
  def assemble(self: __torch__.Graph, ids: Tensor, embedding: Tensor, canvas: Tensor, rows: Tensor, times: Tensor, time_weight: Tensor) -> Tensor:
    x = torch.to(torch.embedding(embedding, __torch__.convert.beside(ids, embedding)), 6)
    column = torch.unsqueeze(__torch__.convert.beside(times, embedding), 1)
    time = torch.mul(torch.to(column, 6), torch.t(torch.to(time_weight, 6)))
    return torch.index_copy_(x, 0, __torch__.convert.beside(rows, embedding), torch.add(canvas, time))

  # Hidden states: with trace (ints[-1]) behind every layer and the final norm, else the last only.
  # ints = [layers, heads, kv_heads, head dimension, window, causal, trace]; reals = [norm epsilon].
  def decode(self: __torch__.Graph, x: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> List[Tensor]:
    shape = __torch__.convert.to_ints(ints)
    eps = __torch__.convert.to_reals(reals)[0]
    all = annotate(List[Tensor], [])
    return __torch__.backbone.decode(
        x, weights, inverse_frequencies, __torch__.convert.beside(positions, x),
        __torch__.convert.to_ints(lengths), all, shape, eps, shape[6] != 0, False)

  # The last hidden states of the rows [N] alone, zeros where the row is -1: saves most of the last layer.
  def decode_rows(self: __torch__.Graph, x: Tensor, rows: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    wanted = __torch__.convert.beside(rows, x)
    shape = __torch__.convert.to_ints(ints)
    eps = __torch__.convert.to_reals(reals)[0]
    found = __torch__.backbone.decode(
        x, weights, inverse_frequencies, __torch__.convert.beside(positions, x),
        __torch__.convert.to_ints(lengths), [torch.clamp(wanted, 0)], shape, eps, False, False)
    return __torch__.convert.zero_missing(found[0], wanted)

  # The same, and keys and values of each sequence's rows [layers,2,L,kv_heads,D] (cache.py).
  def decode_keeping(self: __torch__.Graph, x: Tensor, rows: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> List[Tensor]:
    wanted = __torch__.convert.beside(rows, x)
    rows_of, shape = __torch__.convert.to_ints(lengths), __torch__.convert.to_ints(ints)
    caches = __torch__.cache.empty(weights[6 * shape[0]], rows_of, shape)
    found = __torch__.cache.decode(
        x, torch.clamp(wanted, 0), caches, True, weights, inverse_frequencies, __torch__.convert.beside(positions, x),
        rows_of, shape, __torch__.convert.to_reals(reals)[0])
    return torch.add([__torch__.convert.zero_missing(found, wanted)], caches)

  # The same of the rows [N] of some rows [A] of sequences whose keys and values were kept; positions [A] say where
  # in its sequence each of the latter stands, lengths how many are of each.
  def decode_some(self: __torch__.Graph, x: Tensor, rows: Tensor, caches: List[Tensor], weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    wanted = __torch__.convert.beside(rows, x)
    found = __torch__.cache.decode(
        x, torch.clamp(wanted, 0), caches, False, weights, inverse_frequencies, __torch__.convert.beside(positions, x),
        __torch__.convert.to_ints(lengths), __torch__.convert.to_ints(ints), __torch__.convert.to_reals(reals)[0])
    return __torch__.convert.zero_missing(found, wanted)

  # The rows [N] of the hidden states [R,H]; zeros where the row is -1.
  def select_rows(self: __torch__.Graph, hidden: Tensor, rows: Tensor) -> Tensor:
    wanted = __torch__.convert.beside(rows, hidden)
    return __torch__.convert.zero_missing(torch.index_select(hidden, 0, torch.clamp(wanted, 0)), wanted)

  # Logits [C,V] in float32 of hidden states [C,H].
  def head(self: __torch__.Graph, hidden: Tensor, weight: Tensor) -> Tensor:
    return torch.to(__torch__.linear.apply(hidden, weight), 6)

  # Whether products on the CPU with weights of a shape keep rows apart: 1 or 0. ints = [dtype, out, in,
  # transposed, counts of rows ...].
  def keeps_rows_apart(self: __torch__.Graph, ints: Tensor) -> Tensor:
    codes = __torch__.convert.to_ints(ints)
    apart = __torch__.linear.keeps_rows_apart(codes[0], codes[1], codes[2], codes[3] != 0, codes[4:])
    return torch.full([1], int(apart), dtype=4, layout=None, device=None, pin_memory=None)

  # The likeliest token of each row and its probability, float64 [C,2], so that both are read at once.
  def read_out(self: __torch__.Graph, logits: Tensor) -> Tensor:
    token, probability = __torch__.simplex.read_out(logits)
    return torch.stack([torch.to(token, 7), torch.to(probability, 7)], 1)

  # The same with the entropy of each row in nats, float64 [C,3].
  def read_out_entropies(self: __torch__.Graph, logits: Tensor) -> Tensor:
    token, probability, entropy = __torch__.simplex.read_out_entropies(logits)
    return torch.stack([torch.to(token, 7), torch.to(probability, 7), torch.to(entropy, 7)], 1)

  # One token per row [C]. reals = [temperature, top_p].
  def draw(self: __torch__.Graph, logits: Tensor, uniforms: Tensor, reals: Tensor) -> Tensor:
    settings = __torch__.convert.to_reals(reals)
    return __torch__.simplex.draw(logits, settings[0], settings[1], uniforms)

  # What is predicted where a masked model has not decided yet, float64 [C,4]. noise is [C,V] or empty; ints =
  # [top_k, mask token, measure]; reals = [temperature, top_p].
  def masked_candidates(self: __torch__.Graph, logits: Tensor, noise: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    codes, settings = __torch__.convert.to_ints(ints), __torch__.convert.to_reals(reals)
    return __torch__.masked.candidates(logits, noise, settings[0], settings[1], codes[0], codes[1], codes[2])

  # Logits of decided positions made sure of their tokens [C], which are -1 at open ones.
  def pin(self: __torch__.Graph, logits: Tensor, tokens: Tensor) -> Tensor:
    return __torch__.masked.pin(logits, __torch__.convert.beside(tokens, logits))

  def argmax(self: __torch__.Graph, logits: Tensor) -> Tensor:
    return torch.argmax(logits, 1, False)

  # Random numbers [C,width] of rows with keys. ints = [width, key of each row]; like says the device.
  def normals(self: __torch__.Graph, like: Tensor, ints: Tensor) -> Tensor:
    width, keys = __torch__.convert.to_keys(ints, like)
    return __torch__.random.normals(keys, width)

  def uniforms(self: __torch__.Graph, like: Tensor, ints: Tensor) -> Tensor:
    width, keys = __torch__.convert.to_keys(ints, like)
    return __torch__.random.uniforms(keys, width)

  def gumbel(self: __torch__.Graph, like: Tensor, ints: Tensor) -> Tensor:
    width, keys = __torch__.convert.to_keys(ints, like)
    return __torch__.random.gumbel(keys, width)

  # The noisy simplex [C,V] of tokens [C]; takes over the noise. reals = [signal, sigma, k].
  def renoise(self: __torch__.Graph, tokens: Tensor, noise: Tensor, reals: Tensor) -> Tensor:
    settings = __torch__.convert.to_reals(reals)
    return __torch__.simplex.renoise(tokens, noise, settings[0], settings[1], settings[2])

  # The same where rows with a token below 0 begin anew.
  def renoise_accepted(self: __torch__.Graph, tokens: Tensor, noise: Tensor, reals: Tensor) -> Tensor:
    settings = __torch__.convert.to_reals(reals)
    return __torch__.simplex.renoise_accepted(tokens, noise, settings[0], settings[1], settings[2])

  def one_hot(self: __torch__.Graph, tokens: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    return __torch__.simplex.one_hot(tokens, __torch__.convert.to_ints(ints)[0], __torch__.convert.to_reals(reals)[0])

  # The input embedding [C,H] of the first step. ints = [self-conditioning mode].
  def embed_first(self: __torch__.Graph, x: Tensor, embedding: Tensor, ints: Tensor) -> Tensor:
    return __torch__.simplex.embed(x, None, __torch__.convert.to_ints(ints)[0], embedding)

  # The input embedding [C,H] of a later step.
  def embed_next(self: __torch__.Graph, x: Tensor, previous: Tensor, embedding: Tensor, ints: Tensor) -> Tensor:
    return __torch__.simplex.embed(x, previous, __torch__.convert.to_ints(ints)[0], embedding)

  # --- Training. ints = [layers, heads, kv_heads, head dimension, window, causal, tied, dtype,
  # self-conditioning mode, what is trained ...]; reals = [norm epsilon, k, scale of adapters] ---

  # Next-token loss and gradients.
  def next_token_gradients(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, targets: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> List[Tensor]:
    shape = __torch__.convert.to_ints(ints)
    leaves = __torch__.training.leaves(parameters, shape)
    loss = self.next_token_loss(
        leaves, ids, rows, targets, frequencies, positions, lengths, ints, reals)
    return __torch__.training.differentiate(loss, __torch__.training.trained(leaves, shape))

  # The same without gradients, for evaluation.
  def next_token_loss(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, targets: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    settings = __torch__.convert.to_reals(reals)
    return __torch__.training.next_token(
        parameters, ids, rows, targets, frequencies, positions, __torch__.convert.to_ints(lengths),
        __torch__.convert.to_ints(ints), settings[0], settings[2])

  # The previous prediction's softmax q [N,V] for self-conditioning: alpha bars [N] and times [N] are
  # those of t+1.
  def predict_clean(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, previous: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, times: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    shape = __torch__.convert.to_ints(ints)
    settings = __torch__.convert.to_reals(reals)
    weights = __torch__.training.effective(parameters, shape, settings[2])
    time_weight = parameters[shape[9] - 1]
    return __torch__.training.predict(
        weights, time_weight, ids, rows, previous, tokens, noise, alpha_bars, times, frequencies,
        positions, __torch__.convert.to_ints(lengths), shape, shape[8], settings[1], settings[0])

  # Mixture weights u [N,V] of the noisy rows' input.
  def mix_noisy(self: __torch__.Graph, q: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    p = __torch__.training.noisy_probabilities(tokens, noise, alpha_bars, __torch__.convert.to_reals(reals)[1])
    mode = __torch__.convert.to_ints(ints)[8]
    if mode == 0:
      return p
    return __torch__.simplex.condition(p, torch.expand_as(q, p), mode)

  # Diffusion loss at the noisy rows [N] and gradients: row predicting[m] predicts targets[m].
  def diffusion_gradients(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, targets: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> List[Tensor]:
    shape = __torch__.convert.to_ints(ints)
    leaves = __torch__.training.leaves(parameters, shape)
    loss = self.diffusion_loss(
        leaves, ids, rows, u, times, predicting, targets, frequencies, positions, lengths, ints, reals)
    return __torch__.training.differentiate(loss, __torch__.training.trained(leaves, shape))

  def diffusion_loss(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, targets: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    shape = __torch__.convert.to_ints(ints)
    settings = __torch__.convert.to_reals(reals)
    weights = __torch__.training.effective(parameters, shape, settings[2])
    hidden = __torch__.training.denoise(
        weights, __torch__.training.table(weights, settings[3]), parameters[shape[9] - 1], ids, rows, u,
        times, predicting, frequencies, positions, __torch__.convert.to_ints(lengths), shape, settings[0])
    return __torch__.training.cross_entropy(
        hidden, __torch__.training.head_of(weights, shape), targets)

  # Rewards [S] of packed sequences at their last rows [S]; the rows [N] are noisy with weights u.
  def rewards(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, last: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    shape = __torch__.convert.to_ints(ints)
    settings = __torch__.convert.to_reals(reals)
    weights = __torch__.training.effective(parameters, shape, settings[2])
    x = torch.embedding(weights[0], ids)
    if torch.size(rows, 0) > 0:
      table = __torch__.training.table(weights, settings[3])
      noisy = __torch__.training.product(u.to(x.dtype), torch.t(table))
      x = torch.index_copy(x, 0, rows, noisy)
    hidden = __torch__.training.decode(
        x, last, weights, frequencies, positions, __torch__.convert.to_ints(lengths), shape, settings[0])
    return __torch__.training.score(hidden, weights, shape, torch.size(last, 0))

  # Pairwise loss and gradients; the first half of the sequences are the chosen.
  def reward_gradients(self: __torch__.Graph, parameters: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, last: Tensor, frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> List[Tensor]:
    shape = __torch__.convert.to_ints(ints)
    leaves = __torch__.training.leaves(parameters, shape)
    rewards = self.rewards(
        leaves, ids, rows, u, last, frequencies, positions, lengths, ints, reals)
    return __torch__.training.differentiate(
        __torch__.training.pairwise(rewards), __torch__.training.trained(leaves, shape))

  def reward_loss(self: __torch__.Graph, rewards: Tensor) -> Tensor:
    return __torch__.training.pairwise(rewards)

  # Rows of a weight with an adapter merged in. reals = [scale].
  def merge_adapter(self: __torch__.Graph, rows: Tensor, a: Tensor, b: Tensor, reals: Tensor) -> Tensor:
    return __torch__.training.merge(rows, a, b, __torch__.convert.to_reals(reals)[0])

  # reals = [weight]; the sums change in place and come back.
  def accumulate_gradients(self: __torch__.Graph, sums: List[Tensor], gradients: List[Tensor], reals: Tensor) -> Tensor:
    __torch__.training.accumulate(sums, gradients, __torch__.convert.to_reals(reals)[0])
    return sums[0]

  # The norm of all gradients together, before clipping; the rest changes in place, but where the norm
  # is not finite nothing does. ints say for each parameter whether weight decay applies; reals = [largest norm (0: no clipping), step from 1, rate,
  # beta1, beta2, epsilon, weight decay].
  def optimize(self: __torch__.Graph, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], ints: Tensor, reals: Tensor) -> Tensor:
    r = __torch__.convert.to_reals(reals)
    norm = __torch__.training.norm(gradients)
    length = float(torch.item(norm))
    # Of infinity and of NaN this is NaN.
    if length - length == 0.:
      scale = 1.
      if r[0] > 0.:
        scale = min(1., r[0] / (length + 0.000001))
      __torch__.training.adamw(
          parameters, gradients, means, squares, __torch__.convert.to_ints(ints), scale,
          r[1], r[2], r[3], r[4], r[5], r[6])
    return norm

  # --- Guidance ---

  # Token probabilities as a reward sees them. reals = [tau].
  def soften(self: __torch__.Graph, logits: Tensor, reals: Tensor) -> Tensor:
    return __torch__.relaxation.soften(logits, __torch__.convert.to_reals(reals)[0])

  def harden(self: __torch__.Graph, p: Tensor) -> Tensor:
    return __torch__.relaxation.harden(p)

  def expect(self: __torch__.Graph, p: Tensor, table: Tensor) -> Tensor:
    return __torch__.relaxation.expect(p, table)

  # Columns [n] of p [C,V].
  def columns(self: __torch__.Graph, p: Tensor, columns: Tensor) -> Tensor:
    return torch.index_select(p, 1, columns)

  # And back, from what autograd found. ints = [V].
  def unexpect(self: __torch__.Graph, gradient: Tensor, table: Tensor, ints: Tensor) -> Tensor:
    return __torch__.relaxation.unexpect(gradient, table, __torch__.convert.to_ints(ints)[0])

  def spread(self: __torch__.Graph, gradient: Tensor, columns: Tensor, ints: Tensor) -> Tensor:
    return __torch__.relaxation.spread(gradient, columns, __torch__.convert.to_ints(ints)[0])

  def unsoften(self: __torch__.Graph, p: Tensor, q: Tensor, reals: Tensor) -> Tensor:
    return __torch__.relaxation.unsoften(p, q, __torch__.convert.to_reals(reals)[0])

  def gradients(self: __torch__.Graph, score: Tensor, leaves: List[Tensor]) -> List[Tensor]:
    return __torch__.relaxation.gradients(score, leaves)

  # Whether all numbers are finite.
  def all_finite(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.all(torch.isfinite(x))

  # Whether a softmax of every row [C,V] is one: its maximum is finite.
  def rows_are_logits(self: __torch__.Graph, logits: Tensor) -> Tensor:
    return torch.all(torch.isfinite(torch.amax(logits, [1], False)))

  # Keys and values [layers,P,kv_heads,D] of a causal model in every layer, for the ids [P] that a sequence
  # begins with; the rest is as for decode.
  def reward_prefix(self: __torch__.Graph, ids: Tensor, embedding: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tuple[Tensor, Tensor]:
    rows_of, shape = __torch__.convert.to_ints(lengths), __torch__.convert.to_ints(ints)
    eps, last = __torch__.convert.to_reals(reals)[0], weights[6 * shape[0]]
    if torch.size(ids, 0) == 0:
      nothing = torch.zeros([shape[0], 0, shape[2], shape[3]], dtype=last.dtype, layout=None, device=last.device, pin_memory=False)
      return (nothing, nothing)
    none = annotate(List[int], [])
    x = __torch__.kernels.enter(torch.to(torch.embedding(embedding, ids), 6), last, eps)
    places = __torch__.convert.beside(positions, x)
    frame = __torch__.kernels.frame(places, inverse_frequencies, none, rows_of, shape, eps, last, x.dtype)
    return __torch__.backbone.remember(x, weights, frame, rows_of, shape, eps)

  # A reward model's values [B] of sequences with the embeddings e [N,H] at rows [N], behind the keys and
  # values of their first rows (reward.py); what follows these is as for decode.
  def reward_value(self: __torch__.Graph, e: Tensor, ids: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, embedding: Tensor, score: Tensor, keys: Tensor, values: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tensor:
    x = __torch__.reward.inputs(e, ids, rows, embedding)
    rows_of, shape = __torch__.convert.to_ints(lengths), __torch__.convert.to_ints(ints)
    places = __torch__.convert.beside(positions, e)
    eps, last = __torch__.convert.to_reals(reals)[0], weights[6 * shape[0]]
    counts = __torch__.reward.counts_of(keys, len(rows_of))
    x = __torch__.kernels.enter(x, last, eps)
    frame = __torch__.kernels.frame(places, inverse_frequencies, counts, rows_of, shape, eps, last, x.dtype)
    return __torch__.reward.value(
        x, readout, shares, score, keys, values, weights, frame, rows_of, shape, eps)

  # And their gradients by e [N,H] and by shares [B,M]; kept says of how many attentions and MLPs the
  # activations are kept.
  def reward_gradient(self: __torch__.Graph, e: Tensor, ids: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, embedding: Tensor, score: Tensor, keys: Tensor, values: Tensor, kept: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, positions: Tensor, lengths: Tensor, ints: Tensor, reals: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    x = __torch__.reward.inputs(e, ids, rows, embedding)
    rows_of, shape = __torch__.convert.to_ints(lengths), __torch__.convert.to_ints(ints)
    places = __torch__.convert.beside(positions, e)
    eps, last = __torch__.convert.to_reals(reals)[0], weights[6 * shape[0]]
    counts = __torch__.reward.counts_of(keys, len(rows_of))
    x = __torch__.kernels.recorded(x, last)
    frame = __torch__.kernels.frame(places, inverse_frequencies, counts, rows_of, shape, eps, last, x.dtype)
    return __torch__.reward.gradient(
        x, rows, readout, shares, score, keys, values, weights, frame, rows_of, shape, eps,
        __torch__.convert.to_ints(kept))

  def reward_ends(self: __torch__.Graph, end: Tensor) -> Tensor:
    return __torch__.reward.ends(end)

  # Whether autograd knows how x came from something that wants a gradient.
  def wants_gradient(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.tensor(x.requires_grad, dtype=11, device=None, requires_grad=False)
