#!/usr/bin/env bash
# Two ClickHouse servers on the loopback, for tests: the shards of a cluster named `two`.
#   servers.sh start DIR [PROCESS]   starts them; what they write stays in DIR; DIR/ports gets "HTTP1 HTTP2 TCP1 TCP2";
#                                    they are stopped when the process with this number is gone
#   servers.sh stop DIR              ends them and removes what `start` made
# Both may be called again without harm. Exit 77: Debian's packages are not there and cannot be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
[ $# = 2 ] || [ $# = 3 ] || usage
action=$1 dir=$(realpath -m "$2") watched=${3:-}

# Whether server N of this folder runs; a process id that was given to another program since is not it.
runs() {
    local pid
    pid=$(cat "$dir/s$1/pid" 2>/dev/null) || return 1
    cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' '\n' | grep -qxF -- "--config-file=$dir/s$1/config.xml"
}

# Answers within a second or not at all.
answers() {
    timeout 1 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET /ping HTTP/1.0\r\n\r\n" >&3 && grep -q "^Ok" <&3' \
        "$1" 2>/dev/null
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Four ports below those the kernel hands out by itself. Two callers at once begin at different ones.
choose_ports() {
    local port=$((20000 + ($$ * 7 + $1 * 1009) % 12000))
    ports=()
    while [ ${#ports[@]} -lt 4 ]; do
        ! is_free "$port" || ports+=("$port")
        port=$((port + 1))
    done
}

# Users: `default` without a password; `keyed`, whose profile would cut answers short; `locked`, who may not write.
write_users() {
    cat >"$1/users.xml" <<XML
<?xml version="1.0"?>
<yandex>
  <profiles>
    <default><max_memory_usage>4000000000</max_memory_usage><max_threads>2</max_threads></default>
    <cutting><max_result_rows>1</max_result_rows><result_overflow_mode>break</result_overflow_mode>
      <skip_unavailable_shards>1</skip_unavailable_shards></cutting>
    <locked><readonly>2</readonly></locked>
    <fixed><readonly>1</readonly></fixed>
  </profiles>
  <users>
    $(user default "" default)
    $(user keyed "open sesame" cutting)
    $(user locked "" locked)
    $(user fixed "" fixed)
  </users>
  <quotas><default><interval><duration>3600</duration><queries>0</queries><errors>0</errors>
    <result_rows>0</result_rows><read_rows>0</read_rows><execution_time>0</execution_time></interval></default></quotas>
</yandex>
XML
}

# user NAME PASSWORD PROFILE
user() {
    echo "<$1><password>$2</password><networks><ip>127.0.0.1</ip></networks>" \
        "<profile>$3</profile><quota>default</quota></$1>"
}

# write_config FOLDER HTTP_PORT TCP_PORT
write_config() {
    cat >"$1/config.xml" <<XML
<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>$1/server.log</log><errorlog>$1/error.log</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>$2</http_port>
  <tcp_port>$3</tcp_port>
  <max_concurrent_queries>50</max_concurrent_queries>
  <keep_alive_timeout>3</keep_alive_timeout>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mark_cache_size>67108864</mark_cache_size>
  <path>$1/data/</path>
  <tmp_path>$1/tmp/</tmp_path>
  <user_files_path>$1/user_files/</user_files_path>
  <format_schema_path>$1/format_schemas/</format_schema_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <timezone>UTC</timezone>
  <remote_servers><two>
    <shard><replica><host>127.0.0.1</host><port>${ports[2]}</port></replica></shard>
    <shard><replica><host>127.0.0.1</host><port>${ports[3]}</port></replica></shard>
  </two></remote_servers>
</yandex>
XML
}

launch() {
    local folder=$dir/s$1
    mkdir -p "$folder"/{data,tmp,user_files,format_schemas}
    write_users "$folder"
    write_config "$folder" "${ports[$1 - 1]}" "${ports[$1 + 1]}"
    (cd "$folder" && exec clickhouse-server "--config-file=$folder/config.xml" >output.txt 2>&1 </dev/null) &
    echo $! >"$folder/pid"
}

# Whether server N answers before half a minute is over and while it lives.
comes_up() {
    for _ in $(seq 150); do
        runs "$1" || sleep 0.2
        runs "$1" || return 1
        ! answers "${ports[$1 - 1]}" || return 0
        sleep 0.2
    done
    return 1
}

# A test that is killed cannot stop its servers.
watch() {
    [ -n "$watched" ] || return 0
    (
        while [ -e "$dir/ports" ] && kill -0 "$watched" 2>/dev/null; do sleep 1; done
        [ ! -e "$dir/ports" ] || stop
    ) >/dev/null 2>&1 </dev/null &
}

start() {
    if runs 1 && runs 2; then return; fi
    command -v clickhouse-server >/dev/null ||
        flock "$here/../packages.sh" "$here/../packages.sh" clickhouse-server clickhouse-client >&2 || true
    command -v clickhouse-server >/dev/null || { echo "the package clickhouse-server cannot be had here" >&2; exit 77; }
    for attempt in 1 2 3; do
        stop
        choose_ports "$attempt"
        mkdir -p "$dir"
        launch 1
        launch 2
        if comes_up 1 && comes_up 2; then echo "${ports[*]}" >"$dir/ports"; watch; return; fi
    done
    tail -n 5 "$dir"/s?/output.txt "$dir"/s?/error.log >&2 || true
    stop
    echo "the servers do not start" >&2
    exit 1
}

# Nothing of theirs is kept, so they need not end in good order, which takes them ten seconds.
end() {
    runs "$1" || return 0
    kill -9 "$(cat "$dir/s$1/pid")"
    while runs "$1"; do sleep 0.05; done
}

stop() {
    end 1
    end 2
    rm -rf "$dir/s1" "$dir/s2" "$dir/ports"
    rmdir "$dir" 2>/dev/null || true
}

case $action in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
