"""The goldens of guidance."""

import math

import torch

from . import guidance, schedules
from .cases_inference import GENERATED, K, SCHEDULE, UNIFORMS, describe, normal
from .forward import mix
from .goldens import Case
from .sampling import ChosenUniforms, Clock, argmax_margin, cut, ddpm_next, project, to_simplex
from .tokenizer import BOS, EOS, PAD

VOCABULARY = 300
WANTED = [274, 293, 40]


def reward_cases(fixture) -> list[Case]:
    """One guided step on given logits, for the reward model and for rewards given as code."""
    logits = 2.5 * normal(601, GENERATED, VOCABULARY)
    gumbel_noise = -torch.log(-torch.log(torch.rand(GENERATED, VOCABULARY, generator=_generator(602))))
    prefix, infill = fixture.prefix("mistral"), fixture.infill("mistral")
    E = fixture.weights["mistral"].embedding
    target = normal(603, E.shape[1]) * 0.5
    score = guidance.reward_model(fixture.reward, prefix)
    plain = guidance.softmax
    rows = [
        ("reward-model-n1", prefix, score, 0.5, 1, 1.0, plain, "reward-model"),
        ("reward-model-n3", prefix, score, 1.0, 3, 0.7, plain, "reward-model"),
        ("reward-model-infill", infill, guidance.reward_model(fixture.reward, infill), 1.0, 1, 1.0, plain, "reward-model"),
        ("reward-model-gumbel", prefix, score, 1.0, 1, 0.7, guidance.gumbel(gumbel_noise, False), "reward-model"),
        ("reward-model-hard", prefix, score, 1.0, 1, 0.7, guidance.gumbel(gumbel_noise, True), "reward-model"),
        ("wanted-mass", prefix, guidance.wanted_mass(WANTED), 8.0, 3, 1.0, plain, "wanted-mass"),
        ("wanted-anywhere", prefix, guidance.wanted_anywhere(WANTED), 2.0, 1, 0.8, plain, "wanted-anywhere"),
        ("near-target", prefix, guidance.near_target(E, target), 4.0, 2, 1.0, plain, "near-target"),
    ]
    formulas = {
        "reward-model": "score of checkpoint reward at the last position, softmax . E_reward at generated positions",
        "wanted-mass": "sum over generated positions of the probability of parameters.wanted",
        "wanted-anywhere": "log(1 - product over positions of (1 - probability of parameters.wanted))",
        "near-target": "-(mean over positions of |p . E - target|^2), E of checkpoint mistral",
    }
    cases: list[Case] = []
    shared: dict = {}

    def share(case, key, tensor, meaning):
        if key in shared:
            case.reuse(key, shared[key])
        else:
            shared[key] = case.give(key, tensor, meaning)

    for label, problem, reward, scale, iterations, tau, relax, kind in rows:
        case = Case(
            f"guidance-{label}",
            "guidance-reward",
            "Gradient ascent on a reward from given logits. Iteration j adds scale times the sum of the gradients of "
            "iterations 1 .. j.",
            reward=kind,
            formula=formulas[kind],
            ids=problem.ids.tolist(),
            generated_positions=problem.mask.nonzero().flatten().tolist(),
            scale=scale,
            iterations=iterations,
            tau=tau,
            relaxation="softmax" if relax is plain else ("gumbel-hard" if label.endswith("hard") else "gumbel"),
            tolerance_relative=1e-4,
        )
        share(case, "logits", logits, "logits before guidance [G,V]")
        if relax is not plain:
            share(case, "gumbel_noise", gumbel_noise, "added to the logits before the division by tau [G,V]")
        if kind.startswith("wanted"):
            case.parameters["wanted"] = WANTED
        if kind == "near-target":
            case.give("target", target, "[H]")
        guided = guidance.ascend(logits, reward, scale, iterations, tau, relax)
        case.expect_json("rewards", guided.rewards, "reward before each inner iteration")
        if label != "reward-model-n3":
            case.expect("gradient", guided.gradients[0], "d reward / d logits at the given logits [G,V]")
        if iterations > 1 or label == "reward-model-n1":
            case.expect("guided_logits", guided.logits, "guided logits [G,V]")
        if label == "reward-model-hard":
            soft = torch.topk((logits + gumbel_noise), 2, dim=-1).values
            assert float((soft[:, 0] - soft[:, 1]).min()) > 1e-3, "the hard sample is nearly tied"
        cases.append(case)
    return cases


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def classifier_free_cases(fixture) -> list[Case]:
    """Classifier-free guidance of one step, with both ways of removing the prompt."""
    cases = []
    x, previous = K * normal(101, GENERATED, VOCABULARY), 2.5 * normal(102, GENERATED, VOCABULARY)
    for shape in ("prefix", "infill"):
        problem = getattr(fixture, shape)("mistral")
        case = Case(
            f"guidance-classifier-free-{shape}",
            "guidance-classifier-free",
            "c: logits with the prompt; u: logits of the same x, time and previous logits with the prompt removed. "
            "removed: the sequence is <s> and the generated positions only, renumbered. padded: the length stays and "
            "every prompt token but the leading <s> is [PAD]. The guided outputs use u removed.",
            checkpoint="mistral",
            **describe(problem),
            time=0.7,
            scale=2.5,
            probability_floor=guidance.PROBABILITY_FLOOR,
            tolerance_relative=1e-4,
        )
        source = fixture.shared_forward_inputs
        case.reuse("x", source["x"])
        case.reuse("previous_logits", source["previous_logits"])
        c = problem.logits(x, 0.7, previous)
        u = guidance.without_prompt(problem, BOS).logits(x, 0.7, previous)
        case.expect("unconditional/removed", u, "u with the prompt removed [G,V]")
        if shape == "prefix":
            padded = guidance.padded_prompt(problem, BOS, PAD).logits(x, 0.7, previous)
            case.expect("unconditional/padded", padded, "u with the prompt replaced by [PAD] [G,V]")
        scale = case.parameters["scale"]
        if shape == "prefix":
            case.expect("guided_logits", guidance.classifier_free_logits(c, u, scale), "u + s (c - u) [G,V]")
        combined, from_probabilities = guidance.classifier_free_probabilities(c, u, scale)
        if shape == "prefix":
            case.expect("probabilities", combined, "softmax(u) + s (softmax(c) - softmax(u)), not clipped [G,V]")
            case.description += " Logits from probabilities: log(max(probabilities, probability_floor))."
            likeliest = from_probabilities.argmax(-1).tolist()
            case.expect_json("probabilities_argmax", likeliest, "likeliest tokens of the logits from probabilities")
            assert argmax_margin(combined) > 1e-3
        cases.append(case)
    return cases


