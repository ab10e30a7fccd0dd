#!/usr/bin/env bash
# run.sh BINARY FILE.test: runs the commands of one golden file and compares what they print. The format stands in
# tests/README.md. CIFRA_SOURCE_DIR is the checkout.
set -euo pipefail
PATH="$(dirname "$(realpath "$1")"):$PATH"
CIFRA_SOURCE_DIR=$(realpath "$(dirname "$0")/../..")
export PATH CIFRA_SOURCE_DIR LC_ALL=C.UTF-8
golden=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/files" "$work/got" "$work/want"
cd "$work/files"

ran=0
failed=0
# check COMMAND WANTED_EXIT: what the command prints must be what stands in ../want.
check() {
    local status=0
    bash -c "$1" >../got/output 2>../got/error </dev/null || status=$?
    echo "exit $status" >../got/exit
    echo "exit ${2##* }" >../want/exit
    ran=$((ran + 1))
    diff -u ../want ../got && return
    echo "^ $1 (- wanted, + got)"
    failed=1
}

section=none
while IFS= read -r line || [ -n "$line" ]; do
    case "$section:$line" in
        none:file\ *)
            section=file name=${line#file }
            mkdir -p "$(dirname "$name")"
            : >"$name" ;;
        file:end\ file) section=none ;;
        file:*) printf '%s\n' "$line" >>"$name" ;;
        none:test\ *)
            section=output command=${line#test }
            : >../want/output >../want/error ;;
        output:error) section=error ;;
        output:end\ test*|error:end\ test*)
            section=none wanted=${line#end test}
            check "$command" "${wanted:- 0}" ;;
        output:*|error:*) printf '%s\n' "$line" >>"../want/$section" ;;
    esac
done <"$golden"
[ "$section" = none ] || { echo "$2: the section '$section' is not closed"; exit 1; }
[ "$ran" -gt 0 ] || { echo "$2: no test in the file"; exit 1; }
exit "$failed"
