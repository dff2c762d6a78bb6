"""Losses of every training stage on given weights, masks, noise and timesteps, and the optimizer."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from . import schedules
from .forward import attention_mask, forward, run_backbone
from .sampling import to_simplex

TRAINING_STEPS = 5000


def trainable(weights) -> dict[str, torch.Tensor]:
    """The parameters under their names in the checkpoint, with gradients enabled."""
    named = {f"model.{name}": p for name, p in weights.backbone.named_parameters()}
    named["timestep_embed.weight"] = weights.timestep_embed
    if weights.untied_head is not None:
        named["lm_head.weight"] = weights.untied_head
    # nn.Embedding would drop the gradient of the [PAD] row, so we use F.embedding.
    for parameter in named.values():
        parameter.requires_grad_(True)
    return named


@dataclass
class Batch:
    """One batch: ids [B, L], mask [B, L] true where the loss is computed."""

    ids: torch.Tensor
    mask: torch.Tensor


@dataclass
class Noised:
    """The random part of a diffusion batch: one timestep per sequence, noise [B, L, V]."""

    timesteps: torch.Tensor  # [B] long, 0 .. 4999
    noise: torch.Tensor
    k: float
    schedule: str = "squaredcos_improved_ddpm"

    def simplex(self, ids: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        """x = sqrt(alpha-bar_t) (+k at the token, -k elsewhere) + sqrt(1 - alpha-bar_t) k noise."""
        alpha = schedules.alphas_cumprod(self.schedule, TRAINING_STEPS)[timesteps].float()[:, None, None]
        clean = to_simplex(ids, self.k, self.noise.shape[-1])
        return alpha.sqrt() * clean + (1 - alpha).sqrt() * self.k * self.noise


def shifted_cross_entropy(head: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """The head's output at i-1 predicts ids[i] where mask[i], i >= 1; mean over the whole batch.

    Returns the loss and the losses of the individual positions, in row-major order.
    """
    targets = batch.mask[:, 1:]
    each = F.cross_entropy(head[:, :-1][targets], batch.ids[:, 1:][targets], reduction="none")
    return each.mean(), each


def autoregressive(weights, batch: Batch):
    """Next-token loss under causal attention; no timestep, no simplex."""
    embeddings = F.embedding(batch.ids, weights.embedding)
    _, final = run_backbone(weights.backbone, embeddings, causal=True)
    return shifted_cross_entropy(F.linear(final, weights.lm_head), batch)


def diffusion(weights, batch: Batch, noised: Noised, self_condition: bool, detach_embedding: bool = False):
    """The loss of adaptation and of instruction tuning; also returns the previous logits [B, L, V].

    self_condition: the previous logits come from a pass without gradient at t + 1 (at most 4999)
    with the same noise and zero previous logits; otherwise they are zeros, so q is uniform.
    detach_embedding: no gradient into E through u.E, as in the published code.
    """
    previous = torch.zeros_like(noised.noise)
    if self_condition:
        later = (noised.timesteps + 1).clamp(max=TRAINING_STEPS - 1)
        with torch.no_grad():
            previous = _pass(weights, batch, noised, later, previous, None).logits
    E = weights.embedding.detach() if detach_embedding else None
    out = _pass(weights, batch, noised, noised.timesteps, previous, E)
    loss, each = shifted_cross_entropy(out.head, batch)
    return loss, each, previous


def _pass(weights, batch, noised, timesteps, previous, embedding_for_simplex):
    x = noised.simplex(batch.ids, timesteps)
    time = timesteps.float() / TRAINING_STEPS
    return forward(
        weights, batch.ids, batch.mask, x, time, previous, "logits_mean", embedding_for_simplex=embedding_for_simplex
    )


def reward_score(model, embeddings: torch.Tensor) -> torch.Tensor:
    """The score at the last position of [L, H], with causal attention."""
    mask = attention_mask(embeddings.shape[0], causal=True, window=None)
    final = model.model(inputs_embeds=embeddings[None], attention_mask=mask, use_cache=False).last_hidden_state
    return F.linear(final[0, -1], model.score.weight)[0]


def preference(model, pairs, noised=None, detach_embedding: bool = False):
    """Mean of -log sigma(r_chosen - r_rejected); pairs of id tensors, scored at their last positions.

    noised, if the reward model learns from noisy inputs: for each pair one ``Noised`` for the
    chosen and one for the rejected; every position, including the prompt's, is then softmax(x).E.
    detach_embedding: no gradient into E through softmax(x).E, as in the published code.
    """
    E = model.model.embed_tokens.weight
    chosen, rejected = [], []
    for i, pair in enumerate(pairs):
        for j, (ids, scores) in enumerate(zip(pair, (chosen, rejected))):
            if noised is None:
                embeddings = F.embedding(ids, E)
            else:
                source = noised[i][j]
                x = source.simplex(ids[None], source.timesteps)[0]
                embeddings = torch.softmax(x, dim=-1) @ (E.detach() if detach_embedding else E)
            scores.append(reward_score(model, embeddings))
    chosen, rejected = torch.stack(chosen), torch.stack(rejected)
    return -F.logsigmoid(chosen - rejected).mean(), chosen, rejected


def gradients(loss: torch.Tensor, named: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """d loss / d parameter; zeros for a parameter the loss does not touch."""
    found = torch.autograd.grad(loss, list(named.values()), allow_unused=True, retain_graph=True)
    return {name: torch.zeros_like(p) if g is None else g for (name, p), g in zip(named.items(), found)}


def adapt(weights, targets: list[str], rank: int, alpha: float, generator: torch.Generator) -> dict[str, torch.Tensor]:
    """Low-rank adapters on modules: y = x W^T + (alpha / rank) (x A^T) B^T, by forward hooks.

    A [rank, in] and B [out, rank] are random (a new B would be zero and hide A's gradient). All other
    parameters except the timestep embedding are frozen. Returns the trained parameters.
    """
    named = {"timestep_embed.weight": weights.timestep_embed}
    for parameter in trainable(weights).values():
        parameter.requires_grad_(False)
    for name, module in weights.backbone.named_modules():
        if name.rpartition(".")[2] not in targets:
            continue
        A = torch.randn(rank, module.in_features, generator=generator) * 0.3
        B = torch.randn(module.out_features, rank, generator=generator) * 0.3
        module.register_forward_hook(
            lambda _, x, y, A=A, B=B: y + alpha / rank * F.linear(F.linear(x[0], A), B)
        )
        named[f"model.{name}.weight.lora_A"] = A
        named[f"model.{name}.weight.lora_B"] = B
    for parameter in named.values():
        parameter.requires_grad_(True)
    return named


def warmup_factor(step: int, warmup: int) -> float:
    """Linear warm-up as in transformers: step 0 has a learning rate of 0, step ``warmup`` the full one."""
    return min(1.0, step / max(1, warmup))


def adamw(named: dict[str, torch.Tensor], learning_rate: float, weight_decay: float) -> torch.optim.AdamW:
    """torch.optim.AdamW; one-dimensional parameters (the norms' weights) do not decay."""
    groups = [
        {"params": [p for p in named.values() if p.dim() > 1], "weight_decay": weight_decay},
        {"params": [p for p in named.values() if p.dim() == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.999), eps=1e-8)
