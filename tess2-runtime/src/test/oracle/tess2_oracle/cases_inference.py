"""The goldens of inference: tokenizer, schedules, forward pass, denoising steps, complete runs."""

import copy
import dataclasses

import torch

from . import checkpoints, prompt_cache, quantized, schedules, time_warp
from .goldens import Case, Reference
from .sampling import (
    ChosenUniforms,
    Clock,
    Problem,
    argmax_margin,
    cut,
    ddim_next,
    ddpm_next,
    nucleus,
    nucleus_margin,
    project,
    run,
    to_simplex,
)
from .tokenizer import BOS, EOS, PAD

K = 5.0
SCHEDULE = "squaredcos_improved_ddpm"
PROMPT = "What is 8 + 9?"
INFILL_TEXT = "The capital of France is Paris. The answer"
GENERATED = 12
# Weight formats, and the largest number of the activations if these are quantized too.
QUANTIZED = [("int8", None), ("int8", 127.0), ("int8", 63.0), ("fp8", None), ("fp8", 448.0)]
UNIFORMS = 6

TEXTS = [
    PROMPT,
    "<|user|>\nWhat is 17 + 25?\n<|assistant|>\n",
    "The capital of Italy is Rome.",
    " leading and trailing ",
    "na\u00efve \u2615 \U0001d11e",
    "",
]


class Fixture:
    """The loaded checkpoints and the problems for them."""

    def __init__(self, root, tokenizer):
        self.root, self.tokenizer = root, tokenizer
        names = [r.name for r in checkpoints.recipes() if r.kind != "reward"]
        self.weights = {name: checkpoints.load(root / "checkpoints" / name) for name in names}
        self.reward = checkpoints.load_reward(root / "checkpoints" / "reward")
        # Inputs that several cases share, filled in by the first case that writes them.
        self.shared_forward_inputs: dict[str, Reference] = {}
        self.shared_run_noise: tuple = ()
        self.shared_runs: dict[tuple, Reference] = {}
        self.shared_noise: dict[tuple, Reference] = {}

    def prefix(self, name: str, generated: int = GENERATED, mode="logits_mean") -> Problem:
        """A prompt, then ``generated`` positions to fill (their ids are [PAD] and do not matter)."""
        prompt = self.tokenizer(PROMPT).input_ids
        ids = torch.tensor(prompt + [PAD] * generated)
        mask = torch.arange(len(ids)) >= len(prompt)
        return Problem(self.weights[name], ids, mask, K, mode)

    def infill(self, name: str, mode="logits_mean") -> Problem:
        """A text of 21 tokens with three blanks of 4, 5 and 3 tokens, the last one at the end."""
        ids = self.tokenizer(INFILL_TEXT).input_ids
        ids = torch.tensor((ids + [PAD] * 21)[:21])
        mask = torch.zeros(21, dtype=torch.bool)
        for start, length in ((5, 4), (11, 5), (18, 3)):
            mask[start : start + length] = True
        ids = torch.where(mask, torch.tensor(PAD), ids)
        return Problem(self.weights[name], ids, mask, K, mode)

    def blank_first(self, name: str, mode="logits_mean") -> Problem:
        """Positions 0 to 3 are generated; position 0 has no position before it."""
        text = self.tokenizer("The answer is 17.").input_ids[1:]
        ids = torch.tensor([PAD] * 4 + text)
        mask = torch.arange(len(ids)) < 4
        return Problem(self.weights[name], ids, mask, K, mode)


def describe(problem: Problem) -> dict:
    """The manifest's parameters for a problem."""
    return {
        "ids": problem.ids.tolist(),
        "generated_positions": problem.mask.nonzero().flatten().tolist(),
        "simplex_value": problem.k,
        "self_condition": problem.mode,
    }


def normal(seed: int, *shape) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def tokenizer_case(fixture) -> Case:
    case = Case("tokenizer", "tokenizer", "Texts and their ids (with <s> in front), and back without special tokens.")
    rows = []
    for text in TEXTS:
        ids = fixture.tokenizer(text).input_ids
        rows.append({"text": text, "ids": ids, "decoded": fixture.tokenizer.decode(ids, skip_special_tokens=True)})
    case.expect_json("texts", rows, "text -> ids with special tokens added -> decoded skipping special tokens")
    chats = []
    for turns in CHATS:
        text = chat_text(turns)
        chats.append({"turns": turns, "text": text, "ids": fixture.tokenizer(text).input_ids})
    case.expect_json("chats", chats, "turns of user and assistant in turn, the prompt they make, and its ids")
    return case


