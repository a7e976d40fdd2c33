#!/usr/bin/env bash
# One lease of a GPU (with the defaults a quarter of an hour), by the clock: record the world on the machine's own cores, encode, train the transformer, export, measure.
#   runs/gpu.sh OUT [MINUTES_OF_DATA] [MINUTES_OF_TRAINING] [SCENES]
# It needs nothing from the network. It says what it expects (clips, steps, FLOP, minutes) before it starts, and what it was
# after, in OUT/account.txt. OUT receives the log, the report, and those weights that changed, in files of at most 15 MB: copy
# them over weights/. Codecs and text stay. SCENES is how many are measured at the end; 0 leaves that out.
# The machine needs the packages of pyproject.toml; install them first where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1 data_minutes=${2:-4} train_minutes=${3:-7} scenes=${4:-24}
python=${PYTHON:-python3}
export PYTHONPATH=src${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
runs=${RUNS:-/tmp/celaje-runs} recipe=${RECIPE:-small} weights=${WEIGHTS:-weights} device=${DEVICE:-cuda} workers=${WORKERS:-$(nproc)}
mkdir -p "$out"
"$python" runs/account.py estimate "$recipe" "$runs" "$device" "$workers" "$data_minutes" "$train_minutes" "$weights" \
    2> >(tee "$out/account.txt" >&2) > "$out/estimate.json"
"$python" -m celaje.cli train "$recipe" --stage adopt --runs "$runs" --weights "$weights"
timeout -s INT -k 30 "${data_minutes}m" "$python" -m celaje.cli train "$recipe" --stage latents --runs "$runs" --workers "$workers" || [ $? -eq 124 ]
"$python" -m celaje.cli train "$recipe" --stage transformer --stage export --runs "$runs" --minutes "$train_minutes" \
    --device "$device" --weights "$out/weights"
"$python" runs/account.py truth "$recipe" "$runs" "$out/estimate.json" "$out/weights" | tee -a "$out/account.txt"
cp "$runs/$recipe/transformer/log.jsonl" "$out/"
if [ "$scenes" -gt 0 ]; then
    "$python" -m celaje.cli evaluate "$recipe" --scenes "$scenes" --long "${LONG:-4}" --long-seconds "${LONG_SECONDS:-15}" \
        --runs "$runs" --weights "$out/weights" --device "$device" --table "$out/scores.jsonl" -o "$out/report" > "$out/scores.txt"
fi
for file in "$out"/weights/*; do # what did not change need not travel
    if cmp -s "$file" "$weights/$(basename "$file")"; then rm "$file"; fi
done
