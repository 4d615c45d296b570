#!/usr/bin/env bash
# Train on N ranks of this machine (GPUs where there are any, else CPU ranks).
#   tools/dist_train.sh CONFIG N [options of tools/train.py]
# Several machines: NNODES, NODE_RANK, MASTER_ADDR and PORT, the same command on each.
set -euo pipefail

USAGE="usage: $0 CONFIG N [options]"
CONFIG=${1:?$USAGE}
RANKS=${2:?$USAGE}
NNODES=${NNODES:-1}
NODE_RANK=${NODE_RANK:-0}
PORT=${PORT:-29500}
MASTER_ADDR=${MASTER_ADDR:-127.0.0.1}
CORES=$(getconf _NPROCESSORS_ONLN)
# torchrun would give each rank one thread; share the cores out instead
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((CORES > RANKS ? CORES / RANKS : 1))}

exec "${PYTHON:-python}" -m torch.distributed.run \
    --nnodes="$NNODES" \
    --node_rank="$NODE_RANK" \
    --master_addr="$MASTER_ADDR" \
    --nproc_per_node="$RANKS" \
    --master_port="$PORT" \
    "$(dirname "$0")/train.py" \
    "$CONFIG" \
    --launcher pytorch "${@:3}"
