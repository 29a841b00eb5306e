#!/usr/bin/env bash
# What the service `serve` of compose.yaml does: where the registry has no champion yet, a small sweep is run and its
# winner promoted; the champion then works. All of it is kept in sweeps/, live/ and MLflow: started again, it continues.
# Arguments are passed on to `lstm-sweep serve`.
set -euo pipefail

: "${DATA:=bitcoin}" "${SWEEP:=+experiment=dropout}"
data=("data=$DATA" ${EXCHANGE:+"data.exchange=$EXCHANGE"} ${SYMBOL:+"data.symbol=$SYMBOL"}
  ${TIMEFRAME:+"data.timeframe=$TIMEFRAME"} ${BITCOIN_START_DATE:+"data.since=$BITCOIN_START_DATE"})
live=(live.host=0.0.0.0 ${RETRAIN:+"live.retrain=$RETRAIN"})
# By its name: what is typed can be read by every process.
# shellcheck disable=SC2016
live+=(${TOKEN:+'live.token=${oc.env:TOKEN}'})

case $DATA in
  bitcoin) ;;
  sp500) live+=(live.replay=1) ;;
  *)
    echo "error: DATA must be bitcoin (an exchange is followed) or sp500 (replayed), but is $DATA: set one of them." >&2
    exit 2
    ;;
esac

if [[ -z ${MODEL:-} ]]; then # another market is another model
  MODEL=$DATA${EXCHANGE:+-$EXCHANGE}${SYMBOL:+-$SYMBOL}${TIMEFRAME:+-$TIMEFRAME}
  MODEL=${MODEL//[^A-Za-z0-9._-]/-}
fi
sweep=sweeps/$MODEL

is_there=$(python -m lstm_sweep.tracking.mlflow.champion "$MODEL")
if [[ $is_there == no ]]; then
  if [[ ! -f $sweep/summary.json ]]; then
    echo "The registry has no champion of $MODEL yet: a small sweep ($SWEEP) finds one."
    read -ra settings <<<"$SWEEP"
    [[ -f $sweep/journal.jsonl ]] && settings+=(resume=true)
    lstm-sweep sweep "${settings[@]}" "name=$MODEL" "${data[@]}"
  fi
  echo "The winner of $sweep becomes the champion of $MODEL, whatever its verdict, which its page shows."
  lstm-sweep sync "sweep=$MODEL"
  lstm-sweep promote "sweep=$MODEL" "model=$MODEL" force=true
fi

echo "The champion of $MODEL works from here on."
exec lstm-sweep serve "model=$MODEL" "${data[@]}" "${live[@]}" "$@"
