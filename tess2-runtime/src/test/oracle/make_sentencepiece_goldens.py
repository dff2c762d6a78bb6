"""Makes the expected values for SentencePieceTokenizerTest; see README.md in this folder.

    python make_sentencepiece_goldens.py      writes ../resources/sentencepiece

NAME.model: small models trained here with the sentencepiece package. texts.json: the texts. NAME-*.json: one
tokenizer folder each (its files except the model), and the results of transformers' slow LlamaTokenizer, which
`--use_fast_tokenizer false` loads; also those of the fast one where they differ. unigram-fast/tokenizer.json: a
unigram model in the fast tokenizers' own format.
"""

import json
import shutil
import tempfile
from pathlib import Path

import sentencepiece
import transformers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer
from transformers import LlamaTokenizer, LlamaTokenizerFast, T5Tokenizer
from transformers.convert_slow_tokenizer import SpmConverter

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sentencepiece"

SCRIPTS = [
    "The quick brown fox jumps over the lazy dog.",
    "What is 17 + 25? The answer is 42, isn't it?",
    "The capital of France is Paris. The capital of Italy is Rome.",
    "Zürich, Ærøskøbing, łódź, İstanbul, naïve façade",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.",
    "صِف خَلقَ خَودٍ كَمِثلِ الشَمسِ",
    "אקסדקסר ניפלא, שָׁלוֹם עולם",
    "ऋषियों को सताने वाले दुष्ट राक्षसों का क्षय",
    "เป็นมนุษย์สุดประเสริฐ น้ำ กำลัง",
    "私はガラスを食べられます。東京都",
    "我能吞下玻璃而不伤身体。",
    "나는 유리를 먹을 수 있어요. 한국어",
    "ආයුබෝවන් မင်္ဂလာပါ สวัสดี გამარჯობა",
    "<|user|>\nWhat is the capital of Spain?\n<|assistant|>\nThe capital of Spain is Madrid.\n",
]

FLAT = [
    "", " ", "  ", "   ", "\n", "\n\n", "\t", "\r\n", "a", " a", "a ", "  a  ", "\na", " \n a", "a\n", "\ta\tb\t", "a  b   c    d",
    "x" + " " * 9 + "y", " " * 20, "▁", "▁▁", "a▁b", "▁a", " ▁a", "▁ a", "a ▁", "a▁", "▁\n▁", "a\u0000b", "\u0000", "\u0001\u001f\u007f", "\u0085x\u0085",
    "a\u00a0b", "\u00a0a", "\u2003wide\u2003space\u2003", "\u3000全角\u3000", "zero\u200bwidth", "\u200b", "\u200bword", "\ufeffbom", "soft\u00adhyphen", "a\u200db\u200cc",
    "e\u0301", "\u00e9", "cafe\u0301 café", "\u0301", " \u0301", "a\u0323\u0302 ậ", "Å Å Å", "ﬁne ﬂow ﬀ", "①②③ Ⅳ ½ ㎏", "Ｆｕｌｌ　Ｗｉｄｔｈ", "ｶﾞｷﾞ", "ガ ガ", "한글 한글",
    "ﷺ", "กำ กํา", "क़ क़", "ẛ̣", "≯ >\u0338", "🙂", "🙂🙃", "👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🇩🇪", "❤\ufe0f", "a🙂b", "𝔘𝔫𝔦", "𐍈", "\U0010ffff", "\ue000\ue001", "\ufffd", "\ufffe",
    "<0x0A>", "a<0x41>b", "<0x", "<0x0A", "<0xGG>", "＜０ｘ０Ａ＞", "<unk", "<s", "</s", "s>", "<|user|", "|>", "[PAD", "<|user|>", "a<|user|>b", " <|user|> ", "<|user|>\nHi", "x <|user|>\n",
    "<sym>", "a<sym>b", " <sym> ", "<sym><sym>", "<symbol>", "a<symbol>b", "<sym", "＜sym＞", "the<sym> the", "東京<symbol>京",
    "aaaaaaaa", "a" * 33, "the the the", "thethethe", "The The", "answer is", "answeris", "  answer", "ing ing", "1234567890", "3.14159", "1 2 3", "a.b.c", "...", "!!!", "?!?!", "--- ---", "((()))",
    "def f(x):\n    return x * 2\n", "{\n\t\"a\": [1, 2]\n}", "http://example.com/a?b=c&d=%20", "user@example.com", "C:\\path\\file", "$x^2$", "`code`", "\"quoted\" 'single'", "“curly” ‘quotes’ … –—",
    "mixed русский and 中文 and عربي", "right to left: שלום!", "Ωmega αβγ", "ÀÉÎÕÜ", "ß ẞ SS", "ıİiI", "ǅ ǆ", "Straße", "łódź Łódź", "ñandú", "ÿ", "þorn", "tab\tand newline\nand return\r", "line one\nline two\n\nline four",
    "trailing space ", "trailing newline\n", "  leading", " \t \n ", "end▁", "é", "☃", "→ ←", "™®©", "¼ ¾", "٠١٢٣", "०१२", "㍿", "ꙮ", "ᚠᛇᚻ", "ᓀᐣ",
]  # fmt: skip
TEXTS = [*FLAT, *SCRIPTS, " ".join(SCRIPTS), "\n".join(SCRIPTS) * 3]

