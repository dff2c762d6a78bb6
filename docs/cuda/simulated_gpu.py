"""GPUs that are simulated on a CPU, to run code for GPUs where there is none.

    graph = torch.jit.load(pack("cuda", translate=simulated_gpu.translate))
    with simulated_gpu.Simulation() as simulation:
        x = simulation.move(torch.ones(3), simulated_gpu.name(1))
        graph.argmax(x)

A tensor on a simulated GPU says so (`x.device`), but its numbers are on the CPU. As on real GPUs, an operation fails
if its tensors are on different devices. What a host waits for is recorded: reading a number, a result whose shape
depends on numbers, and a copy from the CPU that is not asynchronous. The operations below that only GPUs have, or that
have other conditions there, are written out in plain PyTorch, with the conditions on dtype, shape and memory layout of
their kernels. All other operations are those of the CPU, without a GPU's conditions.

So this shows that the code names the right devices, does not wait, and computes the right numbers. It does not show
how fast it is, nor how the GPU's own kernels round.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map_only

aten = torch.ops.aten

# PyTorch's gradients need a real driver for CUDA devices, but not for its meta devices, which have no memory of their
# own. So these stand for the GPUs.
TYPE = "meta"

# The GPUs from this index on are older ones, without flash attention.
FLASH_GPUS = 2


def name(index):
    """The name of a simulated GPU."""
    return f"{TYPE}:{index}"


def translate(source):
    """The source of the graph, with simulated GPUs in place of CUDA's."""
    return source.replace(".is_cuda", f".is_{TYPE}")


# Operations that may take tensors of several devices.
COPIES = {aten._to_copy.default, aten.copy_.default}

# Operations whose result, or the shape of whose result, the host reads.
READS = {
    "_local_scalar_dense", "allclose", "bincount", "equal", "is_nonzero", "masked_select", "nonzero", "repeat_interleave", "unique",
    "_unique", "_unique2", "unique_consecutive", "unique_dim"}


def reads(function, tensors):
    name = function.overloadpacket.__name__
    by_booleans = name in ("index", "index_put", "index_put_") and any(x.dtype in (torch.bool, torch.uint8) for x in tensors[1:])
    return name in READS or by_booleans

recorded_waits = []


def waits_of(call):
    """The result of a call, and the operations for which the host waited in it."""
    recorded_waits.clear()
    refusals.clear()
    return call(), list(recorded_waits)


class OnGpu(torch.Tensor):
    """A tensor on a simulated GPU; its numbers are in `inner`, on the CPU."""

    @staticmethod
    def __new__(cls, inner, device):
        return torch.Tensor._make_wrapper_subclass(
            cls, inner.size(), strides=inner.stride(), storage_offset=inner.storage_offset(), dtype=inner.dtype,
            device=device)

    def __init__(self, inner, device):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, function, types, arguments=(), keywords=None):
        raise RuntimeError(f"{function} on a simulated GPU must be called inside the simulation")