CHATS = [
    ["What is 17 + 25?"],
    ["What is 8 + 9?", "The answer is 17.", " What is 12 times 3? "],
    ["What is 8 + 9?", " 17\n", "And 7 + 8?", "15", "Why?"],
]


def chat_text(turns: list[str]) -> str:
    """The chat template up to the answer: contents stripped, </s> after answers, a newline after each turn."""
    text = ""
    for i, turn in enumerate(turns):
        role, end = ("<|user|>", "") if i % 2 == 0 else ("<|assistant|>", "</s>")
        text += f"{role}\n{turn.strip()}{end}\n"
    return text + "<|assistant|>\n"


def schedule_case() -> Case:
    case = Case(
        "schedules",
        "schedules",
        "alpha-bar of every schedule in float64. Tensor NAME/T holds every index for T up to 100; for T = 1000 and "
        "5000 the indices in parameters.sampled_indices.T.",
        steps=[1, 2, 10, 100, 1000, 5000],
        sampled_indices={
            str(T): sorted({round(i * (T - 1) / 49) for i in range(50)}) for T in (1000, 5000)
        },
        tolerance_relative=1e-9,
    )
    for name in schedules.NAMES:
        for T in case.parameters["steps"]:
            values = schedules.alphas_cumprod(name, T)
            indices = case.parameters["sampled_indices"].get(str(T))
            if indices is not None:
                values = values[indices]
            case.expect(f"{name}/{T}", values, f"alpha-bar of {name} with {T} steps")
    return case


def time_warp_case(fixture) -> Case:
    weights = fixture.weights["cdcd"]
    case = Case(
        "time-warp",
        "time-warp",
        "The CDCD time warp of checkpoint cdcd. warped/T: the warped step (0 .. T-1, fractional) of each step; "
        "the time fed to the model is warped / T; the schedule's index is warped rounded down.",
        checkpoint="cdcd",
        steps=[1, 2, 10, 100],
        tolerance_relative=1e-5,
    )
    e_t, e_u = time_warp.edges(weights.l_t, weights.l_u)
    case.expect("e_t", e_t, "knots on the time axis [101]")
    case.expect("e_u", e_u, "knots on the u axis [101]")
    for T in case.parameters["steps"]:
        warped = [time_warp.warp(weights.l_t, weights.l_u, t, T) for t in range(T)]
        case.expect(f"warped/{T}", torch.tensor(warped, dtype=torch.float64), f"warped steps for T = {T}")
        clear = min([abs(w - round(w)) for w in warped[1:-1]], default=1.0)
        assert clear > 1e-4, f"T={T}: a warped step is too close to a whole number ({clear})"
    return case


def forward_cases(fixture) -> list[Case]:
    """Embeddings, hidden states and logits of one pass for every checkpoint."""
    cases, shared = [], {}
    for name, weights in fixture.weights.items():
        V = weights.embedding.shape[0]
        for shape in ("prefix", "infill"):
            if shape == "infill" and name not in ("mistral", "llama"):
                continue  # blanks do not depend on the checkpoint
            problem = getattr(fixture, shape)(name)
            case = forward_case(f"forward-{name}-{shape}", name, problem, shared, V)
            cases.append(case)
    problem = fixture.blank_first("mistral")
    case = forward_case("forward-mistral-blank-first", "mistral", problem, {}, 300)
    logits = problem.forward(case.tensors["x"], 0.7, case.tensors["previous_logits"]).logits
    assert float(logits[0, 0].abs().max()) == 0.0
    cases.append(case)
    return cases


