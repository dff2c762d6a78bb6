#!/usr/bin/env bash
# Measures the library and the plain PyTorch pipeline in each setting, and prints the table of
# docs/benchmarks.md. Run it from the repository's root after `mvn package`:
#
#     PYTHON=venv/bin/python docs/benchmark/run.sh results
#
# Without PYTHON only the library is measured. THREADS, PRECISIONS and BATCHES choose the settings,
# RUNS the number of runs of each after a warm-up run.
set -euo pipefail

results=${1:?usage: docs/benchmark/run.sh RESULTS_FOLDER}
jar=tess2-examples/cli/target/tess2.jar
threads=${THREADS:-$(nproc)}
mkdir -p "$results"
checkpoint=$results/checkpoint
measurements=$results/measurements.jsonl
: > "$measurements"

[[ -f $checkpoint/config.json ]] || java -jar "$jar" benchmark make "$checkpoint"

for precision in ${PRECISIONS:-fp32 bf16}; do
    for batch in ${BATCHES:-1 4}; do
        setting=(--precision "$precision" --batch "$batch" --threads "$threads" --runs "${RUNS:-7}")
        echo "${setting[*]}" >&2
        if [[ -n ${PYTHON:-} ]]; then
            OMP_NUM_THREADS=$threads "$PYTHON" docs/benchmark/plain_pytorch.py "$checkpoint" \
                "${setting[@]}" >> "$measurements"
        fi
        OMP_NUM_THREADS=$threads java -Xmx512m -jar "$jar" benchmark measure "$checkpoint" \
            "${setting[@]}" >> "$measurements"
    done
done

java -jar "$jar" benchmark table "$measurements"