# In a user's text these are only characters.
SPELLED = ["</s>", "<s>", "<unk>", "[PAD]", "ends here</s>", "<s>[PAD] </s></s>", "a </s> b", " <unk>", "</s>\n", "▁</s>", "＜/s＞", "[A]x[B]"]

SPECIAL = dict(normalized=False, single_word=False, special=True)
PLAIN = dict(lstrip=False, rstrip=False, special=False, single_word=False)


def models() -> dict:
    corpus = SCRIPTS * 20 + [t for t in FLAT if "\n" not in t and len(t) > 3] + FLAT[-60:] * 2
    corpus = [line for text in corpus for line in text.split("\n") if line and "\x00" not in line and "<sym" not in line]
    trained = {
        "bpe": dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True, vocab_size=1000, character_coverage=0.995),
        "bpe-bare": dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False, vocab_size=800, character_coverage=0.98, user_defined_symbols=["<sym>", "<symbol>", "▁▁", "▁▁▁", "\n"], control_symbols=["[A]", "[B]"]),
        "bpe-symbols": dict(model_type="bpe", normalization_rule_name="identity", vocab_size=800, character_coverage=0.98, user_defined_symbols=["<sym>", "<symbol>", "東京<"], control_symbols=["[A]", "[B]"]),
        "unigram": dict(model_type="unigram", normalization_rule_name="nmt_nfkc", vocab_size=700, character_coverage=0.99, user_defined_symbols=["<sym>", "<symbol>", "Å"], control_symbols=["[A]", "[B]"]),
        "unigram-bytes": dict(model_type="unigram", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False, vocab_size=800, character_coverage=0.98),
    }  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, options in trained.items():
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(corpus), model_prefix=str(FOLDER / name), hard_vocab_limit=False, num_threads=1, minloglevel=2, max_sentence_length=100000, **options
        )
        (FOLDER / f"{name}.vocab").unlink()
        assert (FOLDER / f"{name}.model").stat().st_size < 300_000
        shrink(FOLDER / f"{name}.model")
    return trained


def shrink(file: Path) -> None:
    """Removes the local path, which nothing reads."""
    proto = sentencepiece_model_pb2.ModelProto.FromString(file.read_bytes())
    proto.trainer_spec.ClearField("model_prefix")
    file.write_bytes(proto.SerializeToString())


def folders():
    """Yields name, model and the other files."""
    pieces = {n: sentencepiece.SentencePieceProcessor(str(FOLDER / f"{n}.model")).get_piece_size() for n in ("bpe", "bpe-bare", "bpe-symbols", "unigram", "unigram-bytes")}
    named = dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    for name, size in pieces.items():
        for legacy in (True, False):
            config = dict(named, tokenizer_class="LlamaTokenizer", legacy=legacy, add_bos_token=True, add_eos_token=False)
            config["added_tokens_decoder"] = {
                **{str(i): dict(SPECIAL, content=t, lstrip=False, rstrip=False) for i, t in enumerate(["<unk>", "<s>", "</s>"])},
                str(size): dict(SPECIAL, content="[PAD]", lstrip=False, rstrip=False),
                str(size + 1): dict(PLAIN, content="<|user|>", normalized=True),
            }
            config["pad_token"] = "[PAD]"
            yield f"{name}-{'legacy' if legacy else 'new'}", name, {"tokenizer_config.json": config}
    # As saved by older versions, without added_tokens_decoder.
    size = pieces["bpe"]
    yield "bpe-older", "bpe", {
        "tokenizer_config.json": dict(named, tokenizer_class="LlamaTokenizer", add_prefix_space=False),
        "special_tokens_map.json": {**{k: dict(SPECIAL, content=v, lstrip=False, rstrip=False) for k, v in named.items()}, "pad_token": "[PAD]"},
        "added_tokens.json": {"[PAD]": size, "<|user|>": size + 1},
    }
    yield "bpe-no-prefix-space", "bpe", {"tokenizer_config.json": dict(named, tokenizer_class="LlamaTokenizer", legacy=False, add_prefix_space=False)}
    # A token that absorbs the spaces around it, and a piece that matches only as a word.
    IS = sentencepiece.SentencePieceProcessor(str(FOLDER / "bpe.model")).piece_to_id("is")
    strip = dict(named, tokenizer_class="LlamaTokenizer", legacy=True)
    strip["added_tokens_decoder"] = {
        str(size): dict(PLAIN, content="<|user|>", lstrip=True, rstrip=True, normalized=False),
        str(IS): dict(PLAIN, content="is", single_word=True, normalized=False),
    }
    yield "bpe-flags", "bpe", {"tokenizer_config.json": strip}


