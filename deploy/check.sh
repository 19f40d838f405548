#!/usr/bin/env bash
# Build the images and run them as a small host would, without a container engine.
#
#     sudo deploy/check.sh [DATA]
#
# Needs Debian with buildah, debootstrap, caddy and curl. DATA is a data folder with a snapshot; the
# demo dataset is served in any case. BASE names a base image; without it, debootstrap makes one.
# PLAYGRAPH_MOTO_SERVER is the command of a local S3 (tests/storage-requirements.txt), from which a
# server fetches what a build has released there; without it, object storage is a folder.
#
# A command runs in the files of its image, mounted read-only, as its user without rights: a server
# with 512 MB of private memory at most, a build with 2 GB. The limit is RLIMIT_DATA; that of a
# container also counts page cache, which the system drops before it ends a process. Caddy stands
# in front of the server, with TLS and a path prefix.
set -euo pipefail
cd "$(dirname "$0")/.."

LARGEST_IMAGE_MB=450
LARGEST_SERVER_MB=220
SERVER_MEMORY=$((512 << 20))
TOOLS_MEMORY=$((2 << 30))
SERVER=18000
HTTPS=18443
HTTP=18080
S3=18090
work=$(mktemp -d)
authority=$work/caddy/pki/authorities/local/root.crt
containers=()
environment=(PLAYGRAPH_DATA_DIR=/data)
server=
proxy=
storage=