def forward_case(case_name, checkpoint, problem, shared, V) -> Case:
    G = int(problem.mask.sum())
    t, T = 7, 10
    clock = Clock(schedules.alphas_cumprod(SCHEDULE, T), problem.weights)
    case = Case(
        case_name,
        "forward",
        "One forward pass at step t of T, with non-zero previous logits.",
        checkpoint=checkpoint,
        **describe(problem),
        t=t,
        T=T,
        time=clock.time(t),
        tolerance_relative=1e-4,
    )
    key = (V, G)
    if key not in shared:
        x = K * normal(101, G, V)
        previous = 2.5 * normal(102, G, V)
        shared[key] = (
            case.give("x", x, "noisy simplex of the generated positions [G,V]"),
            case.give("previous_logits", previous, "previous logits of the generated positions [G,V]"),
            x,
            previous,
        )
    else:
        case.reuse("x", shared[key][0])
        case.reuse("previous_logits", shared[key][1])
    x, previous = shared[key][2:]
    out = problem.forward(x, case.parameters["time"], previous)
    case.expect("embeddings", out.embeddings[0], "what enters the backbone [L,H]")
    for i, layer in enumerate(out.layers):
        case.expect(f"hidden/layer_{i}", layer[0], f"after decoder layer {i} [L,H]")
    case.expect("hidden/final_norm", out.final[0], "after the final norm [L,H]")
    case.expect("logits", out.logits[0, problem.mask], "shifted logits of the generated positions [G,V]")
    rounded = checkpoints.rounded_to_bf16(problem.weights)
    if rounded is not None:
        logits = dataclasses.replace(problem, weights=rounded).logits(x, case.parameters["time"], previous)
        case.expect("logits_of_bf16_weights", logits, "logits, when every weight is rounded to bf16 [G,V]")
    if case_name in ("forward-mistral-prefix", "forward-llama-prefix"):
        for form, activations in QUANTIZED:
            decoder = quantized.layers_of(problem.weights.backbone, form, activations)
            weights = dataclasses.replace(problem.weights, backbone=decoder)
            logits = dataclasses.replace(problem, weights=weights).logits(x, case.parameters["time"], previous)
            label = "weights" if activations is None else int(activations)
            case.expect(
                f"logits_{form}/{label}",
                logits,
                "logits with quantized weights, and activations quantized to this largest number [G,V]",
            )
    if case_name == "forward-mistral-prefix":
        case.expect("logits_all", out.logits[0], "shifted logits of all positions [L,V]; row 0 is zeros")
    return case


def self_conditioning_cases(fixture, x_ref, x, previous_ref, previous) -> list[Case]:
    """One pass per mode with non-zero previous logits, and one with the first step's zero logits."""
    cases = []
    projected = previous.argmax(-1)
    modes = [
        "logits_mean",
        "logits_addition",
        "logits_max",
        "logits_multiply",
        "logits_with_projection",
        "logits_with_projection_addition",
    ]
    for mode in modes + ["none"]:
        problem = fixture.prefix("mistral", mode=None if mode == "none" else mode)
        case = Case(
            f"self-conditioning-{mode}",
            "self-conditioning",
            "One forward pass at t/T = 0.7 of checkpoint mistral in this mode.",
            checkpoint="mistral",
            **describe(problem),
            time=0.7,
            tolerance_relative=1e-4,
        )
        case.reuse("x", x_ref)
        given = previous
        if mode == "none":
            given = None
        elif mode.startswith("logits_with_projection"):
            case.parameters["projected_tokens"] = projected.tolist()
            case.description += (
                " The previous step's projection drew parameters.projected_tokens, so q is the softmax of +k at "
                "those and -k elsewhere."
            )
            given = to_simplex(projected, K, x.shape[-1])
        else:
            case.reuse("previous_logits", previous_ref)
        out = problem.forward(x, 0.7, given)
        case.expect("embeddings", out.embeddings[0], "what enters the backbone [L,H]")
        if mode == "logits_multiply":
            case.expect("logits", out.logits[0, problem.mask], "shifted logits of the generated positions [G,V]")
        if mode != "none":
            first = problem.forward(x, 0.7, torch.zeros_like(x))
            case.expect(
                "first_step/embeddings",
                first.embeddings[0],
                "embeddings with zero previous logits: q uniform, never projected [L,H]",
            )
        cases.append(case)
    return cases


