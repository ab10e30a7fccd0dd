#!/usr/bin/env bash
# ClickHouse with two loopback shards, started by tests/warehouse/servers.sh in SERVERS:
#   clickhouse.sh load SERVERS FOLDER     persons.csv of FOLDER to the table `whole`, on server 1 alone, and by stratum
#                                         to the table `shards`, over both
#   clickhouse.sh query SERVERS TABLE     T2 over `whole` or `shards`; prints what duckdb.mjs prints
set -euo pipefail
servers=$2
read -r _ _ first second <"$servers/ports"
client() { clickhouse-client --host 127.0.0.1 --port "$@"; }

# columns TYPE NAME...: the definition of columns of one type.
columns() { printf "%s $1, " "${@:2}"; }

load() {
    local definition table
    definition=$(columns UInt64 person_id; columns UInt16 year; columns UInt8 region area; columns UInt32 stratum psu
        columns Float64 weight; columns UInt8 sex age_group income_q v{1..12} n{1..6} reported; columns Float64 cost
        columns UInt8 cal1 cal2; echo cal3 Float64)
    for port in "$first" "$second"; do
        for table in whole part shards; do client "$port" -q "DROP TABLE IF EXISTS $table"; done
        client "$port" -q "CREATE TABLE part ($definition) ENGINE = MergeTree() ORDER BY (stratum, psu)"
    done
    client "$first" -q "CREATE TABLE whole ($definition) ENGINE = MergeTree() ORDER BY (stratum, psu)"
    client "$first" -q "CREATE TABLE shards AS part ENGINE = Distributed(two, default, part, stratum)"
    client "$first" -q 'INSERT INTO whole FORMAT CSVWithNames' <"$1/persons.csv"
    client "$first" --insert_distributed_sync=1 -q 'INSERT INTO shards FORMAT CSVWithNames' <"$1/persons.csv"
    for table in whole shards; do node "$(dirname "$0")/clickhouse_sql.mjs" "$table" >"$servers/$table.sql"; done
}

case $1 in
    load) load "$3" ;;
    query) client "$first" <"$servers/$3.sql" ;;
    *) exit 2 ;;
esac
