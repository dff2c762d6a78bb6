"""A small real tokenizer: byte-level BPE, so any text encodes and decodes without loss.

Ids: 0 <unk>, 1 <s>, 2 </s>, then the 256 bytes, then the merges. [PAD] is added last, as in the
published training code, which makes V one larger than the base vocabulary.
Encoding with special tokens puts <s> in front, as Mistral's and Llama's tokenizers do.
"""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

BASE_VOCABULARY = 299
UNK, BOS, EOS, PAD = 0, 1, 2, BASE_VOCABULARY

SENTENCES = [
    "<|user|>\nWhat is 17 + 25?\n<|assistant|>\n42\n",
    "<|user|>\nWhat is the capital of France?\n<|assistant|>\nThe capital of France is Paris.\n",
    "<|user|>\nWhat is 8 + 9?\n<|assistant|>\nThe answer is 17.\n",
    "<|user|>\nSort the words: pear apple fig\n<|assistant|>\napple fig pear\n",
    "The capital of Italy is Rome. What is the capital of Spain?",
    "What is 12 times 3? The answer is 36.",
    "The words in the answer are sorted. The answer is short.",
]


def build() -> PreTrainedTokenizerFast:
    """Trains the tokenizer; deterministic."""
    core = Tokenizer(models.BPE(unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=BASE_VOCABULARY,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(SENTENCES, trainer)
    core.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", BOS)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        clean_up_tokenization_spaces=False,
        model_max_length=64,
    )
    tokenizer.add_special_tokens({"pad_token": "[PAD]"})
    ids = tokenizer.convert_tokens_to_ids(["<unk>", "<s>", "</s>", "[PAD]"])
    assert ids == [UNK, BOS, EOS, PAD], ids
    assert len(tokenizer) == BASE_VOCABULARY + 1
    return tokenizer