def nucleus_cases() -> list[Case]:
    """Membership and exact sampling distribution for rows of logits."""
    settings = [(0.1, 1.0), (0.5, 1.0), (0.9, 1.0), (0.99, 1.0), (1.0, 1.0), (0.9, 0.7), (0.99, 1.5)]
    logits = 2.5 * normal(NUCLEUS_SEED, 4, 300)
    clearance = min(nucleus_margin(logits, p, temp) for p, temp in settings if p < 1)
    assert clearance > 1e-5, clearance
    case = Case(
        "nucleus",
        "nucleus",
        "Nucleus of four rows of random logits. No cumulative mass is within parameters.clearance of top_p.",
        clearance=clearance,
        settings=[{"top_p": p, "temperature": temp} for p, temp in settings],
        tensor_names="top_p=P/temperature=T/members and .../probabilities",
    )
    case.give("logits", logits, "[4,V]")
    for p, temp in settings:
        members = nucleus(logits, p, temp)
        probabilities = torch.softmax(logits.double() / temp, dim=-1) * members
        probabilities /= probabilities.sum(-1, keepdim=True)
        key = f"top_p={p}/temperature={temp}"
        case.expect(f"{key}/members", members.to(torch.uint8), "1 where the token is in the nucleus [4,V]")
        if temp != 1.0 or p == 0.99:
            case.expect(f"{key}/probabilities", probabilities.float(), "exact distribution a draw follows [4,V]")
    ties = Case(
        "nucleus-ties",
        "nucleus",
        "Tied tokens are in or out together. Row 0: all logits equal, as at position 0 (everything is in). Row 1: one "
        "token at 2, ten at 1, the rest at -20; top_p 0.3: the likeliest has mass 0.2137, so all ten tied ones are in.",
        settings=[{"top_p": 0.3, "temperature": 1.0}],
    )
    rows = torch.zeros(2, 300)
    rows[1] = -20.0
    rows[1, 7] = 2.0
    rows[1, 20:30] = 1.0
    ties.give("logits", rows, "[2,V]")
    members = nucleus(rows, 0.3)
    assert members.sum(-1).tolist() == [300, 11]
    ties.expect("top_p=0.3/temperature=1.0/members", members.to(torch.uint8), "1 where the token is in the nucleus")
    return [case, ties]


def step_cases(fixture) -> list[Case]:
    """One complete denoising step from tokens and noise, in several settings."""
    T, t, V = 10, 6, 300
    tokens = torch.randint(3, 290, (GENERATED,), generator=torch.Generator().manual_seed(201))
    noise, fresh = normal(202, GENERATED, V), normal(203, GENERATED, V)
    previous = 2.5 * normal(204, GENERATED, V)
    cases, shared = [], {}
    settings = [("default", 0.99, 1.0), ("narrow", 0.5, 0.8), ("argmax", None, 1.0), ("ddim", None, 1.0)]
    for seed, (label, top_p, temperature) in enumerate(settings, start=210):
        problem = fixture.prefix("mistral")
        clock = Clock(schedules.alphas_cumprod(SCHEDULE, T), problem.weights)
        sampler = "simplex-ddim" if label == "ddim" else "simplex-ddpm"
        case = Case(
            f"step-{label}",
            "step",
            "One denoising step t -> t-1 of T; all step cases have the same logits, kept in step-default. x_t is made from tokens and noise: sqrt(alpha_t) (+k at the token, -k "
            "elsewhere) + sqrt(1 - alpha_t) k noise.",
            checkpoint="mistral",
            **describe(problem),
            sampler=sampler,
            schedule=SCHEDULE,
            T=T,
            t=t,
            top_p=top_p,
            temperature=temperature,
            alpha_t=clock.alpha(t),
            alpha_previous=clock.alpha(t - 1),
            tokens=tokens.tolist(),
            tolerance_relative=1e-4,
        )
        given = {"noise": noise, "previous_logits": previous, "fresh_noise": fresh}
        meanings = {
            "noise": "epsilon inside x_t [G,V]",
            "previous_logits": "previous logits [G,V]",
            "fresh_noise": "epsilon of the step to t-1 [G,V] (simplex-ddpm only)",
        }
        for key, tensor in given.items():
            if key in shared:
                case.reuse(key, shared[key])
            else:
                shared[key] = case.give(key, tensor, meanings[key])
        x = ddpm_next(to_simplex(tokens, K, V), noise, clock.alpha(t), K)
        logits = problem.logits(x, clock.time(t), previous)
        if label == "default":
            case.expect("logits", logits, "shifted logits [G,V]; they are the next step's previous logits")
        case.expect_json("argmax", logits.argmax(-1).tolist(), "likeliest token per generated position")
        assert argmax_margin(logits) > 1e-3
        if sampler == "simplex-ddim":
            next_x = ddim_next(x, logits, clock.alpha(t), clock.alpha(t - 1), K)
        else:
            uniforms = ChosenUniforms(torch.Generator().manual_seed(seed), UNIFORMS, top_p, temperature)
            if top_p is None:
                drawn, used, _ = project(logits, None, None, temperature)
            else:
                rows = uniforms(0, logits)
                case.give("uniforms", rows, "[G,R] uniforms of the draws")
                drawn, used, margin = project(logits, rows, top_p, temperature)
                case.parameters["clearance"] = margin
                case.expect_json("draws_used", used, "uniforms used per position")
            case.expect_json("drawn_tokens", drawn.tolist(), "token drawn per generated position")
            next_x = ddpm_next(to_simplex(drawn, K, V), fresh, clock.alpha(t - 1), K)
        case.expect("next_x", next_x, "x_{t-1} [G,V]")
        cases.append(case)
    assert sum(cases[1].outputs["draws_used"]["value"]) > GENERATED, "no redraw happened"
    return cases