class Simulation(TorchDispatchMode):
    """Runs operations on simulated GPUs."""

    @staticmethod
    def move(x, device):
        """A tensor on a simulated GPU."""
        return OnGpu(x.detach(), torch.device(device)).requires_grad_(x.requires_grad)

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        keywords = dict(keywords or {})
        tensors = [x for x in tree_flatten((arguments, keywords))[0] if isinstance(x, torch.Tensor)]
        devices = {x.device for x in tensors if x.device.type == TYPE}
        wanted = keywords.get("device")
        wanted = torch.device(wanted) if wanted is not None else None
        if function in COPIES:
            target = wanted or tensors[0].device
            types = tensors[-1].device.type, target.type
            # From the CPU, non_blocking is the third argument of copy_.
            asynchronous = keywords.get("non_blocking") or (function is aten.copy_.default and arguments[2:3] == (True,))
            if types == (TYPE, "cpu") or (types == ("cpu", TYPE) and not asynchronous):
                recorded_waits.append(str(function))
        else:
            target = wanted or next(iter(devices), torch.device("cpu"))
            self._require_one_device(function, tensors, devices)
            if devices and reads(function, tensors):
                recorded_waits.append(str(function))
        if target.type == TYPE and target.index is None:
            target = torch.device(TYPE, 0)
        if wanted is not None:
            keywords["device"] = torch.device("cpu")
        if function is aten._fused_sdp_choice.default:
            # 0 is separate operations, 1 is flash attention.
            return 1 if target.index < FLASH_GPUS else 0
        plain_arguments, plain_keywords = tree_map_only(OnGpu, lambda x: x.inner, (arguments, keywords))
        run = KERNELS.get(function, function) if target.type == TYPE else function
        found = run(*plain_arguments, **plain_keywords)
        if target.type != TYPE:
            return found
        # An operation in place returns the tensor that it was given.
        known = {id(x.inner): x for x in tensors if isinstance(x, OnGpu)}
        return tree_map_only(torch.Tensor, lambda x: known.get(id(x)) if id(x) in known else OnGpu(x, target), found)

    @staticmethod
    def _require_one_device(function, tensors, devices):
        # A CPU tensor with one number may take part in an elementwise operation on a GPU.
        single = torch.Tag.pointwise in function.tags
        if devices and any(x.device.type == "cpu" and not (single and x.dim() == 0) for x in tensors):
            devices = devices | {torch.device("cpu")}
        if len(devices) > 1:
            refuse(f"all tensors of {function} must be on one device, but are on: {sorted(map(str, devices))}")


# What operations were refused for.
refusals = []


def refuse(rule):
    refusals.append(rule)
    raise RuntimeError(rule)


def require(condition, rule):
    if not condition:
        refuse(rule)


def weight_norm(v, g, dim=0):
    """PyTorch's kernel for CPUs has no float16; the one for GPUs needs contiguous tensors."""
    require(v.is_contiguous() and g.is_contiguous(), "_weight_norm_interface needs contiguous tensors")
    if v.dtype != torch.float16:
        return aten._weight_norm_interface.default(v, g, dim)
    found, norms = aten._weight_norm_interface.default(v.float(), g.float(), dim)
    return found.half(), norms


def weight_norm_backward(gradient, v, g, norms, dim):
    if v.dtype != torch.float16:
        return aten._weight_norm_interface_backward.default(gradient, v, g, norms, dim)
    found = aten._weight_norm_interface_backward.default(gradient.float(), v.float(), g.float(), norms.float(), dim)
    return tuple(x.half() for x in found)


def int_mm(a, b):
    """cuBLAS's product of int8 matrices."""
    require(a.dtype == b.dtype == torch.int8, "_int_mm needs int8")
    require(a.size(0) > 16 and a.size(1) % 8 == 0 and b.size(1) % 8 == 0, f"_int_mm cannot multiply {a.shape} and {b.shape}")
    return a.int() @ b.int()


def scaled_mm(a, b, scale_a, scale_b, bias=None, scale_result=None, out_dtype=None, use_fast_accum=False):
    """cuBLAS's product of float8 matrices with a scale for each row and column."""
    require(a.dtype == b.dtype == torch.float8_e4m3fn, "_scaled_mm needs float8")
    require(a.stride(1) == 1 and b.stride(0) == 1, "_scaled_mm needs rows in the first and columns in the second matrix")
    require(a.size(1) % 16 == 0 and b.size(1) % 16 == 0, f"_scaled_mm cannot multiply {a.shape} and {b.shape}")
    require(scale_a.dtype == scale_b.dtype == torch.float32, "the scales of _scaled_mm must be float32")
    require(scale_a.shape == (a.size(0), 1) and scale_b.shape == (1, b.size(1)), "_scaled_mm needs a scale for each row and column")
    require(scale_a.is_contiguous() and scale_b.is_contiguous(), "the scales of _scaled_mm must be contiguous")
    require(bias is None and scale_result is None and not use_fast_accum, "only what the graph needs is simulated of _scaled_mm")
    require(out_dtype == torch.bfloat16, "_scaled_mm with scales of rows gives bfloat16")
    return ((a.float() @ b.float()) * scale_a * scale_b).bfloat16()


