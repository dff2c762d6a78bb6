"""Makes the expected values for the tests of text at the edges of prompts and answers; see README.md in this folder.

    python make_text_goldens.py      writes ../resources/checkpoint/text.json and strip.json

text.json: for tokenizers of every kind (spaces put in front by a normalizer, or by Metaspace at the first word,
always or never; two kinds of decoder; bytes), the ids that transformers gives for raw prompts, and its text for
tokens between other tokens: the text of all of them without that of the neighbours. All are tokenizer-0.1 of
make_checkpoint_goldens.py with the given parts, except the byte-level one of the golden checkpoints.

strip.json: the code points that Python's str.strip removes.
"""

import json
import random
import sys
from pathlib import Path

from transformers import LlamaTokenizerFast, PreTrainedTokenizerFast

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FOLDER = RESOURCES / "checkpoint"
BASE = json.loads((FOLDER / "tokenizer-0.1" / "tokenizer.json").read_text())
BYTE_LEVEL = RESOURCES / "golden" / "checkpoints" / "mistral" / "tokenizer.json"

SPACES = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
PREPEND = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, SPACES]}
PIECES = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
LLAMA = {"type": "Sequence", "decoders": [*PIECES, STRIP]}


def metaspace(scheme: str, split: bool = False) -> dict:
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


def decoder_of(scheme: str) -> dict:
    return {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, metaspace(scheme)]}


def parts(normalizer, pre_tokenizer, decoder) -> dict:
    return {"normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "decoder": decoder}


KINDS = {
    "prepended by a normalizer": parts(PREPEND, None, LLAMA),
    "prepended at the first word": parts(None, metaspace("first"), LLAMA),
    "metaspace first": parts(None, metaspace("first"), decoder_of("first")),
    "metaspace always": parts(None, metaspace("always"), decoder_of("always")),
    "metaspace always, split": parts(None, metaspace("always", True), decoder_of("always")),
    "metaspace never": parts(None, metaspace("never"), decoder_of("never")),
    "no space in front": parts(SPACES, None, {"type": "Sequence", "decoders": PIECES}),
    "bytes": None,
}

SCRIPTS = [
    "Hello Rome",
    "The capital of Italy is",
    " is Rome.",
    "   three spaces in front",
    "behind it  ",
    "two  spaces, a\ttab and\n\na blank line ",
    "\n\nWhat?",
    "\u00a0no-break\u2007spaces\u202f",
    "Zürich e\u0301 naïve Straße",
    "Ελληνικά ἀρχή",
    "Привет, мир",
    "שלום עולם",
    "مرحبا بالعالم ١٢٣",
    "नमस्ते दुनिया",
    "বাংলা ভাষা",
    "ภาษาไทย ไม่มีช่องว่าง",
    "한국어 텍스트",
    "日本語のテキスト、かな",
    "東京都 🙂 👩‍👩‍👧 🇮🇹",
    "\ufefftext \ufffd \u200b \u2060",
    "a\u0000b\u0001\u001b",
    "▁Rome ▁▁ is",
    "<0x41> <|user|> <|assistant|>",
    "What is 17 + 25?\r\n\tfor (int i = 0; i < n; i++) {}",
    "x" * 70,
]


def texts() -> list[str]:
    """The texts above, and mixtures of their words."""
    draw = random.Random(1)
    words = [word for text in SCRIPTS for word in text.split(" ")]
    mixed = ["".join(draw.choice(words) + draw.choice(["", " ", " ", "  ", "\n"]) for _ in range(4)) for _ in range(80)]
    return SCRIPTS + [text for text in mixed if text]


def load(kind: dict | None, scratch: Path) -> PreTrainedTokenizerFast:
    if kind is None:
        loaded = PreTrainedTokenizerFast.from_pretrained(BYTE_LEVEL.parent)
    else:
        scratch.write_text(json.dumps(dict(BASE, **kind)))
        loaded = LlamaTokenizerFast(tokenizer_file=str(scratch), clean_up_tokenization_spaces=False)
    # What a user types is never a special token.
    loaded._tokenizer.encode_special_tokens = True
    return loaded


def stretches(tokenizer) -> list[list[int]]:
    """Tokens that a model may draw: words, any tokens, bytes."""
    draw = random.Random(2)
    known = [i for i in range(len(tokenizer)) if i not in tokenizer.all_special_ids]
    some = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in SCRIPTS]
    some += [[draw.choice(known) for _ in range(draw.randint(1, 6))] for _ in range(120)]
    # All and some of the bytes of one character.
    for character in "é東🙂":
        ids = tokenizer(character, add_special_tokens=False)["input_ids"]
        some += [ids[start:end] for start in range(len(ids)) for end in range(start + 1, len(ids) + 1)]
    return [ids for ids in some if ids]


def between(tokenizer) -> list[dict]:
    """The text of tokens next to others. Left out if the text of the neighbours changes."""
    bos = [1]
    head = tokenizer("The capital of Italy is")["input_ids"]
    tail = tokenizer("a is Rome.", add_special_tokens=False)["input_ids"]
    # Only what follows the letter, which may get a space in front.
    tail = tail[tail.index(tokenizer.convert_tokens_to_ids("a")) + 1 :]
    decode = lambda ids: tokenizer.decode(ids, skip_special_tokens=True)  # noqa: E731
    head_text, tail_text = decode(head), decode(head + tail)[len(decode(head)) :]
    cases = []
    for ids in stretches(tokenizer):
        texts = {"ids": ids, "alone": decode(bos + ids)}
        whole = decode(head + ids)
        if whole.startswith(head_text):
            texts["before"] = whole[len(head_text) :]
        whole = decode(bos + ids + tail)
        if whole.endswith(tail_text):
            texts["after"] = whole[: len(whole) - len(tail_text)]
        whole = decode(head + ids + tail)
        if whole.startswith(head_text) and whole.endswith(tail_text):
            texts["both"] = whole[len(head_text) : len(whole) - len(tail_text)]
        cases.append(texts)
    return cases


def main() -> None:
    scratch = Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp") / "text-goldens-tokenizer.json"
    kinds = []
    for name, kind in KINDS.items():
        tokenizer = load(kind, scratch)
        kinds.append(
            {
                "name": name,
                "parts": kind,
                "raw": [{"text": text, "ids": tokenizer(text)["input_ids"]} for text in texts()],
                "between": between(tokenizer),
            }
        )
        counts = {key: sum(key in case for case in kinds[-1]["between"]) for key in ("alone", "before", "after", "both")}
        print(name, counts)
    scratch.unlink(missing_ok=True)
    (FOLDER / "text.json").write_text(json.dumps(kinds, ensure_ascii=True) + "\n")
    stripped = [point for point in range(0x110000) if not chr(point).strip()]
    (FOLDER / "strip.json").write_text(json.dumps({"python": sys.version.split()[0], "stripped": stripped}) + "\n")


if __name__ == "__main__":
    main()