RUN_STEPS = 10
LOGGED_STEPS = (9,)


def run_case(
    fixture, label, checkpoint, problem, sampler, top_p, temperature, noise_seed, uniform_seed, shared, kind="run", bound=None
) -> Case:
    """One complete generation."""
    V, G = problem.weights.embedding.shape[0], int(problem.mask.sum())
    clock = Clock(schedules.alphas_cumprod(SCHEDULE, RUN_STEPS), problem.weights)
    case = Case(
        f"{kind}-{label}",
        kind,
        "A whole generation with all random numbers given. Step s = 0 .. T-1 goes from t = T-1-s to t-1; step lists are "
        "in that order.",
        checkpoint=checkpoint,
        **describe(problem),
        sampler=sampler,
        schedule=SCHEDULE,
        T=RUN_STEPS,
        top_p=top_p,
        temperature=temperature,
        tolerance_relative=1e-4,
    )
    initial, fresh = normal(noise_seed, G, V), normal(noise_seed + 1000, RUN_STEPS - 1, G, V)
    ddim = sampler == "simplex-ddim"
    given = {"initial_noise": initial} if ddim else {"initial_noise": initial, "noise": fresh}
    meanings = {
        "initial_noise": "x starts at k times this [G,V]",
        "noise": "row s is the fresh epsilon of step s; the last step needs none [T-1,G,V]",
    }
    for key, tensor in given.items():
        if (noise_seed, key) in shared:
            case.reuse(key, shared[noise_seed, key])
        else:
            shared[noise_seed, key] = case.give(key, tensor, meanings[key])
    uniforms = ChosenUniforms(torch.Generator().manual_seed(uniform_seed), UNIFORMS, top_p, temperature)
    taken = run(problem, clock, sampler, initial, fresh, uniforms, top_p, temperature, bound)
    closest = min(step.argmax_margin for step in taken)
    assert closest > 1e-3, f"{kind}-{label}: an argmax is nearly tied ({closest})"
    record_run(case, fixture, taken, uniforms, ddim, clock)
    if bound is not None:
        assert case.parameters["clearance"] > 1e-4, f"{kind}-{label}: {case.parameters['clearance']}"
        case.parameters["bound"] = bound
        accepted = [[] if step.accepted is None else step.accepted.nonzero().flatten().tolist() for step in taken]
        assert any(0 < len(rows) < G for rows in accepted), f"{kind}-{label}: all or nothing is accepted"
        case.expect_json("accepted", accepted, "rows that go on from their tokens, per step")
    return case


