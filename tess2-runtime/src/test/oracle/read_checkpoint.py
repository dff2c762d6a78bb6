"""Reads checkpoint folders that the Java trainer wrote, using only transformers and safetensors.

    python read_checkpoint.py FOLDER ...

A causal language model is loaded with AutoModelForCausalLM, a reward model with
AutoModelForSequenceClassification; no tensor may be missing or left over. No library has the class of a diffusion
model, so its weights are read with safetensors, and its backbone is loaded into the AutoModel of its config.json.
For each model it prints the shape and the first numbers of the output on the first ids of the vocabulary.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file

IDS = torch.arange(1, 9).unsqueeze(0)


def require(holds, what):
    if not holds:
        raise SystemExit(f"wrong: {what}")


def whole(auto_class, folder):
    model, report = auto_class.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    for kind in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs"):
        require(not report[kind], f"{kind} of {folder}: {report[kind]}")
    return model.eval()


def causal(folder, config):
    logits = whole(transformers.AutoModelForCausalLM, folder)(IDS).logits
    require(logits.shape == (1, IDS.shape[1], config["vocab_size"]), f"logits {logits.shape}")
    return logits


def reward(folder, config):
    model = whole(transformers.AutoModelForSequenceClassification, folder)
    require(model.config.num_labels == 1, f"num_labels {model.config.num_labels}")
    score = model(IDS).logits
    require(score.shape == (1, 1), f"score {score.shape}")
    return score


def diffusion(folder, config):
    with safe_open(folder / "model.safetensors", "pt") as file:
        require(file.metadata() == {"format": "pt"}, f"metadata {file.metadata()}")
    tensors = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    time = tensors.pop("timestep_embed.weight")
    require(time.shape == (config["hidden_size"], 1), f"timestep_embed {time.shape}")
    tied = config["tie_word_embeddings"]
    head = tensors["model.embed_tokens.weight"] if tied else tensors.pop("lm_head.weight")
    require(head.shape == (config["vocab_size"], config["hidden_size"]), "lm_head")
    backbone = transformers.AutoModel.from_config(transformers.AutoConfig.from_pretrained(folder)).eval()
    weights = {name.removeprefix("model."): value for name, value in tensors.items()}
    backbone.load_state_dict(weights, strict=True)
    embedded = torch.nn.functional.embedding(IDS, tensors["model.embed_tokens.weight"])
    # Full attention: an additive mask of zeros.
    mask = torch.zeros(1, 1, IDS.shape[1], IDS.shape[1])
    hidden = backbone(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
    return hidden @ head.T


READERS = {"ForCausalLM": causal, "ForSequenceClassification": reward, "ForDiffusionLM": diffusion}


@torch.no_grad()
def main():
    require(len(sys.argv) > 1, "no folder is given")
    for name in sys.argv[1:]:
        folder = pathlib.Path(name)
        config = json.loads((folder / "config.json").read_text())
        architecture = config["architectures"][0]
        suffix = next(s for s in READERS if architecture.endswith(s))
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        output = READERS[suffix](folder, config)
        require(bool(torch.isfinite(output).all()), f"output of {folder} is not finite")
        first = [round(value, 4) for value in output.flatten()[:4].tolist()]
        print(f"{architecture}: {tuple(output.shape)} {first}, tokenizer of {len(tokenizer)}")


if __name__ == "__main__":
    main()
