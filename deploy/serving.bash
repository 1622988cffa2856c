# For scripts beside this one: a service on a free port of loopback, ended with the script.
#   SILHOUETTE  the executable (.build/release/silhouette unless given)

silhouette=$(realpath "${SILHOUETTE:-.build/release/silhouette}")
scratch=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$scratch"' EXIT

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# serve FLAG…: starts the service with a token, waits until it is ready, and sets url and SILHOUETTE_TOKEN.
serve() {
    export SILHOUETTE_TOKEN=0123456789abcdef0123456789abcdef
    : >"$scratch/serve.log"
    (umask 077 && printf '%s\n' "$SILHOUETTE_TOKEN" >"$scratch/tokens")
    "$silhouette" serve --bind 127.0.0.1:0 --threads 1 --token-file "$scratch/tokens" "$@" \
        >"$scratch/access.log" 2>"$scratch/serve.log" &
    pids+=($!)
    until grep -q ': ready$' "$scratch/serve.log"; do
        kill -0 "${pids[-1]}" 2>/dev/null || fail "the service did not start: $(tail -n 1 "$scratch/serve.log")"
        sleep 0.1
    done
    url=http://$(sed -n 's/.*listening on //p' "$scratch/serve.log")
}