def record_run(case, fixture, taken, uniforms, ddim, clock) -> None:
    if not ddim:
        case.give("uniforms", torch.stack(uniforms.rows), "row s holds step s's [G,R] uniforms [T,G,R]")
        case.parameters["clearance"] = min(step.margin for step in taken)
        case.expect_json("drawn_tokens", [s.tokens.tolist() for s in taken], "drawn tokens per step [T][G]")
        case.expect_json("draws_used", [s.used for s in taken], "uniforms used per step and position [T][G]")
    case.parameters["argmax_clearance"] = min(step.argmax_margin for step in taken)
    case.expect_json("times", [clock.time(s.t) for s in taken], "time fed to the model per step")
    case.expect_json("alphas_previous", [clock.alpha(s.t - 1) for s in taken], "alpha-bar stepped to, per step")
    case.expect_json("argmax_tokens", [s.argmax.tolist() for s in taken], "likeliest tokens per step [T][G]")
    for s in LOGGED_STEPS:
        case.expect(f"logits/{s}", taken[s].logits, f"shifted logits at step {s} [G,V]")
    final = taken[-1].argmax.tolist()
    answer = cut(final, EOS)
    case.expect_json("ids", final, "argmax of the last logits at the generated positions")
    case.expect_json("answer_ids", answer, "ids up to the first </s>")
    case.expect_json("text", fixture.tokenizer.decode(answer, skip_special_tokens=True), "decoded answer_ids")
    confidence = torch.softmax(taken[-1].logits, dim=-1).max(-1).values
    case.expect("confidence", confidence, "probability of the likeliest token, softmax of the last logits [G]")


NUCLEUS_SEED = 306
RUN_SEEDS = {"mistral": 410, "llama": 400}


def run_cases(fixture) -> list[Case]:
    shared = fixture.shared_runs
    noise = RUN_SEEDS
    rows = [
        ("mistral-ddpm", "mistral", fixture.prefix("mistral"), "simplex-ddpm", 0.9, 0.8, noise["mistral"], 411),
        ("mistral-ddim", "mistral", fixture.prefix("mistral"), "simplex-ddim", None, 1.0, noise["mistral"], 0),
        ("mistral-infill", "mistral", fixture.infill("mistral"), "simplex-ddpm", 0.99, 1.0, noise["mistral"], 412),
        ("cdcd-ddpm", "cdcd", fixture.prefix("cdcd"), "simplex-ddpm", 0.95, 1.0, noise["mistral"], 413),
        ("llama-ddpm", "llama", fixture.prefix("llama", 6), "simplex-ddpm", 0.95, 1.0, noise["llama"], 414),
        ("llama-ddim", "llama", fixture.prefix("llama", 6), "simplex-ddim", None, 1.0, noise["llama"], 0),
    ]
    cases = [run_case(fixture, *row, shared) for row in rows]
    ddpm = cases[0]
    references = {key: shared[noise["mistral"], key] for key in ("initial_noise", "noise")}
    fixture.shared_run_noise = (references, ddpm.tensors["initial_noise"], ddpm.tensors["noise"])
    assert any(used > 1 for step in ddpm.outputs["draws_used"]["value"] for used in step), "no redraw"
    assert 0 < len(ddpm.outputs["answer_ids"]["value"]) < GENERATED, "no end of sequence inside the answer"
    return cases


class CachedProblem(Problem):
    """A problem whose passes use a prompt cache."""

    cache: prompt_cache.PromptCache

    def forward(self, x, time, previous):
        with self.cache.next_pass(prompt_cache.with_predictors(self.mask, shifted=True)):
            return super().forward(x, time, previous)


def cached_run_cases(fixture) -> list[Case]:
    """Complete generations in which only some passes compute the prompt."""
    rows = [
        ("mistral-every-1", "mistral", fixture.prefix("mistral"), 1, 612),
        ("mistral-every-3", "mistral", fixture.prefix("mistral"), 3, 611),
        ("mistral-once", "mistral", fixture.prefix("mistral"), 100, 611),
        ("mistral-infill", "mistral", fixture.infill("mistral"), 2, 611),
        ("window", "mistral-window", fixture.prefix("mistral-window"), 3, 611),
        ("window-infill", "mistral-window", fixture.infill("mistral-window"), 4, 611),
        ("llama", "llama", fixture.prefix("llama", 6), 4, 611),
    ]
    cases = []
    for label, checkpoint, posed, every, seed in rows:
        problem = CachedProblem(**{f.name: getattr(posed, f.name) for f in dataclasses.fields(posed)})
        problem.cache = prompt_cache.PromptCache(problem.weights.backbone, every)
        drawn = RUN_SEEDS[checkpoint.split("-")[0]]
        case = run_case(
            fixture, label, checkpoint, problem, "simplex-ddpm", 0.9, 0.8, drawn, seed, fixture.shared_runs, "cached-run"
        )
        case.parameters["refresh_every"] = every
        cases.append(case)
    return cases


