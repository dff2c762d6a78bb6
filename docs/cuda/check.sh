#!/usr/bin/env bash
# Checks the library on an NVIDIA GPU in one go: from the repository's root, after `mvn package`,
# with the environment of docs/cuda.md (PYTORCH_LIBRARY_PATH, LD_LIBRARY_PATH):
#
#     docs/cuda/check.sh WORK_FOLDER
#
# It runs every method of the graph on CPU and GPU (check_graph.py) where python3 has PyTorch for CUDA.
# Then it makes a small random checkpoint and one of Mistral-7B's shape (14 GB on disk, as much memory
# for the CPU's side of the comparison, and a few minutes), then, for each:
#   check     the same forward pass on CPU and GPU: logits must agree; a request is generated on the
#             GPU; the GPU's memory must come back
#   measure   time of a step, and of decoder and head alone, on the GPU
# Each prints a line of JSON; the script stops at the first failure. SHAPES="tiny" leaves out the
# large one, "tiny mistral_7b" is the default.
set -euo pipefail

work=${1:?usage: docs/cuda/check.sh WORK_FOLDER}
jar=tess2-examples/app/target/tess2.jar
tess2() { java -jar "$jar" "$@"; }

# The table at the end shows this run's measurements, not those of the one before too.
mkdir -p "$work"
: > "$work/measurements.jsonl"

if python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    python3 docs/cuda/check_graph.py
else
    echo "graph check left out: python3 has no PyTorch that sees a GPU" >&2
fi

for shape in ${SHAPES:-tiny mistral_7b}; do
    checkpoint=$work/$shape
    [[ -f $checkpoint/config.json ]] || tess2 benchmark make "$checkpoint" --shape "$shape"
    if [[ $shape != mistral_7b ]]; then
        tess2 benchmark check "$checkpoint" --precision fp32
    fi
    tess2 benchmark check "$checkpoint" --precision bf16
    for batch in 1 4; do
        tess2 benchmark measure "$checkpoint" --cuda --precision bf16 --batch "$batch" \
            --prompt 200 --length 200 | tee -a "$work/measurements.jsonl"
    done
    tess2 generate --model "$checkpoint" --device cuda --length 32 --steps 20 --seed 1 \
        "What is 17 + 25?"
done

tess2 benchmark table "$work/measurements.jsonl"
echo "all checks passed"