finish() {
    for process in $server $proxy $storage; do kill "$process" 2>/dev/null || true; done
    wait
    for container in "${containers[@]}"; do buildah rm "$container" >/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "FAILED: $*" >&2
    tail -n 5 "$work"/*.log >&2
    exit 1
}

make_base() {
    local certificates=/etc/ssl/certs/ca-certificates.crt made
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm \
        "$work/base" http://deb.debian.org/debian >"$work/debootstrap.log"
    # As in Debian's own slim images.
    rm -rf "$work"/base/usr/share/{locale,man,info} "$work"/base/var/{cache/apt,lib/apt/lists}/*
    find "$work/base/usr/share/doc" -type f ! -name copyright -delete
    # The builds trust what this machine trusts, which may be behind a proxy.
    cp "$certificates" "$work/base$certificates"
    printf '[global]\ncert = %s\n' "$certificates" >"$work/base/etc/pip.conf"
    made=$(buildah from scratch)
    buildah copy --quiet "$made" "$work/base" / >/dev/null
    buildah config --env NODE_EXTRA_CA_CERTS="$certificates" \
        --env NPM_CONFIG_CAFILE="$certificates" "$made"
    buildah commit --quiet "$made" localhost/playgraph-base >/dev/null
    buildah rm "$made" >/dev/null
    rm -rf "$work/base"
}

# build TARGET: an image of the Dockerfile, and its files at the path in $files.
build() {
    local began=$SECONDS container
    buildah bud --layers --isolation chroot --format docker --target "$1" \
        --build-arg BASE="${BASE:-localhost/playgraph-base}" -f deploy/Dockerfile \
        -t "localhost/playgraph-$1" . >"$work/build-$1.log" 2>&1 || fail "image $1 is not built"
    container=$(buildah from "localhost/playgraph-$1")
    containers+=("$container")
    files=$(buildah mount "$container")
    size=$(du -s --apparent-size --block-size=MB "$files" | cut -f 1)
    echo "image $1: $size, built in $((SECONDS - began)) s"
    [ "$1" = tools ] || [ "${size%MB}" -lt "$LARGEST_IMAGE_MB" ] || fail "image $1 has $size"
}

# inside FILES DATA ACCESS MEMORY COMMAND…: become a command in the files of an image, as its user.
# DATA is a folder for /data, or "" for what the image has there; ACCESS is ro or rw.
inside() {
    exec unshare --mount --propagation private bash -euc '
        files=$1 data=$2 access=$3 memory=$4 port=$5 cache=$6
        shift 6
        mount --bind "$files" "$files"
        if [ -n "$data" ]; then
            mount --bind "$data" "$files/data"
            mount -o "remount,bind,$access" "$files/data"
        fi
        mount -t tmpfs -o size=256m tmpfs "$files/tmp"
        mount --bind "$cache" "$files/cache"
        mount --rbind /dev "$files/dev"
        mount --rbind /proc "$files/proc"
        mount -o remount,bind,ro "$files"
        exec prlimit --data="$memory" chroot --userspec=10001:10001 --groups= "$files" \
            /usr/bin/env -i PATH=/opt/playgraph/bin:/usr/local/bin:/usr/bin:/bin HOME=/tmp \
            PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/cache PLAYGRAPH_PORT="$port" \
            PLAYGRAPH_PROFILE=production PLAYGRAPH_LOG_FORMAT=json PLAYGRAPH_ROOT_PATH=/games \
            PLAYGRAPH_IDLE_SECONDS=75 PLAYGRAPH_ADDRESS_HEADER=X-Forwarded-For \
            setpriv --no-new-privs "$@"
    ' bash "$1" "$2" "$3" "$4" "$SERVER" "$work/cache" env "${environment[@]}" "${@:5}"
}

megabytes() { awk -v name="$1:" '$1 == name { printf "%d", $2 / 1000 }' "/proc/$server/status"; }

start_proxy() {
    SITE=localhost ROOT_PATH=/games UPSTREAM=127.0.0.1:$SERVER HTTP_PORT=$HTTP HTTPS_PORT=$HTTPS \
        XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work HOME=$work \
        caddy run --config deploy/Caddyfile --adapter caddyfile >"$work/caddy.log" 2>&1 &
    proxy=$!
    for _ in $(seq 100); do
        [ ! -s "$authority" ] || break
        sleep 0.1
    done
}

through_proxy() { curl --silent --cacert "$authority" "${@:2}" "https://localhost:$HTTPS$1"; }

expect() { # expect STATUS PATH [OPTION…]
    local got
    got=$(through_proxy "$2" --output /dev/null --write-out '%{http_code}' "${@:3}") || true
    [ "$got" = "$1" ] || fail "$2 was answered with $got, not $1"
}

# Where the images build and serve in object storage, in $environment.
start_storage() {
    if [ -z "${PLAYGRAPH_MOTO_SERVER:-}" ]; then
        environment=(PLAYGRAPH_DATA_DIR=file:///data/storage)
        return
    fi
    "$PLAYGRAPH_MOTO_SERVER" -H 127.0.0.1 -p "$S3" >"$work/moto.log" 2>&1 &
    storage=$!
    until curl --silent --fail --request PUT "http://127.0.0.1:$S3/bucket" >/dev/null; do
        kill -0 "$storage" 2>/dev/null || fail "the local S3 does not start"
        sleep 0.1
    done
    environment=(
        PLAYGRAPH_DATA_DIR=s3://bucket/prefix AWS_ENDPOINT_URL="http://127.0.0.1:$S3"
        AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_REGION=us-east-1
    )
}

# carry DATA: an image that carries the snapshots of a data folder, and its files in $files.
carry() {
    local container
    buildah bud --isolation chroot --format docker --build-arg IMAGE=localhost/playgraph-server \
        -f deploy/Dockerfile.snapshot -t localhost/playgraph-data "$1" >"$work/carry.log" 2>&1 ||
        fail "the image with a snapshot is not built"
    container=$(buildah from localhost/playgraph-data)
    containers+=("$container")
    files=$(buildah mount "$container")
}

# serve FILES DATA: start, ask through the proxy, measure, stop.
serve() {
    local began answer coded
    began=$(date +%s%N)
    (inside "$1" "$2" ro "$SERVER_MEMORY" playgraph serve >"$work/server.log" 2>&1) &
    server=$!
    until answer=$(curl --silent --fail --json '{"query": "{ games { totalCount } }"}' \
        "http://127.0.0.1:$SERVER/graphql"); do
        kill -0 "$server" 2>/dev/null || fail "the server does not start"
        sleep 0.02
    done
    echo "  first answer after $((($(date +%s%N) - began) / 1000000)) ms: $answer"
    echo "  $(megabytes VmRSS) MB resident, $(megabytes RssAnon) MB of them private"
    expect 200 /games/healthz
    expect 200 /games/readyz
    expect 200 /games/explore
    expect 404 /graphql
    expect 400 /games/graphql --header 'Accept: application/graphql-response+json' \
        --json '{"query": "{ __schema { description } }"}'
    for number in $(seq 300); do
        expect 200 /games/graphql --json "{\"query\": \"{ games(first: $((number % 50 + 1))) { edges { node { title price similarGames { score game { title } } } } } }\"}"
    done
    coded=$(through_proxy /games/graphql --output /dev/null --write-out '%header{content-encoding}' \
        --header 'Accept-Encoding: br' \
        --json '{"query": "{ games(first: 50) { edges { node { title price } } } }"}')
    [ "$coded" = br ] || fail "the answer is coded as '$coded', not by the server as br"
    echo "  after 300 requests by TLS: $(megabytes VmRSS) MB, at most $(megabytes VmHWM) MB"
    [ "$(megabytes VmHWM)" -lt "$LARGEST_SERVER_MB" ] || fail "the server takes too much memory"
    kill "$server"
    wait "$server" || fail "the server ended with $?"
    server=
}

[ -n "${BASE:-}" ] || buildah inspect --type image localhost/playgraph-base >/dev/null 2>&1 ||
    make_base
start_proxy

mkdir -m 700 "$work/cache" "$work/data"
chown 10001:10001 "$work/cache" "$work/data"
chmod 711 "$work"

build server
server_files=$files
if [ $# -gt 0 ]; then
    echo "serving $1"
    serve "$files" "$(realpath "$1")"
fi

build tools
start_storage
began=$SECONDS
(inside "$files" "$work/data" rw "$TOOLS_MEMORY" playgraph demo >"$work/demo.log" 2>&1) ||
    fail "no demo is built"
echo "  demo dataset built in $((SECONDS - began)) s, and released in object storage"
rm -rf "$work/cache"/*
echo "serving it from object storage"
serve "$server_files" "$work/data"
(inside "$files" "$work/data" rw "$TOOLS_MEMORY" \
    playgraph snapshots pull "${environment[0]#*=}" --data /data/served >"$work/pull.log" 2>&1) ||
    fail "nothing is pulled"
environment=(PLAYGRAPH_DATA_DIR=/data)
carry "$work/data/served"
echo "serving it from an image that carries it"
serve "$files" ""

build demo
echo "serving the demo dataset of the image"
serve "$files" ""