def shares_of(q, k, starts, key_starts, causal, left, right):
    """For each sequence its rows, its keys and the softmax [heads,rows,keys]; q [R,heads,D], k [E,kv_heads,D]."""
    groups = q.size(1) // k.size(1)
    starts, key_starts = starts.tolist(), key_starts.tolist()
    for i in range(len(starts) - 1):
        own, keys = slice(starts[i], starts[i + 1]), slice(key_starts[i], key_starts[i + 1])
        few, many = own.stop - own.start, keys.stop - keys.start
        # The last query and the last key have the same place, as in the kernel.
        distance = torch.arange(many)[None] - (torch.arange(few)[:, None] + many - few)
        hidden = torch.zeros(few, many, dtype=torch.bool)
        if left >= 0:
            hidden |= distance < -left
        if right >= 0 or causal:
            hidden |= distance > (0 if causal else right)
        scores = torch.einsum("qhd,khd->hqk", q[own].float(), shared(k[keys], groups)) * q.size(2) ** -0.5
        yield own, keys, torch.softmax(scores.masked_fill(hidden, float("-inf")), -1)


def shared(x, times):
    """Each key/value head is shared by some query heads."""
    return x.float().repeat_interleave(times, 1)


def flash_forward(q, k, v, starts, key_starts, most, most_keys, dropout, causal, debug, scale=None, window_size_left=-1, window_size_right=-1):
    """Flash attention of packed sequences, with the conditions of its kernel."""
    require(dropout == 0 and not debug and scale is None, "only what the graph needs is simulated of flash attention")
    require(q.dtype == k.dtype == v.dtype and q.dtype in (torch.float16, torch.bfloat16), "flash attention needs 16 bits")
    require(starts.dtype == key_starts.dtype == torch.int32, "the starts of sequences must be int32")
    require(all(x.stride(-1) == 1 for x in (q, k, v)), "flash attention needs contiguous heads")
    require(q.size(2) % 8 == 0 and q.size(2) <= 256, "flash attention needs heads of a multiple of 8, at most 256")
    require(most == max(starts.diff()) and most_keys == max(key_starts.diff()), "the lengths of sequences do not fit their starts")
    require(starts[-1] == q.size(0) and key_starts[-1] == k.size(0) == v.size(0), "the starts of sequences do not fit the rows")
    groups = q.size(1) // k.size(1)
    parts = [
        torch.einsum("hqk,khd->qhd", shares, shared(v[keys], groups))
        for _, keys, shares in shares_of(q, k, starts, key_starts, causal, window_size_left, window_size_right)]
    nothing = torch.zeros(0)
    return torch.cat(parts).to(q.dtype), torch.zeros(q.size(1), q.size(0)), nothing.long(), nothing.long(), nothing


def flash_backward(gradient, q, k, v, out, logsumexp, starts, key_starts, most, most_keys, dropout, causal, seed, offset, scale=None, window_size_left=-1, window_size_right=-1):
    groups, factor = q.size(1) // k.size(1), q.size(2) ** -0.5
    found = [torch.zeros(x.shape) for x in (q, k, v)]
    for own, keys, shares in shares_of(q, k, starts, key_starts, causal, window_size_left, window_size_right):
        above = gradient[own].float()
        of_shares = torch.einsum("qhd,khd->hqk", above, shared(v[keys], groups))
        of_scores = shares * (of_shares - (of_shares * shares).sum(-1, True)) * factor
        found[0][own] = torch.einsum("hqk,khd->qhd", of_scores, shared(k[keys], groups))
        for place, of_head in ((1, torch.einsum("hqk,qhd->khd", of_scores, q[own].float())), (2, torch.einsum("hqk,qhd->khd", shares, above))):
            found[place][keys] = of_head.unflatten(1, (-1, groups)).sum(2)
    return tuple(x.to(q.dtype) for x in found)


# What runs on a simulated GPU in place of its own kernels.
KERNELS = {
    aten._weight_norm_interface.default: weight_norm,
    aten._weight_norm_interface_backward.default: weight_norm_backward,
    aten._int_mm.default: int_mm,
    aten._scaled_mm.default: scaled_mm,
    aten._flash_attention_forward.default: flash_forward,
    aten._flash_attention_backward.default: flash_backward,
}
