"""Encodes texts with Python's tokenizers and transformers, as the oracle for TokenizerBuilderTest.

Run in this folder: python make.py
It reads the tokenizer files in this folder, which the test compares with those TokenizerBuilder
writes, and writes golden.json. golden.json was made with tokenizers 0.22.2 and transformers 4.57.0.
Ids must be equal.
"""

import json
import pathlib

from tokenizers import Tokenizer
from transformers import AutoTokenizer

HERE = pathlib.Path(__file__).parent
TEXTS = [
    "How many apples has Tom? Tom has 12 apples + 5 pears × 2.",
    "<|user|>\nHow many apples has Tom?\n<|assistant|>\n17",
    "Sorted: apples pears",
    "apples 'pears' \"Tom\" 'Tom'",
    "  two  spaces\n\n\tand tabs \n",
    "Grüße, 世界 🙂 Café naïve CAFÉ",
    "3.14 1,000 ½ ² ٣ x2y",
    "</s><s>[PAD] <|user|> <|other|>",
    "Tom's don't 's",
    "\u0000\u007f\u0080\u00a0\u00ad\u2028",
    "",
]

tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
fast = AutoTokenizer.from_pretrained(HERE)
texts = []
for text in TEXTS:
    ids = tokenizer.encode(text).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text, text
    assert fast(text)["input_ids"] == ids, text
    texts.append({"text": text, "ids": ids})

assert (fast.bos_token_id, fast.eos_token_id, fast.pad_token_id) == (0, 1, 2)
chat = [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "2"}]
assert fast.apply_chat_template(chat, tokenize=False) == (
    "<|user|>\nHow many?\n<|assistant|>\n2</s>\n"
)
assert fast.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True) == (
    "<|user|>\nHow many?\n<|assistant|>\n"
)

(HERE / "golden.json").write_text(
    json.dumps({"texts": texts}, ensure_ascii=True, indent=1) + "\n", encoding="utf-8"
)
