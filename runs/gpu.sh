#!/usr/bin/env bash
# One lease of a lent GPU, by the clock: record the world on the machine's own cores, encode, train the transformer on the GPU, export.
#   runs/gpu.sh OUT [MINUTES_OF_DATA] [MINUTES_OF_TRAINING]
# OUT receives weights in files of at most 15 MB, the log and the sample sheet. Codecs and text come from the weights in the tree.
# The machine needs the packages of pyproject.toml; install them first where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1 data_minutes=${2:-7} train_minutes=${3:-14}
python=${PYTHON:-python3}
export PYTHONPATH=src${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
runs=${RUNS:-/tmp/celaje-runs} recipe=${RECIPE:-small}
"$python" -m celaje.cli train "$recipe" --stage adopt --runs "$runs" --weights "${WEIGHTS:-weights}"
timeout $((data_minutes * 60)) "$python" -m celaje.cli train "$recipe" --stage latents --runs "$runs" --workers "$(nproc)" || [ $? -eq 124 ]
"$python" -m celaje.cli train "$recipe" --stage transformer --stage export --runs "$runs" --minutes "$train_minutes" \
    --device "${DEVICE:-cuda}" --weights "$out/weights"
cp "$runs/$recipe/transformer/log.jsonl" "$out/"
