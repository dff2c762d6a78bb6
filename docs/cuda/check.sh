#!/usr/bin/env bash
# Checks the library on an NVIDIA GPU, in under five minutes. Run it from the repository's root after
# `mvn package`, in the environment that docs/cuda.md describes:
#
#     docs/cuda/check.sh WORK_FOLDER
#
# PYTHON (default: python3) is a Python with PyTorch for CUDA, transformers and safetensors. With it:
#   graph     compares every method of the graph on the GPU and on the CPU (check_graph.py), and with layers
#             spread over two GPUs if there are two
#   make      makes a model and a reward model of Mistral-7B's shape (29 GB on disk)
#   plain     runs the same steps, guided steps and training in plain PyTorch, for comparison
# Without it, a smaller model is measured and not compared with PyTorch. Always:
#   check     runs the same forward pass on CPU and GPU, whose logits must agree; generates a request on
#             the GPU; the GPU's memory must be released afterwards. The same on two GPUs if there are two
#   measure   the time of a step and of decoder and head alone, and the GPU's memory, in each weight format
#   train     tokens per second
# It ends with a table, and with "all checks passed" or what failed (exit status 1).
set -uo pipefail

work=${1:?usage: docs/cuda/check.sh WORK_FOLDER}
jar=tess2-examples/cli/target/tess2.jar
python=${PYTHON:-python3}
mkdir -p "$work"
measurements=$work/measurements.jsonl
: > "$measurements"
failed=()

tess2() { java -jar "$jar" "$@"; }

# Runs a command. If it fails, records its name and continues.
try() {
    local name=$1
    shift
    echo "--- $name" >&2
    "$@" || failed+=("$name")
}

measure() {
    local device=(--device cuda)
    [[ " $* " != *" --device "* ]] || device=()
    tess2 benchmark measure "$model" "${device[@]}" --precision bf16 --runs 5 "$@" >> "$measurements"
}

plain() {
    [[ -z $beside ]] || "$python" docs/benchmark/plain_pytorch.py "$model" --device cuda \
        --precision bf16 --runs 5 "$@" >> "$measurements"
}

beside=
# The number of GPUs. Without PyTorch in Python it is not known, and one is used.
gpus=1
if "$python" -c 'import sys, torch, transformers; sys.exit(not torch.cuda.is_available())'; then
    beside=yes
    try "graph" "$python" docs/cuda/check_graph.py
    gpus=$("$python" -c 'import torch; print(torch.cuda.device_count())')
    if [[ $gpus -gt 1 ]]; then
        try "graph, two GPUs" "$python" docs/cuda/check_graph.py --gpus 2
    fi
else
    echo "skipping the graph check and plain PyTorch: $python has no PyTorch that sees a GPU" >&2
fi

for kind in "" --reward; do
    [[ -f $work/tiny$kind/config.json ]] || try "make a small model $kind" \
        tess2 benchmark make "$work/tiny$kind" --shape tiny ${kind:+"$kind"}
    if [[ -n $beside ]]; then
        [[ -f $work/7b$kind/config.json ]] || try "make a 7B model $kind" \
            "$python" docs/cuda/make_checkpoint.py "$work/tiny$kind" "$work/7b$kind" ${kind:+"$kind"}
    else
        [[ -f $work/7b$kind/config.json ]] || try "make a model $kind" \
            tess2 benchmark make "$work/7b$kind" --shape benchmark ${kind:+"$kind"}
    fi
done
model=$work/7b

for precision in fp32 fp16 bf16; do
    try "check in $precision" tess2 benchmark check "$work/tiny" --precision "$precision"
done
if [[ $gpus -gt 1 ]]; then
    for precision in fp32 bf16; do
        try "check in $precision, two GPUs" tess2 benchmark check "$work/tiny" --precision "$precision" --device cuda:0+1
    done
fi
try "answer" tess2 generate --model "$work/tiny" --device cuda --length 32 --steps 20 --seed 1 \
    "What is 17 + 25?"

for setting in "--batch 1" "--batch 4" "--length 1024"; do
    # shellcheck disable=SC2086
    try "plain PyTorch, $setting" plain --steps 10 $setting
    # shellcheck disable=SC2086
    try "measure, $setting" measure --steps 10 $setting
done
try "plain PyTorch, guided" plain --steps 5 --reward "$work/7b--reward"
try "measure, guided" measure --steps 5 --reward "$work/7b--reward"
if [[ $gpus -gt 1 ]]; then
    try "measure, two GPUs" measure --steps 10 --device cuda:0+1
    try "measure, two GPUs, int8" measure --steps 10 --device cuda:0+1 --weights int8
    try "measure, guided, reward model on another GPU" \
        measure --steps 5 --reward "$work/7b--reward" --reward-device cuda:1
fi
for weights in int8 fp8; do
    if [[ $weights == fp8 && -n $beside ]] &&
        ! "$python" -c 'import sys, torch; sys.exit(torch.cuda.get_device_capability() < (8, 9))'; then
        echo "skipping fp8: the GPU cannot multiply it" >&2
        continue
    fi
    for setting in "--batch 1" "--batch 4"; do
        # shellcheck disable=SC2086
        try "measure, $weights, $setting" measure --steps 10 --weights "$weights" $setting
    done
    try "measure, $weights, guided" measure --steps 5 --weights "$weights" --reward "$work/7b--reward"
done
if [[ -n $beside ]]; then
    try "plain PyTorch, training" "$python" docs/benchmark/plain_pytorch_training.py --device cuda \
        --batch 256 --threads 4
fi
try "training" tess2 benchmark train --device cuda --batch 256 --threads 4

tess2 benchmark table "$measurements"
if [[ ${#failed[@]} -gt 0 ]]; then
    printf 'failed: %s\n' "${failed[@]}"
    exit 1
fi
echo "all checks passed"