def golden(name: str, model: str, files: dict) -> dict:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copy(FOLDER / f"{model}.model", folder / "tokenizer.model")
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content))
        slow = LlamaTokenizer.from_pretrained(folder)
        fast = LlamaTokenizerFast.from_pretrained(folder, from_slow=True, legacy=slow.legacy)
    proto = sentencepiece_model_pb2.ModelProto.FromString((FOLDER / f"{model}.model").read_bytes())
    proto.normalizer_spec.add_dummy_prefix = False
    bare = sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString())
    whole = sentencepiece.SentencePieceProcessor(str(FOLDER / f"{model}.model"))
    before = len(bare.encode("<unk>"))

    def ids(tokenizer, text, **options):
        return tokenizer(text, add_special_tokens=False, **options).input_ids

    def both(text, **options):
        one, other = ids(slow, text, **options), ids(fast, text, **options)
        return {"slow": one} if one == other else {"slow": one, "fast": other}

    def spelled(text):
        """SentencePiece's own ids. The slow tokenizer looks ids up by spelling, so unknown text that spells a
        control piece becomes that piece, which a user's text must not."""
        if slow.legacy:
            own = whole.encode(text)
        else:
            own = bare.encode("<unk>" + "▁" * slow.add_prefix_space + text.replace("▁", " "))[before:]
        one = ids(slow, text, split_special_tokens=True)
        assert one == own or [0 if whole.is_control(i) else i for i in one] == own, (one, own)
        return {"slow": own}

    def continued(text):
        return bare.encode("<unk>" + (text if slow.legacy else text.replace("▁", " ")))[before:]

    def decoded(text):
        """The fast tokenizer's text, or the slow one's if the fast one does not know that the model puts a space in
        front. If the model puts none, the text itself, because both remove a space that belongs to it."""
        some = ids(slow, text)
        options = dict(skip_special_tokens=True, clean_up_tokenization_spaces=False)
        prefixed = whole.encode("a", out_type=str)[0].startswith("▁")
        if slow.legacy and not prefixed:
            return {"ids": some, "text": text.replace("▁", " ")}
        if slow.legacy and not slow.add_prefix_space:
            # It removes no space after an added token.
            return None if "<|user|>" in text else {"ids": some, "text": slow.decode(some, spaces_between_special_tokens=False, **options)}
        return {"ids": some, "text": fast.decode(some, **options)}

    added = [t for t in ("<|user|>", "is") if t in slow.get_added_vocab()]
    return {
        "name": name,
        "model": model,
        "files": files,
        "size": len(slow),
        "plain": [both(text) for text in TEXTS],
        "spelled": [spelled(text) for text in SPELLED],
        "sequence": [both("<s>" + text) for text in TEXTS],
        # Left out: a word token at the end of a text swallows the </s> that follows.
        "answered": [None if text.endswith("is") and "is" in added else both("<s>" + text + "</s>\n") for text in TEXTS],
        "continued": [None if any(t in text for t in added) else continued(text) for text in TEXTS],
        "decoded": [decoded(text) for text in TEXTS],
    }


def fast_unigram() -> None:
    """A unigram tokenizer.json as transformers converts it for T5, including the control pieces."""

    class Converter(SpmConverter):
        def vocab(self, proto):
            return [(piece.piece, piece.score) for piece in proto.pieces]

        def unk_id(self, proto):
            return proto.trainer_spec.unk_id

    slow = T5Tokenizer(str(FOLDER / "unigram.model"), extra_ids=0, legacy=True, unk_token="<unk>", eos_token="</s>", pad_token="<unk>")
    made: Tokenizer = Converter(slow).converted()
    folder = FOLDER / "unigram-fast"
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(made.to_str() + "\n")
    ids = [made.encode(text, add_special_tokens=False).ids for text in TEXTS]
    # The control pieces are renamed so that no text spells them: the library must give these ids.
    renamed = json.loads(made.to_str())
    for pair in renamed["model"]["vocab"][1:3] + [p for p in renamed["model"]["vocab"] if p[0] in ("[A]", "[B]")]:
        pair[0] = "\ue000" + pair[0].replace("s", "\ue001") + "\ue000"
    renamed["added_tokens"] = [t for t in renamed["added_tokens"] if not t["special"]]
    bare = Tokenizer.from_str(json.dumps(renamed))
    spelled = [bare.encode(text, add_special_tokens=False).ids for text in SPELLED]
    write("unigram-fast.json", {"size": made.get_vocab_size(), "plain": ids, "spelled": spelled})


def write(name: str, value) -> None:
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def main() -> None:
    models()
    write("texts.json", {"texts": TEXTS, "spelled": SPELLED, "transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__})
    for name, model, files in folders():
        made = golden(name, model, files)
        write(f"{name}.json", made)
        differ = {k: sum("fast" in one for one in made[k] if one) for k in ("plain", "sequence", "answered")}
        print(name, "of", len(TEXTS), "texts slow and fast differ in", differ)
    fast_unigram()


if __name__ == "__main__":
    main()
