"""The goldens of training: losses and gradients of one step of every stage, and the optimizer."""

import math

import torch
from transformers import get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

from . import chats, checkpoints, masks, training
from .cases_inference import K, normal
from .goldens import Case
from .tokenizer import EOS, PAD
from .training import Batch, Noised

FULL_UP_TO = 64
SAMPLES = 32


def sampled_indices(tensor: torch.Tensor) -> list[int]:
    """Flat indices to compare: all of a small tensor, else 32 evenly spaced and the 32 largest."""
    flat = tensor.detach().flatten()
    if len(flat) <= FULL_UP_TO:
        return list(range(len(flat)))
    even = [i * len(flat) // SAMPLES for i in range(SAMPLES)]
    largest = torch.topk(flat.abs(), SAMPLES).indices.tolist()
    return sorted(set(even) | set(largest))


def record(case: Case, group: str, tensors: dict[str, torch.Tensor]) -> None:
    """Norms and largest magnitudes of all tensors; all elements of small ones, samples of the others."""
    norms = {name: float(t.detach().double().norm()) for name, t in tensors.items()}
    largest = {name: float(t.detach().abs().max()) for name, t in tensors.items()}
    case.expect_json(f"{group}_norms", norms, "Euclidean norm of each whole tensor")
    case.expect_json(f"{group}_largest", largest, "largest magnitude in each whole tensor")
    samples, places = {}, {}
    for name, t in tensors.items():
        indices = sampled_indices(t)
        samples[name] = t.detach().flatten()[indices]
        places[name] = torch.tensor(indices, dtype=torch.int32)
    case.expect_group(group, samples, f"tensors {group}/NAME: elements of each at the indices {group}_at/NAME")
    case.expect_group(f"{group}_at", places, f"tensors {group}_at/NAME: row-major flat indices, int32")


def rows(batch: Batch) -> dict:
    return {
        "ids": batch.ids.tolist(),
        "mask": [[int(m) for m in row] for row in batch.mask],
    }


def text_batch(fixture, texts: list[str], length: int) -> torch.Tensor:
    """Encoded texts, cut or repeated to ``length``."""
    encoded = []
    for text in texts:
        ids = fixture.tokenizer(text).input_ids
        while len(ids) < length:
            ids = ids + fixture.tokenizer(" " + text).input_ids[1:]
        encoded.append(ids[:length])
    return torch.tensor(encoded)


def fresh(fixture, name: str):
    """A separate copy of the weights, so that gradients and optimizer steps affect no other case."""
    weights = checkpoints.load(fixture.root / "checkpoints" / name)
    return weights, training.trainable(weights)


def autoregressive_cases(fixture) -> list[Case]:
    ids = text_batch(fixture, ["The capital of Italy is Rome.", "What is 12 times 3?"], 16)
    everything = torch.ones_like(ids, dtype=torch.bool)
    answers = everything.clone()
    answers[0, :9] = False
    answers[1, :5] = False
    answers[1, 13:] = False  # right padding carries no loss
    padded = ids.clone()
    padded[1, 13:] = PAD
    cases = []
    for label, batch in (("all", Batch(ids, everything)), ("answer", Batch(padded, answers))):
        weights, named = fresh(fixture, "mistral")
        case = Case(
            f"train-ar-{label}",
            "train-ar",
            "Next-token loss under causal attention: mean over the positions i >= 1 with mask[i] of -log "
            "p(ids[i] | ids[<i]). No timestep, no simplex.",
            checkpoint="mistral",
            **rows(batch),
            tolerance_relative=1e-4,
        )
        loss, each = training.autoregressive(weights, batch)
        finish(case, loss, each, training.gradients(loss, named))
        cases.append(case)
    return cases


def finish(case: Case, loss, each, gradients) -> None:
    case.expect_json("loss", float(loss.detach()), "the loss")
    if each is not None:
        case.expect("losses", each, "loss of each position that counts, row-major")
    total = math.sqrt(sum(float(g.double().norm()) ** 2 for g in gradients.values()))
    case.expect_json("gradient_norm", total, "Euclidean norm of all gradients together")
    record(case, "gradient", gradients)


def span_batch(fixture) -> Batch:
    """Two sequences of 20 with masked spans; the second has no prefix but <s>."""
    ids = text_batch(fixture, ["The capital of France is Paris. The answer is short.", "What is 17 + 25?"], 20)
    mask = torch.zeros_like(ids, dtype=torch.bool)
    for row, start, length in ((0, 6, 3), (0, 14, 2), (1, 1, 8), (1, 17, 3)):
        mask[row, start : start + length] = True
    return Batch(ids, mask)


def noise_for(batch: Batch, seed: int, vocabulary: int, timesteps: list[int]) -> tuple[Noised, torch.Tensor]:
    """Noise at the masked positions, given compactly as [N, V] in row-major order."""
    compact = normal(seed, int(batch.mask.sum()), vocabulary)
    noise = torch.zeros(*batch.ids.shape, vocabulary)
    noise[batch.mask] = compact
    return Noised(torch.tensor(timesteps), noise, K), compact


DIFFUSION = (
    "Cross-entropy at the masked positions (i >= 1), shifted, mean over the batch. Masked positions hold the noisy "
    "simplex x = sqrt(alpha_t) (+k at ids, -k elsewhere) + sqrt(1 - alpha_t) k noise of the 5000-step schedule, time "
    "t / 5000; bidirectional attention; self-conditioning logits_mean. "
)


def diffusion_case(fixture, label, checkpoint, batch, seed, timesteps, self_condition, description, **extra) -> Case:
    weights, named = fresh(fixture, checkpoint)
    noised, compact = noise_for(batch, seed, weights.embedding.shape[0], timesteps)
    case = Case(
        f"train-{label}",
        "train-diffusion",
        DIFFUSION + description,
        checkpoint=checkpoint,
        **rows(batch),
        timesteps=timesteps,
        training_steps=training.TRAINING_STEPS,
        simplex_value=K,
        schedule=noised.schedule,
        self_conditioned=self_condition,
        **extra,
        tolerance_relative=1e-4,
    )
    shared = fixture.shared_noise
    if (checkpoint, seed) in shared:
        case.reuse("noise", shared[checkpoint, seed])
    else:
        shared[checkpoint, seed] = case.give(
            "noise", compact, "noise of the masked positions, row-major over the batch [N,V]"
        )
    loss, each, previous = training.diffusion(weights, batch, noised, self_condition)
    if self_condition:
        case.expect("previous_logits", previous[batch.mask][:4], "of the first four masked positions [4,V]")
    finish(case, loss, each, training.gradients(loss, named))
    without, _, _ = training.diffusion(weights, batch, noised, self_condition, detach_embedding=True)
    published = training.gradients(without, named)
    name = "model.embed_tokens.weight"
    case.description += (
        "published_gradient is E's gradient when none flows through u.E, as in the published code; every other gradient "
        "is the same there."
    )
    record(case, "published_gradient", {name: published[name]})
    return case


def adaptation_cases(fixture) -> list[Case]:
    batch = span_batch(fixture)
    on = "Self-conditioned: the previous logits come from a pass without gradient at min(t + 1, 4999), same noise, zero "
    on += "previous logits. "
    off = "Not self-conditioned: the previous logits are zeros, so q is uniform. "
    first = span_batch(fixture)
    first.mask[1, 0] = True
    return [
        diffusion_case(fixture, "adaptation-conditioned", "mistral", batch, 701, [1234, 4999], True, on),
        diffusion_case(fixture, "adaptation-unconditioned", "mistral", batch, 701, [1234, 4999], False, off),
        diffusion_case(
            fixture,
            "adaptation-tied",
            "llama",
            first,
            702,
            [0, 3210],
            True,
            on + "Tied head: its gradient and E's are one. Position 0 of the second row is masked: it is noisy, but has "
            "no loss.",
        ),
    ]


def lora_case(fixture) -> Case:
    """The batch of train-adaptation-conditioned with low-rank adapters instead of the weights."""
    weights, _ = fresh(fixture, "mistral")
    batch = span_batch(fixture)
    timesteps, rank, alpha, targets = [1234, 4999], 3, 4.5, ["q_proj", "v_proj", "down_proj"]
    noised, _ = noise_for(batch, 701, weights.embedding.shape[0], timesteps)
    case = Case(
        "train-lora",
        "train-lora",
        "The batch and noise of train-adaptation-conditioned. The modules of the targets compute x W^T + (alpha / rank) "
        "(x A^T) B^T with A and B as given; A, B and the timestep embedding are trained, all else is frozen.",
        checkpoint="mistral",
        **rows(batch),
        timesteps=timesteps,
        self_conditioned=True,
        rank=rank,
        alpha=alpha,
        targets=targets,
        tolerance_relative=1e-4,
    )
    case.reuse("noise", fixture.shared_noise["mistral", 701])
    named = training.adapt(weights, targets, rank, alpha, torch.Generator().manual_seed(731))
    for name, tensor in named.items():
        if name != "timestep_embed.weight":
            case.give(name, tensor, "A [rank,in]" if name.endswith("A") else "B [out,rank]")
    loss, each, _ = training.diffusion(weights, batch, noised, True)
    finish(case, loss, each, training.gradients(loss, named))
    return case


CHAT = [("What is 8 + 9?", "17"), ("What is the capital of France?", "Paris")]


def chat_ids(fixture, question: str, answer: str) -> tuple[list[int], list[int]]:
    """Prompt ids, with <s>, and answer ids, with </s>, encoded separately."""
    prompt = fixture.tokenizer(f"<|user|>\n{question}\n<|assistant|>\n").input_ids
    return prompt, fixture.tokenizer(answer).input_ids[1:] + [EOS]


def instruction_case(fixture) -> Case:
    length = 26
    ids, mask = [], []
    for question, answer in CHAT:
        prompt, reply = chat_ids(fixture, question, answer)
        row = prompt + reply
        assert len(row) < length
        ids.append(row + [PAD] * (length - len(row)))
        mask.append([0] * len(prompt) + [1] * (length - len(prompt)))
    batch = Batch(torch.tensor(ids), torch.tensor(mask, dtype=torch.bool))
    return diffusion_case(
        fixture,
        "instruction",
        "mistral",
        batch,
        703,
        [2500, 17],
        True,
        "Self-conditioned as in train-adaptation-conditioned. parameters.chat encodes to ids: <s> and the prompt, the "
        "answer and </s>, [PAD] up to the length; the mask is the answer, </s> and all padding.",
        chat=[{"user": q, "assistant": a} for q, a in CHAT],
        length=length,
    )


def fresh_reward(fixture):
    model = checkpoints.load_reward(fixture.root / "checkpoints" / "reward")
    named = dict(model.named_parameters())
    for parameter in named.values():
        parameter.requires_grad_(True)
    return model, named


def reward_cases(fixture) -> list[Case]:
    pairs = []
    for (question, good), bad in zip(CHAT, ("The answer is 7", "Rome")):
        prompt, chosen = chat_ids(fixture, question, good)
        pairs.append((torch.tensor(prompt + chosen), torch.tensor(prompt + chat_ids(fixture, question, bad)[1])))
    cases = []
    for noisy in (False, True):
        model, named = fresh_reward(fixture)
        case = Case(
            "train-reward-noisy" if noisy else "train-reward",
            "train-reward",
            "Mean over the pairs of -log sigma(score(chosen) - score(rejected)), the score at the last token, causal "
            "attention, no padding inside.",
            checkpoint="reward",
            chosen=[c.tolist() for c, _ in pairs],
            rejected=[r.tolist() for _, r in pairs],
            noisy=noisy,
            tolerance_relative=1e-4,
        )
        noised = None
        if noisy:
            pairs = [(c[:5], r[:4]) for c, r in pairs]  # short, to keep the noise small
            case.parameters["chosen"] = [c.tolist() for c, _ in pairs]
            case.parameters["rejected"] = [r.tolist() for _, r in pairs]
            case.parameters.update(
                timesteps=[[100, 2600], [3900, 1700]], training_steps=5000, simplex_value=K,
                schedule="squaredcos_improved_ddpm",
            )
            case.description += (
                " Every position, the prompt's too, is softmax(x) . E with x noised at timesteps[pair][0 chosen, 1 "
                "rejected]; no timestep embedding, no mixing. The ids are cut short: they need not make sense."
            )
            noised = noisy_pairs(case, pairs)
        loss, chosen, rejected = training.preference(model, pairs, noised)
        case.expect("chosen_scores", chosen, "[pairs]")
        case.expect("rejected_scores", rejected, "[pairs]")
        finish(case, loss, None, training.gradients(loss, named))
        if noisy:
            without, _, _ = training.preference(model, pairs, noised, detach_embedding=True)
            published = training.gradients(without, named)
            case.description += (
                " published_gradient is as published_gradient of train-adaptation-conditioned; with no token that is "
                "not noisy, E has none at all."
            )
            record(case, "published_gradient", {"model.embed_tokens.weight": published["model.embed_tokens.weight"]})
        cases.append(case)
    return cases


def padded_reward_case(fixture) -> Case:
    """Scores at the last position of sequences padded with [PAD], with noise at every position."""
    length = 7
    model, named = fresh_reward(fixture)
    texts = (("Rome", "Paris"), ("The", "17"))
    pairs, ids = [], []
    for chosen, rejected in texts:
        pair = []
        for text in (chosen, rejected):
            row = fixture.tokenizer(text).input_ids + [EOS]
            assert len(row) < length
            pair.append(row + [PAD] * (length - len(row)))
        ids.append(pair)
        pairs.append(tuple(torch.tensor(row) for row in pair))
    case = Case(
        "train-reward-padded",
        "train-reward-padded",
        "As train-reward-noisy, with sequences of one length that [PAD] fills up: scores are read at the last position, "
        "and padding is noisy too.",
        checkpoint="reward",
        chosen=[c for c, _ in ids],
        rejected=[r for _, r in ids],
        noisy=True,
        timesteps=[[4200, 150], [2500, 900]],
        training_steps=5000,
        simplex_value=K,
        schedule="squaredcos_improved_ddpm",
        tolerance_relative=1e-4,
    )
    noised = noisy_pairs(case, pairs, 740)
    loss, chosen, rejected = training.preference(model, pairs, noised)
    case.expect("chosen_scores", chosen, "[pairs]")
    case.expect("rejected_scores", rejected, "[pairs]")
    finish(case, loss, None, training.gradients(loss, named))
    return case


def noisy_pairs(case: Case, pairs, seed: int = 720):
    noised = []
    for i, pair in enumerate(pairs):
        sides = []
        for j, (ids, side) in enumerate(zip(pair, ("chosen", "rejected"))):
            noise = normal(seed + 2 * i + j, len(ids), 300)
            case.give(f"noise/{i}/{side}", noise, "noise of every position [L,V]")
            sides.append(Noised(torch.tensor([case.parameters["timesteps"][i][j]]), noise[None], K))
        noised.append(sides)
    return noised


def optimizer_case(fixture) -> Case:
    """Four steps of AdamW with warm-up and clipping on the next-token loss."""
    weights, named = fresh(fixture, "mistral")
    ids = text_batch(fixture, ["The capital of Italy is Rome.", "What is 12 times 3?"], 16)
    batch = Batch(ids, torch.ones_like(ids, dtype=torch.bool))
    peak, warmup, max_norm, decay = 1e-2, 2, 1.0, 0.01
    rates = [peak * training.warmup_factor(s, warmup) for s in range(4)]
    case = Case(
        "optimizer",
        "optimizer",
        "Four AdamW steps on the batch of train-ar-all. Learning rate of step s (from 0): peak * min(1, s / warm-up), so "
        "the first step only fills the moments. Gradients are clipped to max_norm over all parameters together "
        "(factor max_norm / (norm + 1e-6), at most 1). Decoupled decay lr * weight_decay on parameters of two "
        "dimensions or more; the norms' weights do not decay. Bias-corrected moments; eps is added outside the root. "
        "timestep_embed.weight has a zero gradient throughout and only decays. update_S is the parameters after step S "
        "minus those of the checkpoint; its tolerance is wider because Adam scales the smallest gradients up.",
        checkpoint="mistral",
        **rows(batch),
        learning_rates=rates,
        peak_learning_rate=peak,
        warmup_steps=warmup,
        max_norm=max_norm,
        weight_decay=decay,
        betas=[0.9, 0.999],
        eps=1e-8,
        tolerance_relative=1e-3,
    )
    optimizer = training.adamw(named, peak, decay)
    losses, norms, updates = [], [], []
    initial = {name: p.detach().clone() for name, p in named.items()}
    for rate in rates:
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, _ = training.autoregressive(weights, batch)
        for (name, parameter), gradient in zip(named.items(), training.gradients(loss, named).values()):
            parameter.grad = gradient.clone()
        norms.append(float(torch.nn.utils.clip_grad_norm_(named.values(), max_norm)))
        losses.append(float(loss.detach()))
        optimizer.step()
        updates.append({name: p.detach() - initial[name] for name, p in named.items()})
    assert max(norms) > max_norm, "nothing was clipped"
    case.expect_json("losses", losses, "loss before each step")
    case.expect_json("gradient_norms", norms, "gradient norm before clipping, per step")
    for s in (1, 2, 3):
        record(case, f"update_{s}", updates[s])
    return case


def schedule_case() -> Case:
    """Learning-rate factors of transformers' schedules."""
    warmup, total = 3, 12
    case = Case(
        "learning-rates",
        "learning-rates",
        "Factors on the peak learning rate of step s = 0 .. total-1, as in transformers: warm-up s / warmup; then 1 "
        "(constant) or (1 + cos(pi (s - warmup) / (total - warmup))) / 2 (cosine).",
        warmup_steps=warmup,
        total_steps=total,
    )
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    cosine = get_cosine_schedule_with_warmup(optimizer, warmup, total)
    case.expect_json("cosine", [cosine.lr_lambdas[0](s) for s in range(total)], "cosine with warm-up")
    case.expect_json("constant", [training.warmup_factor(s, warmup) for s in range(total)], "constant with warm-up")
    linear = get_linear_schedule_with_warmup(optimizer, warmup, total)
    case.expect_json("linear", [linear.lr_lambdas[0](s) for s in range(total)], "linear with warm-up, down to 0")
    end = 0.1
    tail = [
        linear.lr_lambdas[0](s) if s < warmup else end + (1 - end) * linear.lr_lambdas[0](s) for s in range(total)
    ]
    case.parameters["end_share"] = end
    case.expect_json("linear_to_end", tail, "linear with warm-up, down to end_share, as the published reward models")
    return case


def mask_cases() -> list[Case]:
    """All masks that the published code can draw."""
    small = Case(
        "published-masks",
        "published-masks",
        "All masks of a short sequence under a share of hidden tokens and a mean span length; each is equally likely. "
        "Spans alternate, kept first, hidden last; counts are rounded down, at least 1. A mask is a string of 0 (kept) "
        "and 1 (hidden). prefix: the lengths of prefixes that can stay, each equally likely.",
    )
    spans = []
    for length, share, mean in ((12, 0.5, 3), (13, 0.5, 3), (11, 0.5, 8), (20, 0.15, 3), (27, 0.15, 3), (7, 0.15, 8), (2, 0.5, 3)):
        found = masks.spans(length, share, mean)
        spans.append({"length": length, "share": share, "mean": mean, "masks": found})
    small.expect_json("spans", spans, "all masks")
    counts = [
        {"length": n, "share": share, "mean": mean, "hidden": masks.hidden(n, share), "spans": masks.count(n, share, mean)}
        for n in (2, 3, 19, 20, 33, 64, 100, 255, 256, 2048)
        for share, means in ((0.15, (3, 8)), (0.5, (3, 8, 48)))
        for mean in means
    ]
    small.expect_json("counts", counts, "hidden tokens and spans by sequence length")
    small.expect_json("prefix", {str(n): masks.prefixes(n) for n in (3, 4, 5, 6, 7, 12, 21)}, "lengths by sequence length")
    return [small]


def chat_case(fixture) -> Case:
    case = Case(
        "chat-conventions",
        "chat-conventions",
        "What lines of training data become under the conventions of options: ids, where the answer begins, and whether "
        "the end was cut; null where the line is passed over. The answer is encoded apart from its prompt.",
    )
    case.expect_json("lines", chats.lines(fixture.tokenizer), "one entry for each line and options")
    return case


def all_cases(fixture) -> list[Case]:
    return [
        *autoregressive_cases(fixture),
        *adaptation_cases(fixture),
        lora_case(fixture),
        instruction_case(fixture),
        *reward_cases(fixture),
        padded_reward_case(fixture),
        *mask_cases(),
        chat_case(fixture),
        optimizer_case(fixture),
        schedule_case(),
    ]