def run_case(fixture) -> Case:
    """A complete generation with reward guidance: the guided logits feed the draw and the next step."""
    problem = fixture.prefix("mistral")
    T, top_p, temperature, scale = 10, 0.9, 1.0, 2.0
    clock = Clock(schedules.alphas_cumprod(SCHEDULE, T), problem.weights)
    case = Case(
        "run-guided",
        "run-guided",
        "A whole simplex-ddpm generation with reward-model guidance at every step. The guided logits are drawn from and "
        "are the next step's previous logits. Step s = 0 .. T-1 goes from t = T-1-s to t-1.",
        checkpoint="mistral",
        reward_checkpoint="reward",
        **describe(problem),
        sampler="simplex-ddpm",
        schedule=SCHEDULE,
        T=T,
        top_p=top_p,
        temperature=temperature,
        scale=scale,
        iterations=1,
        tau=1.0,
        tolerance_relative=1e-4,
    )
    references, initial, fresh = fixture.shared_run_noise
    for key, reference in references.items():
        case.reuse(key, reference)
    reward = guidance.reward_model(fixture.reward, problem)
    uniforms = ChosenUniforms(_generator(GUIDED_RUN_SEED), UNIFORMS, top_p, temperature)
    x, previous = K * initial, torch.zeros_like(initial)
    drawn, used, argmaxes, rewards, clearances, argmax_clearances = [], [], [], [], [], []
    states = []
    for s, t in enumerate(reversed(range(T))):
        u = mix(problem.mode, torch.softmax(x, -1), torch.softmax(previous, -1))
        states.append(u @ problem.weights.embedding.detach())
        logits = problem.logits(x, clock.time(t), previous)
        step = guidance.ascend(logits, reward, scale, 1, 1.0)
        rewards.append(step.rewards[0])
        previous = step.logits
        tokens, counts, margin = project(previous, uniforms(s, previous), top_p, temperature)
        noise = fresh[s] if t > 0 else torch.zeros_like(x)
        x = ddpm_next(to_simplex(tokens, K, VOCABULARY), noise, clock.alpha(t - 1), K)
        drawn.append(tokens.tolist())
        used.append(counts)
        argmaxes.append(previous.argmax(-1).tolist())
        clearances.append(margin)
        argmax_clearances.append(argmax_margin(previous))
    case.give("uniforms", torch.stack(uniforms.rows), "row s holds step s's [G,R] uniforms [T,G,R]")
    case.parameters["clearance"] = min(clearances)
    case.parameters["argmax_clearance"] = min(argmax_clearances)
    assert case.parameters["argmax_clearance"] > 1e-3
    case.give("states", torch.stack(states), "row s is u E as step s begins, without the timestep embedding [T,G,H]")
    case.expect_json("drawn_tokens", drawn, "drawn tokens per step [T][G]")
    case.expect_json("draws_used", used, "uniforms used per step and position [T][G]")
    case.expect_json("argmax_tokens", argmaxes, "likeliest tokens of the guided logits per step [T][G]")
    case.expect_json("rewards", rewards, "reward of the unguided logits per step")
    case.expect("logits/9", previous, "guided logits of the last step [G,V]")
    answer = cut(argmaxes[-1], EOS)
    case.expect_json("text", fixture.tokenizer.decode(answer, skip_special_tokens=True), "the answer")
    assert all(math.isfinite(r) for r in rewards)
    return case


GUIDED_RUN_SEED = 611


def all_cases(fixture) -> list[Case]:
    return [*reward_cases(fixture), *classifier_free_cases(fixture), run_case(fixture)]
