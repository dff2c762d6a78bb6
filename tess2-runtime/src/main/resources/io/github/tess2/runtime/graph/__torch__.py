# The model as TorchScript: the methods that Java calls. Most of the work is in the folder __torch__.
# Each method has one typed method in Java, in a class of the package whose name ends in Calls.
#
# Numbers that are not tensors come in as small CPU tensors, int64 or float64, because the bridge passes nothing
# else. Each method first unpacks them by name; if there are several in a tensor, the comment on the method lists
# them. Dtype codes: 4 int64, 5 float16, 6 float32, 15 bfloat16.
#
# The decoder comes as weights, inverse_frequencies, architecture and epsilon, and packed sequences as positions
# [R] and lengths [S]: see layout.py.
class Graph(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  _is_full_backward_hook : Optional[bool]

  # A weight read from a file: raw bytes [n] -> a new tensor of a shape. dtypes = [from, to].
  def load_weight(self: __torch__.Graph, raw: Tensor, dtypes: Tensor, shape: Tensor) -> Tensor:
    stored, wanted = __torch__.convert.to_ints(dtypes)
    typed = torch.reshape(__torch__.convert.reinterpret(raw, stored), __torch__.convert.to_ints(shape))
    return torch.to(typed, wanted)

  # A weight [O,I] in float32 -> the same in a dtype with one byte per number, and the scale of each row [O].
  def quantize_weight(self: __torch__.Graph, weight: Tensor, dtype: Tensor) -> Tuple[Tensor, Tensor]:
    return __torch__.quantize.narrow(weight, __torch__.convert.to_int(dtype))

  # A quantized weight [O,I] laid out for the products.
  def pack_weight(self: __torch__.Graph, weight: Tensor) -> Tensor:
    return __torch__.weights.pack(weight)

  # y = x W^T [R,O] for x [R,I] and a laid-out quantized weight with the scale of each row [O].
  def quantized_product(self: __torch__.Graph, x: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
    return __torch__.weights.apply(x, __torch__.layout.Product(weight, scale))

  # The relative error of products with quantized weights at the greatest numbers, float64 [1]. shape = [O, I];
  # like gives the device and the dtype of the activations.
  def quantized_error(self: __torch__.Graph, like: Tensor, shape: Tensor, dtype: Tensor) -> Tensor:
    out, width = __torch__.convert.to_ints(shape)
    error = __torch__.quantize.greatest_error(out, width, __torch__.convert.to_int(dtype), like)
    return torch.full([1], error, dtype=7, layout=None, device=None, pin_memory=None)

  # A weight [O,I] in float32, overwritten, plus scale times left [O,r] times right [r,I], cast to a dtype.
  def add_product(self: __torch__.Graph, weight: Tensor, left: Tensor, right: Tensor, scale: Tensor, dtype: Tensor) -> Tensor:
    sum = torch.addmm_(weight, left, right, beta=1, alpha=__torch__.convert.to_real(scale))
    return torch.to(sum, __torch__.convert.to_int(dtype))

  def concatenate(self: __torch__.Graph, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  # Some rows of a tensor. bounds = [first, end (exclusive)].
  def slice_rows(self: __torch__.Graph, x: Tensor, bounds: Tensor) -> Tensor:
    first, end = __torch__.convert.to_ints(bounds)
    return x[first:end]

  # A tensor on the device of another.
  def beside(self: __torch__.Graph, x: Tensor, like: Tensor) -> Tensor:
    return __torch__.convert.beside(x, like)

  # Any tensor in float32, for Java to read.
  def to_float(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  # Raw bytes of a tensor, for Java to write: any dtype -> cast to a dtype -> uint8 [n].
  def to_bytes(self: __torch__.Graph, x: Tensor, dtype: Tensor) -> Tensor:
    flat = torch.reshape(torch.contiguous(torch.to(x, __torch__.convert.to_int(dtype))), [-1])
    return __torch__.convert.reinterpret(flat, 0)

  # Input embeddings [R,H] of packed sequences, float32: ids [R], embedding [V,H]; row rows[n] gets
  # canvas[n] [N,H] plus its time times [N] through the time weight [H,1].
  def assemble(self: __torch__.Graph, ids: Tensor, embedding: Tensor, canvas: Tensor, rows: Tensor, times: Tensor, time_weight: Tensor) -> Tensor:
    x = torch.to(torch.embedding(embedding, __torch__.convert.beside(ids, embedding)), 6)
    column = torch.unsqueeze(__torch__.convert.beside(times, embedding), 1)
    time = torch.mul(torch.to(column, 6), torch.t(torch.to(time_weight, 6)))
    return torch.index_copy_(x, 0, __torch__.convert.beside(rows, embedding), torch.add(canvas, time))

  # The last hidden states [R,H] of the embeddings x [R,H].
  def decode(self: __torch__.Graph, x: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, x)
    return __torch__.backbone.decode(x, decoder, sequences, None, False)

  # The hidden states after every layer, then the last ones.
  def trace(self: __torch__.Graph, x: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, x)
    return __torch__.backbone.trace(x, decoder, sequences)

  # The last hidden states of only the rows [N], zeros for row -1. This saves most of the last layer.
  def decode_rows(self: __torch__.Graph, x: Tensor, rows: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, x)
    wanted = __torch__.convert.beside(rows, x)
    found = __torch__.backbone.decode(x, decoder, sequences, torch.clamp(wanted, 0), False)
    return __torch__.convert.zero_missing(found, wanted)

  # The same, and keys and values of each sequence's rows (cache.py).
  def decode_keeping(self: __torch__.Graph, x: Tensor, rows: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, x)
    wanted = __torch__.convert.beside(rows, x)
    caches = __torch__.cache.empty(decoder, sequences.lengths)
    found = __torch__.cache.decode(x, torch.clamp(wanted, 0), caches, True, decoder, sequences)
    return torch.add([__torch__.convert.zero_missing(found, wanted)], caches)

  # The last hidden states of the rows [N] among some rows [A] of sequences whose keys and values were kept.
  # positions [A] are those of the A rows in their sequences; lengths gives how many of them each sequence has.
  def decode_some(self: __torch__.Graph, x: Tensor, rows: Tensor, caches: List[Tensor], weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, x)
    wanted = __torch__.convert.beside(rows, x)
    found = __torch__.cache.decode(x, torch.clamp(wanted, 0), caches, False, decoder, sequences)
    return __torch__.convert.zero_missing(found, wanted)

  # The rows [N] of the hidden states [R,H]; zeros for row -1.
  def select_rows(self: __torch__.Graph, hidden: Tensor, rows: Tensor) -> Tensor:
    wanted = __torch__.convert.beside(rows, hidden)
    return __torch__.convert.zero_missing(torch.index_select(hidden, 0, torch.clamp(wanted, 0)), wanted)

  # Logits [C,V] in float32 of hidden states [C,H].
  def head(self: __torch__.Graph, hidden: Tensor, weight: Tensor) -> Tensor:
    return torch.to(__torch__.linear.apply(hidden, weight), 6)

  # Whether products on the CPU with weights of a shape keep rows apart: 1 or 0. product = [dtype, out, in,
  # transposed]; counts are the numbers of rows to try.
  def keeps_rows_apart(self: __torch__.Graph, product: Tensor, counts: Tensor) -> Tensor:
    dtype, out, width, transposed = __torch__.convert.to_ints(product)
    apart = __torch__.linear.keeps_rows_apart(
        dtype, out, width, transposed != 0, __torch__.convert.to_ints(counts))
    return torch.full([1], int(apart), dtype=4, layout=None, device=None, pin_memory=None)

  # The likeliest token of each row and its probability, float64 [C,2], so that both are read at once.
  def read_out(self: __torch__.Graph, logits: Tensor) -> Tensor:
    token, probability = __torch__.simplex.read_out(logits)
    return torch.stack([torch.to(token, 7), torch.to(probability, 7)], 1)

  # The same with the entropy of each row in nats, float64 [C,3].
  def read_out_entropies(self: __torch__.Graph, logits: Tensor) -> Tensor:
    token, probability, entropy = __torch__.simplex.read_out_entropies(logits)
    return torch.stack([torch.to(token, 7), torch.to(probability, 7), torch.to(entropy, 7)], 1)

  # One token per row [C]. filter = [temperature, top_p].
  def draw(self: __torch__.Graph, logits: Tensor, uniforms: Tensor, filter: Tensor) -> Tensor:
    temperature, top_p = __torch__.convert.to_reals(filter)
    return __torch__.simplex.draw(logits, temperature, top_p, uniforms)

  # The predictions of a masked model at open positions, float64 [C,4]. noise is [C,V] or empty; filter =
  # [temperature, top_p]; codes = [top_k, mask token, measure].
  def masked_candidates(self: __torch__.Graph, logits: Tensor, noise: Tensor, filter: Tensor, codes: Tensor) -> Tensor:
    temperature, top_p = __torch__.convert.to_reals(filter)
    top_k, mask, measure = __torch__.convert.to_ints(codes)
    return __torch__.masked.candidates(logits, noise, temperature, top_p, top_k, mask, measure)

  # Makes the logits of decided positions certain of their tokens [C], which are -1 at open ones.
  def pin(self: __torch__.Graph, logits: Tensor, tokens: Tensor) -> Tensor:
    return __torch__.masked.pin(logits, __torch__.convert.beside(tokens, logits))

  def argmax(self: __torch__.Graph, logits: Tensor) -> Tensor:
    return torch.argmax(logits, 1, False)

  # Random numbers [C,width] of rows with keys [C]; like gives the device.
  def normals(self: __torch__.Graph, like: Tensor, keys: Tensor, width: Tensor) -> Tensor:
    return __torch__.random.normals(__torch__.convert.beside(keys, like), __torch__.convert.to_int(width))

  def uniforms(self: __torch__.Graph, like: Tensor, keys: Tensor, width: Tensor) -> Tensor:
    return __torch__.random.uniforms(__torch__.convert.beside(keys, like), __torch__.convert.to_int(width))

  def gumbel(self: __torch__.Graph, like: Tensor, keys: Tensor, width: Tensor) -> Tensor:
    return __torch__.random.gumbel(__torch__.convert.beside(keys, like), __torch__.convert.to_int(width))

  # The noisy simplex [C,V] of tokens [C]; overwrites the noise. levels = [signal, sigma, k].
  def renoise(self: __torch__.Graph, tokens: Tensor, noise: Tensor, levels: Tensor) -> Tensor:
    signal, sigma, k = __torch__.convert.to_reals(levels)
    return __torch__.simplex.renoise(tokens, noise, signal, sigma, k)

  # The same, but rows with a token below 0 start again from noise.
  def renoise_accepted(self: __torch__.Graph, tokens: Tensor, noise: Tensor, levels: Tensor) -> Tensor:
    signal, sigma, k = __torch__.convert.to_reals(levels)
    return __torch__.simplex.renoise_accepted(tokens, noise, signal, sigma, k)

  # +k at the token, -k elsewhere [C,width].
  def one_hot(self: __torch__.Graph, tokens: Tensor, width: Tensor, k: Tensor) -> Tensor:
    return __torch__.simplex.one_hot(tokens, __torch__.convert.to_int(width), __torch__.convert.to_real(k))

  # The input embedding [C,H] of the first step, in a mode of self-conditioning.
  def embed_first(self: __torch__.Graph, x: Tensor, embedding: Tensor, mode: Tensor) -> Tensor:
    return __torch__.simplex.embed(x, None, __torch__.convert.to_int(mode), embedding)

  # The input embedding [C,H] of a later step.
  def embed_next(self: __torch__.Graph, x: Tensor, previous: Tensor, embedding: Tensor, mode: Tensor) -> Tensor:
    return __torch__.simplex.embed(x, previous, __torch__.convert.to_int(mode), embedding)

  # --- Training. The model comes as parameters and adapters; architecture to adapter_scale are the setup of
  # training.py ---

  # Next-token loss and gradients.
  def next_token_gradients(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, targets: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    leaves = __torch__.training.leaves(weights, how)
    loss = __torch__.training.next_token(leaves, ids, rows, targets, sequences, how)
    return __torch__.training.differentiate(loss, __torch__.training.trained(leaves, how))

  # The same without gradients, for evaluation.
  def next_token_loss(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, targets: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    return __torch__.training.next_token(weights, ids, rows, targets, sequences, how)

  # The previous prediction's softmax q [N,V] for self-conditioning in a mode: alpha bars [N] and times [N] are
  # for t+1.
  def predict_clean(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, previous: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, times: Tensor, mode: Tensor, k: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    return __torch__.training.predict(
        weights, ids, rows, previous, tokens, noise, alpha_bars, times, __torch__.convert.to_int(mode),
        __torch__.convert.to_real(k), sequences, how)

  # Mixture weights u [N,V] of the noisy rows' input.
  def mix_noisy(self: __torch__.Graph, q: Tensor, tokens: Tensor, noise: Tensor, alpha_bars: Tensor, mode: Tensor, k: Tensor) -> Tensor:
    code = __torch__.convert.to_int(mode)
    p = __torch__.training.noisy_probabilities(tokens, noise, alpha_bars, __torch__.convert.to_real(k))
    if code == 0:
      return p
    return __torch__.simplex.condition(p, torch.expand_as(q, p), code)

  # Diffusion loss at the noisy rows [N] and gradients: row predicting[m] predicts targets[m].
  def diffusion_gradients(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, targets: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    leaves = __torch__.training.leaves(weights, how)
    loss = __torch__.training.diffusion(leaves, ids, rows, u, times, predicting, targets, sequences, how)
    return __torch__.training.differentiate(loss, __torch__.training.trained(leaves, how))

  def diffusion_loss(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, times: Tensor, predicting: Tensor, targets: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    return __torch__.training.diffusion(weights, ids, rows, u, times, predicting, targets, sequences, how)

  # Rewards [S] of packed sequences at their last rows [S]; the rows [N] are noisy with weights u.
  def rewards(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, last: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    return __torch__.training.rewards(weights, ids, rows, u, last, sequences, how)

  # Pairwise loss and gradients; the first half of the sequences are the chosen ones.
  def reward_gradients(self: __torch__.Graph, parameters: List[Tensor], adapters_a: List[Tensor], adapters_b: List[Tensor], ids: Tensor, rows: Tensor, u: Tensor, last: Tensor, architecture: Tensor, epsilon: Tensor, inverse_frequencies: Tensor, setup: Tensor, trained: Tensor, adapted: Tensor, adapter_scale: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    weights = __torch__.training.Weights(parameters, adapters_a, adapters_b)
    how = __torch__.training.setup(
        __torch__.layout.architecture(architecture, epsilon), inverse_frequencies, setup, trained, adapted, adapter_scale)
    sequences = __torch__.layout.sequences(positions, lengths, ids)
    leaves = __torch__.training.leaves(weights, how)
    rewards = __torch__.training.rewards(leaves, ids, rows, u, last, sequences, how)
    return __torch__.training.differentiate(
        __torch__.training.pairwise(rewards), __torch__.training.trained(leaves, how))

  def reward_loss(self: __torch__.Graph, rewards: Tensor) -> Tensor:
    return __torch__.training.pairwise(rewards)

  # Rows of a weight with an adapter merged in.
  def merge_adapter(self: __torch__.Graph, rows: Tensor, a: Tensor, b: Tensor, scale: Tensor) -> Tensor:
    return __torch__.training.merge(rows, a, b, __torch__.convert.to_real(scale))

  # Adds the gradients times a weight to the sums, in place, and returns the sums.
  def accumulate_gradients(self: __torch__.Graph, sums: List[Tensor], gradients: List[Tensor], weight: Tensor) -> Tensor:
    __torch__.training.accumulate(sums, gradients, __torch__.convert.to_real(weight))
    return sums[0]

  # The norm of all gradients together, before clipping. Everything else changes in place, or nothing if the norm is
  # not finite. decays says for each parameter whether weight decay applies; settings = [largest norm (0: no
  # clipping), step from 1, rate, beta1, beta2, epsilon, weight decay].
  def optimize(self: __torch__.Graph, parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], decays: Tensor, settings: Tensor) -> Tensor:
    largest, step, rate, beta1, beta2, epsilon, weight_decay = __torch__.convert.to_reals(settings)
    norm = __torch__.training.norm(gradients)
    length = float(torch.item(norm))
    # For infinity and NaN this is NaN.
    if length - length == 0.:
      scale = 1.
      if largest > 0.:
        scale = min(1., largest / (length + 0.000001))
      __torch__.training.adamw(
          parameters, gradients, means, squares, __torch__.convert.to_ints(decays), scale,
          step, rate, beta1, beta2, epsilon, weight_decay)
    return norm

  # --- Guidance ---

  # The token probabilities that a reward sees.
  def soften(self: __torch__.Graph, logits: Tensor, tau: Tensor) -> Tensor:
    return __torch__.relaxation.soften(logits, __torch__.convert.to_real(tau))

  def harden(self: __torch__.Graph, p: Tensor) -> Tensor:
    return __torch__.relaxation.harden(p)

  def expect(self: __torch__.Graph, p: Tensor, table: Tensor) -> Tensor:
    return __torch__.relaxation.expect(p, table)

  # Columns [n] of p [C,V].
  def columns(self: __torch__.Graph, p: Tensor, columns: Tensor) -> Tensor:
    return torch.index_select(p, 1, columns)

  # The transpose of expect, for the gradient from autograd. width is V.
  def unexpect(self: __torch__.Graph, gradient: Tensor, table: Tensor, width: Tensor) -> Tensor:
    return __torch__.relaxation.unexpect(gradient, table, __torch__.convert.to_int(width))

  def spread(self: __torch__.Graph, gradient: Tensor, columns: Tensor, width: Tensor) -> Tensor:
    return __torch__.relaxation.spread(gradient, columns, __torch__.convert.to_int(width))

  def unsoften(self: __torch__.Graph, p: Tensor, q: Tensor, tau: Tensor) -> Tensor:
    return __torch__.relaxation.unsoften(p, q, __torch__.convert.to_real(tau))

  def gradients(self: __torch__.Graph, score: Tensor, leaves: List[Tensor]) -> List[Tensor]:
    return __torch__.relaxation.gradients(score, leaves)

  # Whether all numbers are finite.
  def all_finite(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.all(torch.isfinite(x))

  # Whether every row [C,V] has a valid softmax, because its maximum is finite.
  def rows_are_logits(self: __torch__.Graph, logits: Tensor) -> Tensor:
    return torch.all(torch.isfinite(torch.amax(logits, [1], False)))

  # Keys and values of a causal model in every layer, for the ids [P] that a sequence begins with: for each stage
  # [its layers,2,P,kv_heads,D].
  def reward_prefix(self: __torch__.Graph, ids: Tensor, embedding: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> List[Tensor]:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, embedding)
    return __torch__.reward.prefix(ids, embedding, decoder, sequences)

  # A reward model's values [B] of sequences with the embeddings e [N,H] at rows [N], after the keys and values of
  # their first rows (reward.py).
  def reward_value(self: __torch__.Graph, e: Tensor, ids: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, embedding: Tensor, score: Tensor, earlier: List[Tensor], weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> Tensor:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, embedding)
    x = __torch__.reward.inputs(e, ids, rows, embedding)
    head = __torch__.reward.Readout(earlier, readout, shares, score)
    return __torch__.convert.beside(__torch__.reward.value(x, head, decoder, sequences), e)

  # The same, and their gradients with respect to e [N,H] and shares [B,M]. kept = [attentions, MLPs]: how many of
  # them keep their activations.
  def reward_gradient(self: __torch__.Graph, e: Tensor, ids: Tensor, rows: Tensor, readout: Tensor, shares: Tensor, embedding: Tensor, score: Tensor, earlier: List[Tensor], kept: Tensor, weights: List[Tensor], inverse_frequencies: Tensor, architecture: Tensor, epsilon: Tensor, positions: Tensor, lengths: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    decoder = __torch__.layout.decoder(weights, inverse_frequencies, architecture, epsilon)
    sequences = __torch__.layout.sequences(positions, lengths, embedding)
    x = __torch__.reward.inputs(e, ids, rows, embedding)
    head = __torch__.reward.Readout(earlier, readout, shares, score)
    found, of_rows, of_shares = __torch__.reward.gradient(x, rows, head, __torch__.reward.kept(kept), decoder, sequences)
    return (__torch__.convert.beside(found, e), __torch__.convert.beside(of_rows, e), __torch__.convert.beside(of_shares, e))

  def reward_ends(self: __torch__.Graph, end: Tensor) -> Tensor:
    return __torch__.reward.ends(end)

  # Whether x depends, as recorded by autograd, on something that requires a gradient.
  def wants_gradient(self: __torch__.Graph, x: Tensor) -> Tensor:
    return torch.tensor(x.requires_grad, dtype=11, device=None, requires_grad=False)
