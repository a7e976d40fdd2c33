#!/usr/bin/env bash
# Makes the shipped weights from nothing: data, codecs, text, transformer, judge, export. Each stage resumes where it was cut.
# MINUTES limits each learning stage; without it the recipe's steps decide (days on two cores).
set -euo pipefail
cd "$(dirname "$0")/.."
make .venv/ready
# PyTorch frees and takes large blocks all the time: without this, page faults cost a sixth of the training speed on Linux.
export GLIBC_TUNABLES=glibc.malloc.mmap_threshold=8589934592:glibc.malloc.trim_threshold=8589934592
exec nice -n 19 .venv/bin/celaje train small ${MINUTES:+--minutes "$MINUTES"} "$@"
