"""Writes published.json: the steps of published tokenizers around three small models, with the ids
and texts that Hugging Face's tokenizers gives. Run with the packages of requirements.txt:

    python make_published_tokenizers.py ../resources/checkpoint/published.json

The steps are from the published tokenizer.json files. The table of Precompiled is SentencePiece's
nmt_nfkc, as in T5, XLM-R and NLLB.
"""

import base64
import io
import json
import sys

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, pre_tokenizers

CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
SPACES = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
START = r"[^\r\n\p{L}\p{N}]?"

LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + SPACES
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + SPACES
O200K = (
    f"{START}{UPPER}*{LOWER}+{CONTRACTIONS}?|{START}{UPPER}+{LOWER}*{CONTRACTIONS}?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + SPACES
)
TEKKEN = f"{START}{UPPER}*{LOWER}+|{START}{UPPER}+{LOWER}*" r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + SPACES
DEEPSEEK3 = (
    r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"""
    r"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*" + SPACES
)

TEXTS = [
    "",
    "Hello world",
    "  two  spaces, and\n\n a line\r\n\tand a tab ",
    "I'll say: WHAT'S 1234567 + 3.14?!",
    "Zürich, naïve, İstanbul; ﷺ ½ ﬁ ①",
    "北京 東京 서울 Привет مرحبا हिन्दी ไทย",
    "e\u0301 a\u0308\u0323 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f642",
    "snake_case camelCase HTTPServer <tag/> https://a.b/c?d=e",
    "\u0000 \u0007 \u00a0 \u3000 \u200b \ufeff",
]


def split(regex, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert}


def literal(text, behavior):
    return {"type": "Split", "pattern": {"String": text}, "behavior": behavior, "invert": False}


def byte_level(prefix=False, regex=False):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex}


def metaspace(scheme="always", **more):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, **more}


def replace(kind, pattern, content):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


def sequence(field, *steps):
    return {"type": "Sequence", field: list(steps)}


def pre(*steps):
    return sequence("pretokenizers", *steps)


def norm(*steps):
    return sequence("normalizers", *steps)


SPM_DECODER = sequence(
    "decoders",
    replace("String", "▁", " "),
    {"type": "ByteFallback"},
    {"type": "Fuse"},
    {"type": "Strip", "content": " ", "start": 1, "stop": 0},
)


def charsmap():
    """The table nmt_nfkc, from a small model trained with it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e f g h"] * 10),
        model_writer=model,
        vocab_size=13,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def precompiled(table):
    return {"type": "Precompiled", "precompiled_charsmap": table}


def published(table):
    """Yields name, model, normalizer, pre-tokenizer and decoder."""
    level = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    yield "GPT-2", "bytes", None, byte_level(regex=True), level
    yield "Llama 3", "bytes", None, pre(split(LLAMA3), byte_level()), level
    yield "Qwen 2 and 3", "bytes", {"type": "NFC"}, pre(split(QWEN2), byte_level()), level
    yield "o200k", "bytes", None, pre(split(O200K), byte_level()), level
    yield "Mistral tekken", "bytes", None, pre(split(TEKKEN), byte_level()), level
    yield "DeepSeek V3", "bytes", norm(), pre(
        split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK3), byte_level()
    ), level
    yield "DeepSeek 1", "bytes", norm(), pre(
        split(r"[\r\n]"),
        split(r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+"),
        split(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"),
        split(r"\s+$"),
        split("[一-龥ࠀ-一가-퟿]+"),
        {"type": "Digits", "individual_digits": True},
        byte_level(),
    ), level
    yield "Falcon", "bytes", None, pre(
        {"type": "Punctuation", "behavior": "Contiguous"},
        byte_level(regex=True),
        {"type": "Digits", "individual_digits": False},
        split("[0-9][0-9][0-9]"),
    ), level
    yield "BLOOM", "bytes", None, pre(split(" ?[^(\\s|[.,!?…。，、।۔،])]+"), byte_level()), level
    yield "StarCoder", "bytes", None, pre(
        {"type": "Digits", "individual_digits": True}, byte_level(regex=True)
    ), level
    legacy = norm({"type": "Prepend", "prepend": "▁"}, replace("String", " ", "▁"))
    yield "Llama 2, Mistral 0.1", "pieces", legacy, None, SPM_DECODER
    yield "Mistral 0.3", "pieces", None, metaspace("first", split=False), SPM_DECODER
    yield "Gemma", "pieces", replace("String", " ", "▁"), literal(" ", "MergedWithPrevious"), sequence(
        "decoders", replace("String", "▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}
    )
    yield "Metaspace of old", "pieces", None, {
        "type": "Metaspace", "replacement": "▁", "add_prefix_space": True
    }, {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}
    yield "T5", "unigram", precompiled(table), pre(
        {"type": "WhitespaceSplit"}, metaspace()
    ), metaspace()
    yield "XLM-R, NLLB", "unigram", norm(
        precompiled(table), replace("Regex", " {2,}", "▁")
    ), metaspace(), metaspace()
    yield "ALBERT", "unigram", norm(
        replace("String", "``", '"'),
        replace("String", "''", '"'),
        {"type": "NFKD"},
        {"type": "StripAccents"},
        {"type": "Lowercase"},
        precompiled(table),
        replace("Regex", " {2,}", " "),
    ), pre({"type": "WhitespaceSplit"}, metaspace()), metaspace()
    yield "mT5 of late", "unigram", norm(
        precompiled(table),
        {"type": "Strip", "strip_left": False, "strip_right": True},
        replace("Regex", " {2,}", "▁"),
    ), metaspace(split=True), metaspace()
    yield "a BERT's steps", "pieces", {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": None,
        "lowercase": True,
    }, {"type": "BertPreTokenizer"}, {"type": "WordPiece", "prefix": "##", "cleanup": True}


def models():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {token: i for i, token in enumerate(["<unk>", "<s>", "</s>"] + alphabet)}
    merges = []
    for left, right in ["He", "ll", "Ġw", "12", "34", "er", "ĠĠ", "Ã¼", "in"]:
        merges.append([left, right])
        vocab[left + right] = len(vocab)
    level = {"type": "BPE", "vocab": vocab, "merges": merges}
    pieces = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % b for b in range(256)]
    pieces += list("▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?!'北京")
    vocab = {token: i for i, token in enumerate(pieces)}
    merges = []
    for left, right in ["▁w", "or", "He", "▁▁", "ll"]:
        merges.append([left, right])
        vocab[left + right] = len(vocab)
    bpe = {"type": "BPE", "unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True,
           "vocab": vocab, "merges": merges}
    scores = [[p, 0.0 if i < 3 else -2.0 - i / 100] for i, p in enumerate(pieces)]
    unigram = {"type": "Unigram", "unk_id": 0, "byte_fallback": False, "vocab": scores}
    return {"bytes": level, "pieces": bpe, "unigram": unigram}


def added(i, content):
    return {"id": i, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True}


def main(path):
    table, all_models, cases = charsmap(), models(), []
    for name, model, normalizer, pre_tokenizer, decoder in published(table):
        tokenizer = {
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added(i, t) for i, t in enumerate(["<unk>", "<s>", "</s>"])],
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": None,
            "decoder": decoder, "model": all_models[model],
        }
        native = Tokenizer.from_str(json.dumps(tokenizer))
        texts = []
        for text in TEXTS:
            ids = native.encode(text, add_special_tokens=False).ids
            texts.append({"text": text, "ids": ids, "decoded": native.decode(ids)})
        # The file has the table and each model only once.
        tokenizer["model"] = model
        steps = json.dumps(tokenizer).replace(json.dumps(table), '"TABLE"')
        cases.append({"name": name, "tokenizer": json.loads(steps), "texts": texts})
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"table": table, "models": all_models, "cases": cases}, file, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
