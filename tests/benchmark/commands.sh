# shellcheck shell=bash
# What run.sh needs around the measurements: preparation, the commands that are measured, the answers, the machine. All
# works in build/benchmark, with the tasks and peers copied there, so that no command names a place of this machine.

prepare() {
    "$here/../packages.sh" r-cran-survey r-cran-data.table clickhouse-server clickhouse-client time
    cd "$here/../.."
    cmake --preset release >/dev/null
    cmake --build --preset release -j"$(nproc)" --target cifra benchmark_data benchmark_read benchmark_fccp >/dev/null
    PATH=$PWD/build/release:$PWD/build/release/tests/benchmark:$PATH
    mkdir -p build/benchmark/results build/benchmark/peers
    cd build/benchmark
    cp "$here"/peers/* peers
    rm -rf tasks
    cp -r "$here/tasks" tasks
    npm install --prefix peers --no-audit --no-fund >/dev/null
}

# make_data ROWS: ROWS/persons.csv, kept for the next run. Half of the disk it needs stays free.
make_data() {
    local needed=$(($1 / 10000 * 2)) free
    [ ! -s "$1/persons.csv" ] || return 0
    free=$(df --output=avail -B 1M . | tail -n 1)
    [ "$free" -gt "$needed" ] || { echo "$1 rows need $needed MiB of free disk, there are $free" >&2; exit 1; }
    mkdir -p "$1"
    benchmark_data "$1" >"$1/part"
    mv "$1/part" "$1/persons.csv"
}

# Commands: NAME ROWS TASK [OPTION...].
estimate() {
    local design=design
    case $2 in t2_districts) design=design_districts ;; t5*) design=design_replicates ;; esac
    echo "cifra estimate --design tasks/$design.yaml --tables tasks/$2.yaml --data $1 --out results/$2" "${@:3}"
}
# As the task itself reads: quantiles and models hold all rows, the others stream.
read_only() {
    local way=blocks
    case $2 in t6 | t8) way=memory ;; esac
    echo "benchmark_read $way tasks/design.yaml tasks/$2.yaml $1"
}
survey() { echo "Rscript peers/survey.R $*"; }
datatable() { echo "Rscript peers/datatable.R $*"; }
duckdb() { echo "node peers/duckdb.mjs $*"; }

# Speed counts for right answers only: every task against R survey, and the other peers too. A difference above 1e-9
# ends the run.
check_answers() {
    local task file
    for task in t1 t2 t3 t6 t7 t8; do
        case $task in t7) file=comparisons ;; t8) file=models ;; *) file=estimates ;; esac
        bash -c "$(estimate "$first" "$task")" >/dev/null
        bash -c "$(survey "$first" "$task" "results/$task.csv")"
        Rscript "$here/compare.R" "results/$task.csv" "results/$task/$file.csv"
    done | tee differences.csv
    bash -c "$(duckdb "$first" t2)" >results/duckdb.csv
    bash -c "$(datatable "$first" t2)" >results/datatable.csv
    Rscript "$here/compare.R" results/t2.csv results/duckdb.csv results/datatable.csv | tee -a differences.csv
}

package_version() { dpkg-query -W -f='${Version}' "$1"; }

# fact NAME VALUE
fact() { printf '%s\t%s\n' "$1" "$2"; }

# write_facts REMARK: the remark says what a reader of the figures must know of the circumstances.
write_facts() {
    fact fact value
    fact processor "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    fact memory "$(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo)"
    fact system "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
    fact compiler "$(c++ --version | head -n 1)"
    fact cifra "$(cifra --version)"
    fact R "$(package_version r-base-core), survey $(package_version r-cran-survey)"
    fact data.table "$(package_version r-cran-data.table)"
    fact DuckDB "@duckdb/node-api $(node -p "require('./peers/package.json').dependencies['@duckdb/node-api']")"
    fact Node "$(node --version)"
    fact ClickHouse "$(package_version clickhouse-server)"
    fact fast-cpp-csv-parser "$(package_version libfccp-dev)"
    [ -z "$1" ] || fact remark "$1"
}
