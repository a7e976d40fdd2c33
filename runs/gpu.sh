#!/usr/bin/env bash
# One lease of a lent GPU, by the clock: record the world on the machine's own cores, encode, train the transformer on the GPU, export.
#   runs/gpu.sh OUT [MINUTES_OF_DATA] [MINUTES_OF_TRAINING]
# OUT receives the log and those weights that changed, in files of at most 15 MB: copy them over weights/. Codecs and text stay.
# The machine needs the packages of pyproject.toml; install them first where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1 data_minutes=${2:-7} train_minutes=${3:-14}
python=${PYTHON:-python3}
export PYTHONPATH=src${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
runs=${RUNS:-/tmp/celaje-runs} recipe=${RECIPE:-small}
"$python" -m celaje.cli train "$recipe" --stage adopt --runs "$runs" --weights "${WEIGHTS:-weights}"
timeout -s INT -k 30 "${data_minutes}m" "$python" -m celaje.cli train "$recipe" --stage latents --runs "$runs" --workers "$(nproc)" || [ $? -eq 124 ]
"$python" -m celaje.cli train "$recipe" --stage transformer --stage export --runs "$runs" --minutes "$train_minutes" \
    --device "${DEVICE:-cuda}" --weights "$out/weights"
cp "$runs/$recipe/transformer/log.jsonl" "$out/"
for file in "$out"/weights/*; do # what did not change need not travel
    if cmp -s "$file" "${WEIGHTS:-weights}/$(basename "$file")"; then rm "$file"; fi
done
