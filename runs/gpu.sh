#!/usr/bin/env bash
# One lease of a GPU, by the clock: the machine's cores record the world and encode it, while the GPU trains the video decoder
# and the transformer on what has come so far; then export, and measure.
#   runs/gpu.sh OUT [SECONDS] [SECONDS_OF_DECODER] [SCENES] [SECONDS_OF_GUIDANCE]
# The transformer is done after SECONDS (840). SECONDS_OF_DECODER (200) are beside it; 0 leaves the decoder as it is. So many
# SCENES (0) are measured after that. In the last SECONDS_OF_GUIDANCE (0) it learns guidance, without which it is asked twice
# a step; what it was before that is in OUT/before-guidance. Nothing is needed from the network. What is expected (clips,
# steps, FLOP, minutes) is said once it is known, and what it was after, in OUT/account.txt. OUT receives logs, the report, and
# those weights that changed, in files of at most 15 MB: copy them over weights/. After a new decoder, make pairs and train the
# upscaler on them: `celaje train small --stage pairs --stage upscaler --stage export`.
# The machine needs the packages of pyproject.toml, but for those that read and write video and those of the application.
set -euo pipefail -m # each job in the background is a group of processes, which ends as one
cd "$(dirname "$0")/.."
began=$(date +%s) out=$1 seconds=${2:-840} decoder_seconds=${3:-200} scenes=${4:-0} guidance_seconds=${5:-0}
python=${PYTHON:-python3}
export PYTHONPATH=src${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1 OMP_NUM_THREADS=${OMP_NUM_THREADS:-2}
export TORCHDYNAMO_SUPPRESS_ERRORS=1 # what cannot be compiled runs as it is
runs=${RUNS:-/tmp/celaje-runs} recipe=${RECIPE:-small-on-gpu} weights=${WEIGHTS:-weights} device=${DEVICE:-cuda} workers=${WORKERS:-$(nproc --all)}
mkdir -p "$out"
train() { "$python" -m celaje.cli train "$recipe" --runs "$runs" --device "$device" "$@"; }
minutes() { "$python" -c "print(max(0.05, $1 / 60))"; }
trap 'for job in $(jobs -p); do kill -- "-$job" 2> /dev/null || true; done' EXIT

train --stage adopt --weights "$weights"
# What trains must never wait for a core: what records gives way, leaves some free, and starts before anything is reckoned.
nice -n 15 "$python" -m celaje.cli train "$recipe" --runs "$runs" --stage latents --workers $((workers > 8 ? workers * 3 / 4 : workers)) > "$out/latents.log" 2>&1 &
making=$!
"$python" runs/account.py estimate "$recipe" "$runs" "$device" "$workers" "$seconds" "$weights" 2>&1 > "$out/estimate.json" | tee "$out/account.txt" &
reckoning=$!
if [ "$decoder_seconds" -gt 0 ]; then
    {
        train --stage clips --workers $(((workers + 1) / 2))
        until compgen -G "$runs/*/latents/*.safetensors" > /dev/null || ! kill -0 $making; do sleep 1; done # made by one encoder
        train --stage video --minutes "$(minutes "$decoder_seconds")"
    } > "$out/video.log" 2>&1 &
    decoding=$!
fi
train --stage transformer --growing --minutes "$(minutes $((began + seconds - guidance_seconds - $(date +%s))))"
name=$("$python" -c "from celaje.recipes import find_recipe; print(find_recipe('$recipe').name)")
kill -- -$making 2> /dev/null || true
cp "$runs/$name/transformer/log.jsonl" "$out/"
rm -rf "$runs/$name/guidance" # of the transformer before
if [ "$guidance_seconds" -gt 0 ]; then
    train --stage export --weights "$out/before-guidance" > "$out/export.log" &
    exporting=$!
    train --stage guidance --minutes "$(minutes $((began + seconds - $(date +%s))))"
    cp "$runs/$name/guidance/log.jsonl" "$out/guidance.jsonl"
    wait $exporting
fi
[ "$decoder_seconds" -eq 0 ] || wait $decoding || echo "the decoder did not get through, see $out/video.log" >&2
wait $reckoning || echo "what was expected is not known" >&2
train --stage export --weights "$out/weights"
"$python" runs/account.py truth "$recipe" "$runs" "$out/estimate.json" "$out/weights" | tee -a "$out/account.txt"
if [ "$scenes" -gt 0 ]; then
    "$python" -m celaje.cli evaluate "$recipe" --scenes "$scenes" --long "${LONG:-4}" --long-seconds "${LONG_SECONDS:-15}" \
        --runs "$runs" --weights "$out/weights" --device "$device" --table "$out/scores.jsonl" -o "$out/report" > "$out/scores.txt"
fi
for file in "$out"/weights/* "$out"/before-guidance/*; do # what did not change need not travel
    if cmp -s "$file" "$weights/$(basename "$file")"; then rm "$file"; fi
done