def entropy_bound_cases(fixture) -> list[Case]:
    """Complete generations in which only the surest rows continue from their tokens."""
    rows = [
        ("mistral", "mistral", fixture.prefix("mistral"), 4.0, 711),
        ("mistral-tight", "mistral", fixture.prefix("mistral"), 0.5, 711),
        ("mistral-infill", "mistral", fixture.infill("mistral"), 6.0, 711),
        ("llama", "llama", fixture.prefix("llama", 6), 2.0, 711),
    ]
    return [
        run_case(
            fixture, label, checkpoint, problem, "entropy-bound", 0.9, 0.8, RUN_SEEDS[checkpoint], seed, fixture.shared_runs,
            "entropy-bound-run", bound)
        for label, checkpoint, problem, bound, seed in rows
    ]


def reward_cases(fixture) -> list[Case]:
    """Scores of the causal reward model for ids and for a simplex."""
    model = fixture.reward
    ids = torch.tensor(fixture.tokenizer("What is 8 + 9? The answer is 17.").input_ids)
    case = Case(
        "reward-ids",
        "reward",
        "Causal score at the last position of parameters.ids.",
        checkpoint="reward",
        ids=ids.tolist(),
        tolerance_relative=1e-4,
    )
    with torch.no_grad():
        score = float(model(input_ids=ids[None]).logits[0, 0])
        hidden = model.model(input_ids=ids[None]).last_hidden_state[0]
    case.expect_json("score", score, "score of the whole sequence")
    case.expect("hidden/final_norm", hidden, "after the final norm [L,H]")
    case.expect("scores", hidden @ model.score.weight[0], "the score head at every position [L]")

    prompt = fixture.prefix("mistral")
    simplex = Case(
        "reward-simplex",
        "reward",
        "Score when the generated positions hold softmax(logits) . E_reward and the others E_reward[ids]; at the last "
        "position of the sequence, whatever stands there.",
        checkpoint="reward",
        ids=prompt.ids.tolist(),
        generated_positions=prompt.mask.nonzero().flatten().tolist(),
        tolerance_relative=1e-4,
    )
    logits = 2.5 * normal(501, GENERATED, 300)
    simplex.give("logits", logits, "[G,V]")
    E = model.model.embed_tokens.weight.detach()
    one_hot = torch.nn.functional.one_hot(prompt.ids, 300).float()
    p = torch.where(prompt.mask[:, None], prompt.full(torch.softmax(logits, dim=-1))[0], one_hot)
    with torch.no_grad():
        score = float(model(inputs_embeds=(p @ E)[None]).logits[0, 0])
    simplex.expect("embeddings", p @ E, "what enters the reward backbone [L,H]")
    simplex.expect_json("score", score, "score of the sequence")
    copied = copy.deepcopy(model)
    copied.model = quantized.layers_of(model.model, "int8", None)
    embeddings = (p @ E).detach().requires_grad_(True)
    score = copied(inputs_embeds=embeddings[None]).logits[0, 0]
    (gradient,) = torch.autograd.grad(score, embeddings)
    simplex.expect_json("score_int8/weights", float(score), "score with quantized weights")
    simplex.expect("gradient_int8/weights", gradient, "d score / d embeddings with quantized weights [L,H]")
    for largest in (127.0, 63.0):
        copied.model = quantized.layers_of(model.model, "int8", largest)
        with torch.no_grad():
            score = float(copied(inputs_embeds=(p @ E)[None]).logits[0, 0])
        simplex.expect_json(
            f"score_int8/{int(largest)}", score, "score with quantized weights and activations of this largest number"
        )
    return [case, simplex]


def all_cases(fixture) -> list[Case]:
    forwards = forward_cases(fixture)
    first = forwards[0]
    references = {k: Reference(**v) for k, v in first.inputs.items()}
    fixture.shared_forward_inputs = references
    conditioned = self_conditioning_cases(
        fixture,
        references["x"],
        first.tensors["x"],
        references["previous_logits"],
        first.tensors["previous_logits"],
    )
    assert int(fixture.prefix("mistral").ids[0]) == BOS
    return [
        tokenizer_case(fixture),
        schedule_case(),
        time_warp_case(fixture),
        *forwards,
        *conditioned,
        *nucleus_cases(),
        *step_cases(fixture),
        *run_cases(fixture),
        *cached_run_cases(fixture),
        *entropy_bound_cases(fixture),
        *reward_cases(fixture),
    ]
