#!/bin/sh
# A first session with onhook, from an empty workspace to printable kits. `make demo` runs it.
#
# Every command is shown before it runs, and its exit code is part of what the demo claims: some
# people of the example office cannot have a kit (see examples/README.md), and a script must be
# able to tell. Needs `onhook` on PATH; writes below ./demo only.
set -eu
cd "$(dirname "$0")/.."

ONHOOK_WORKSPACE=demo/workspace
export ONHOOK_WORKSPACE

# Run a command that must end with the exit code given first.
run() {
    expected=$1
    shift
    printf '\n$ %s\n' "$*"
    code=0
    "$@" || code=$?
    if [ "$code" -ne "$expected" ]; then
        echo "demo: exit code $code instead of $expected: $*" >&2
        exit 1
    fi
    [ "$code" -eq 0 ] || echo "(exit code $code, as expected)"
}

if [ -e demo ] && [ ! -e demo/.made-by-demo ]; then
    echo "demo: ./demo exists and is not the demo's own; move it away and run again" >&2
    exit 1
fi
rm -rf demo
mkdir demo
: >demo/.made-by-demo
printf '$ export ONHOOK_WORKSPACE=%s\n' "$ONHOOK_WORKSPACE"

run 0 onhook init --customer sakura --service jiyu-hodai --pbx pbx.sakura-denki.example \
    --public-url https://phone.sakura-denki.example
run 0 onhook account import examples/extensions-sakura.csv
run 0 onhook account import examples/extensions-sakura-utf8.csv
run 0 onhook device import examples/devices-sakura.csv
run 6 onhook check --all
run 6 onhook issue --all --out demo/kits
run 0 onhook qr 101
run 0 onhook sheet 101 144 --out demo/sheets.pdf

# The server behind the QR codes, here for this machine alone; and a phone that scans one.
printf '\n$ onhook serve --port 0 --ops-port 0 &\n'
onhook serve --port 0 --ops-port 0 >demo/server.txt &
server=$!
trap 'kill "$server" 2>/dev/null || :' EXIT
address=
while [ -z "$address" ]; do
    if ! kill -0 "$server" 2>/dev/null; then
        echo "demo: the server did not start" >&2
        exit 1
    fi
    sleep 0.1
    address=$(sed -n 's|^[^:]*\(http://[0-9.:]*\).*|\1|p' demo/server.txt)
done
cat demo/server.txt
run 0 python examples/phone.py demo/kits/sakura/101-D-0001/qr.png "$address"
kill "$server"
wait "$server" || :
run 0 onhook check 101

printf '\nTwo onboarding sheets: %s/demo/sheets.pdf\n' "$PWD"
printf 'The printable page of all kits: %s/demo/kits/index.html\n' "$PWD"
