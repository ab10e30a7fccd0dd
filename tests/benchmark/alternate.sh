# shellcheck shell=bash
# Measuring commands side by side; read by run.sh. Figures go to measurements.csv, commands to commands.tsv, both in the
# current folder. `rounds` is how often each command is measured; round 0 is the warm-up.

: "${rounds:=5}" "${first_round:=0}"
servers=()    # process ids whose CPU counts as that of the command

begin_measurements() {
    echo "group,rows,name,round,wall,cpu,peak" >measurements.csv
    : >commands.tsv
}

# CPU seconds of the servers so far.
server_cpu() {
    local id ticks=0
    for id in "${servers[@]}"; do
        ticks=$((ticks + $(cut -d ' ' -f 14 "/proc/$id/stat") + $(cut -d ' ' -f 15 "/proc/$id/stat")))
    done
    awk -v ticks="$ticks" -v hertz="$(getconf CLK_TCK)" 'BEGIN {print ticks / hertz}'
}

# measure GROUP ROWS NAME ROUND COMMAND: the warm-up is not written down. A command that fails ends all.
measure() {
    local group=$1 rows=$2 name=$3 round=$4 command=$5 before head
    local TIMEFORMAT='%R %U %S'
    before=$(server_cpu)
    if ! { time /usr/bin/time -o peak -f %M bash -c "$command" >printed 2>errors; } 2>figures; then
        echo "failed: $command" >&2
        cat errors >&2
        exit 1
    fi
    [ "$round" -gt 0 ] || return 0
    head="$group,$rows,\"$name\",$round"
    awk -v head="$head" -v kib="$(tail -n 1 peak)" -v before="$before" -v after="$(server_cpu)" \
        '{printf "%s,%s,%.3f,%.1f\n", head, $1, $2 + $3 + after - before, kib / 1024}' figures >>measurements.csv
}

# alternate GROUP ROWS NAME COMMAND [NAME COMMAND]...: each command in turn, round after round, of large files at most
# three. ROWS is `-` where the names are numbers of rows.
alternate() {
    local group=$1 rows=$2 rounds=$rounds round i
    [ "${rows/-/5000000}" -lt 5000000 ] || [ "$rounds" -lt 3 ] || rounds=3
    shift 2
    local words=("$@")
    echo "$group, $rows rows" >&2
    for ((i = 0; i < $#; i += 2)); do
        printf '%s\t%s\t%s\t%s\n' "$group" "$rows" "${words[@]:i:2}" >>commands.tsv
    done
    for ((round = first_round; round <= rounds; round++)); do
        for ((i = 0; i < $#; i += 2)); do measure "$group" "$rows" "${words[i]}" "$round" "${words[i + 1]}"; done
    done
}
