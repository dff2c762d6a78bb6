"""The ids of training chats under every convention."""

from .tokenizer import EOS

SYSTEM = {"role": "system", "content": "Be short."}
FIRST = [{"role": "user", "content": " What is 8 + 9? "}, {"role": "assistant", "content": "17"}]
SECOND = [{"role": "user", "content": "The capital of France?"}, {"role": "assistant", "content": " Paris\n"}]
BLANK_ANSWER = [{"role": "user", "content": "What is 8 + 9?"}, {"role": "assistant", "content": "  "}]
BLANK_PROMPT = [{"role": "user", "content": ""}, {"role": "assistant", "content": "17"}]

DEFAULTS = {
    "long_chats": "REFUSE",
    "blank_contents": "REFUSE",
    "system_turns": True,
    "earlier_ends": True,
    "score": "END",
    "length": 200,
}


def encode(tokenizer, messages: list[dict], options: dict) -> dict | None:
    """Encodes the text of the published template; None if the line is skipped."""
    turns = [m for m in messages if m["role"] != "system" or options["system_turns"]]
    if options["blank_contents"] == "SKIP" and any(not m["content"].strip() for m in turns):
        return None
    text = ""
    for turn in turns[:-1]:
        end = "</s>" if turn["role"] == "assistant" and options["earlier_ends"] else ""
        text += f"<|{turn['role']}|>\n{turn['content'].strip()}{end}\n"
    prompt = tokenizer(text + "<|assistant|>\n").input_ids
    answer = tokenizer(turns[-1]["content"].strip(), add_special_tokens=False).input_ids + [EOS]
    if options["score"] == "LINE_BREAK":
        answer += tokenizer("\n", add_special_tokens=False).input_ids
    ids = prompt + answer
    if len(ids) > options["length"]:
        if options["long_chats"] == "SKIP" or len(prompt) >= options["length"]:
            return None
        return {"ids": ids[: options["length"]], "answer_from": len(prompt), "cut": True}
    return {"ids": ids, "answer_from": len(prompt), "cut": False}


def lines(tokenizer) -> list[dict]:
    whole = encode(tokenizer, FIRST + SECOND, DEFAULTS)
    answer_from, length = whole["answer_from"], len(whole["ids"])
    cases = [
        (FIRST + SECOND, {}),
        (FIRST + SECOND, {"earlier_ends": False}),
        ([SYSTEM] + FIRST + SECOND, {}),
        ([SYSTEM] + FIRST + SECOND, {"system_turns": False}),
        ([SYSTEM] + FIRST + SECOND, {"system_turns": False, "earlier_ends": False}),
        (BLANK_ANSWER, {"blank_contents": "KEEP"}),
        (BLANK_ANSWER, {"blank_contents": "SKIP"}),
        (BLANK_PROMPT, {"blank_contents": "KEEP"}),
        (BLANK_PROMPT, {"blank_contents": "SKIP"}),
        (FIRST, {"blank_contents": "SKIP"}),
        (FIRST + SECOND, {"score": "LINE_BREAK"}),
        (FIRST + SECOND, {"long_chats": "CUT", "length": length}),
        (FIRST + SECOND, {"long_chats": "CUT", "length": length - 1}),
        (FIRST + SECOND, {"long_chats": "CUT", "length": answer_from + 1}),
        (FIRST + SECOND, {"long_chats": "CUT", "length": answer_from}),
        (FIRST + SECOND, {"long_chats": "SKIP", "length": length}),
        (FIRST + SECOND, {"long_chats": "SKIP", "length": length - 1}),
    ]
    found = []
    for messages, changed in cases:
        options = DEFAULTS | changed
        found.append({"messages": messages, "options": options, "expected": encode(tokenizer, messages, options)})
    return found
