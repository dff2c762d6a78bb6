# Unpacks by name what Java packs into lists and small tensors. No other file knows these orders. The Java classes
# named below pack in the same order; a list of the wrong length ends the call.

# The dimensions of a decoder.
class Architecture(NamedTuple):
  layers : int
  heads : int
  kv_heads : int
  # D, the width of a head.
  width : int
  # The number of positions that attention reaches, 0 for all.
  window : int
  causal : bool
  # The number that a norm adds to the mean square.
  eps : float

# A decoder: its weights as layer_of and final_norm find them, inverse frequencies [D/2].
class Decoder(NamedTuple):
  weights : List[Tensor]
  inverse_frequencies : Tensor
  arch : __torch__.layout.Architecture

# Packed sequences: the position [R] of each row in its sequence, and the number of rows of each sequence.
class Sequences(NamedTuple):
  positions : Tensor
  lengths : List[int]

# The weight of a product [out,in], and the scale of each of its rows [out] if it is quantized.
class Product(NamedTuple):
  weight : Tensor
  scale : Optional[Tensor]

# A layer: norms [H]; query/key/value [(heads+2*kv_heads)*D, H] and its bias, if the model has one; output
# [H, heads*D]; gate/up [2*I, H]; down [H, I].
class Layer(NamedTuple):
  input_norm : Tensor
  qkv : __torch__.layout.Product
  qkv_bias : Optional[Tensor]
  output : __torch__.layout.Product
  post_norm : Tensor
  gate_up : __torch__.layout.Product
  down : __torch__.layout.Product

# From Architecture.java: integers int64 [6], epsilon float64 [1].
def architecture(integers: Tensor, epsilon: Tensor) -> __torch__.layout.Architecture:
  layers, heads, kv_heads, width, window, causal = __torch__.convert.to_ints(integers)
  return __torch__.layout.Architecture(
      layers, heads, kv_heads, width, window, causal != 0, __torch__.convert.to_real(epsilon))

def decoder(weights: List[Tensor], inverse_frequencies: Tensor, integers: Tensor, epsilon: Tensor) -> __torch__.layout.Decoder:
  return __torch__.layout.Decoder(
      weights, inverse_frequencies, __torch__.layout.architecture(integers, epsilon))

# Packed sequences with the positions moved to the device of x.
def sequences(positions: Tensor, lengths: Tensor, x: Tensor) -> __torch__.layout.Sequences:
  return __torch__.layout.Sequences(__torch__.convert.beside(positions, x), __torch__.convert.to_ints(lengths))

# The weights of a decoder, from WeightLayout.java: six tensors for each layer, then the final norm. Returns
# where those of layer i start; after the last layer, where the final norm is.
def start_of(i: int) -> int:
  return 6 * i

def final_norm(decoder: __torch__.layout.Decoder) -> Tensor:
  return decoder.weights[__torch__.layout.start_of(decoder.arch.layers)]

# The layers of a decoder may be on several devices. A stage is a run of layers that share one. Returns the first layer
# of each stage, then the number of layers. The final norm is on the device of the last layer.
def stages(decoder: __torch__.layout.Decoder) -> List[int]:
  layers = decoder.arch.layers
  starts = annotate(List[int], [0])
  current = __torch__.layout.input_norm(0, decoder)
  if not (current.device == __torch__.layout.final_norm(decoder).device):
    for i in range(layers):
      norm = __torch__.layout.input_norm(i, decoder)
      if not (norm.device == current.device):
        torch.append(starts, i)
        current = norm
  torch.append(starts, layers)
  return starts

# The stage of layer i.
def stage_of(i: int, starts: List[int]) -> int:
  stage = 0
  while starts[stage + 1] <= i:
    stage = stage + 1
  return stage

# The first weight of layer i.
def input_norm(i: int, decoder: __torch__.layout.Decoder) -> Tensor:
  return decoder.weights[__torch__.layout.start_of(i)]

# After the final norm there are five more tensors for each layer, or none at all: the scales of the four products,
# and the bias. An empty tensor stands for one that a model does not have.
def has_extras(decoder: __torch__.layout.Decoder) -> bool:
  return len(decoder.weights) > __torch__.layout.start_of(decoder.arch.layers) + 1

def extras_of(i: int, decoder: __torch__.layout.Decoder) -> List[Tensor]:
  size = 5
  start = __torch__.layout.start_of(decoder.arch.layers) + 1 + size * i
  return decoder.weights[start:start + size]

def present(extra: Tensor) -> Optional[Tensor]:
  if torch.size(extra, 0) == 0:
    return None
  return extra

def layer_of(i: int, decoder: __torch__.layout.Decoder) -> __torch__.layout.Layer:
  input_norm, qkv, output, post_norm, gate_up, down = decoder.weights[
      __torch__.layout.start_of(i):__torch__.layout.start_of(i + 1)]
  if not __torch__.layout.has_extras(decoder):
    return __torch__.layout.Layer(
        input_norm, __torch__.layout.Product(qkv, None), None, __torch__.layout.Product(output, None),
        post_norm, __torch__.layout.Product(gate_up, None), __torch__.layout.Product(down, None))
  qkv_scale, output_scale, gate_up_scale, down_scale, bias = __torch__.layout.extras_of(i, decoder)
  return __torch__.layout.Layer(
      input_norm, __torch__.layout.Product(qkv, qkv_scale), __torch__.layout.present(bias),
      __torch__.layout.Product(output, output_scale), post_norm,
      __torch__.layout.Product(gate_up, gate_up_scale), __torch__.layout.Product(down, down_scale))
