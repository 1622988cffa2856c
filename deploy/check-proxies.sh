#!/usr/bin/env bash
# Runs nginx and HAProxy with the examples beside this script, on ports of loopback, before a service of its own, and
# sends requests through them; says which is not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/serving.bash
source deploy/serving.bash

free_port() {
    local port
    while port=$((RANDOM % 20000 + 20000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# request STATUS CURL-ARGUMENT…: the answer has this status; its body is in $scratch/answer.
request() {
    local expected=$1 status
    shift
    # From another address than the proxies', so that they can be told apart.
    status=$(curl --silent --interface 127.0.0.2 --output "$scratch/answer" --write-out '%{http_code}' \
        --header "Authorization: Bearer $SILHOUETTE_TOKEN" "$@")
    [ "$status" = "$expected" ] || fail "$proxy: status $status instead of $expected: $(head -c 300 "$scratch/answer")"
}

holds() { grep -q -- "$1" "$2" || fail "$proxy: no $1 in $(tail -c 600 "$2")"; }

# through PROXY PORT: what clients rely on holds through the proxy that listens there.
through() {
    proxy=$1
    local port=$2 tries=0
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        [ $((tries += 1)) -le 100 ] || fail "$proxy does not listen: $(cat "$scratch/proxy.log")"
        sleep 0.1
    done
    request 200 "http://127.0.0.1:$port/readyz"
    request 200 --form image=@deploy/example/scene.png --form 'classes=blue star' \
        --header 'X-Forwarded-For: 203.0.113.9' --header "X-Request-Id: $proxy-upload" \
        "http://127.0.0.1:$port/v1/segment"
    holds '"class":"blue star"' "$scratch/answer"
    # The client is who asked the proxy, whatever it claims.
    grep -- "\"$proxy-upload\"" "$scratch/access.log" >"$scratch/line" || fail "$proxy: the upload is not logged"
    holds '"client":"127.0.0.2"' "$scratch/line"
    request 200 --header 'Transfer-Encoding: chunked' --header 'Content-Type: image/png' \
        --data-binary @deploy/example/scene.png "http://127.0.0.1:$port/v1/segment?classes=sky"
    head -c 2000000 /dev/zero >"$scratch/large"
    request 413 --header 'Content-Type: image/png' --header 'Expect:' --data-binary "@$scratch/large" \
        "http://127.0.0.1:$port/v1/segment?classes=sky"
    holds '"request_id"' "$scratch/answer"
    request 404 "http://127.0.0.1:$port/nowhere"
    SILHOUETTE_TOKEN=wrong request 401 "http://127.0.0.1:$port/v1/models"
    echo "passed: $proxy"
}

serve --trusted-proxy 127.0.0.1 --access-log --body 1000000
service=${url#http://}

if command -v nginx >/dev/null; then
    port=$(free_port)
    sed "s/listen 80;/listen 127.0.0.1:$port;/; s/127\.0\.0\.1:8080/$service/" deploy/nginx.conf >"$scratch/site.conf"
    cat >"$scratch/nginx.conf" <<END
pid $scratch/nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path $scratch/body;
    proxy_temp_path $scratch/proxy;
    fastcgi_temp_path $scratch/fastcgi;
    uwsgi_temp_path $scratch/uwsgi;
    scgi_temp_path $scratch/scgi;
    include $scratch/site.conf;
}
END
    nginx -c "$scratch/nginx.conf" -g 'daemon off; master_process off;' 2>"$scratch/proxy.log" &
    pids+=($!)
    through nginx "$port"
else
    echo "skipped: nginx is not here"
fi

if command -v haproxy >/dev/null; then
    port=$(free_port)
    sed "s/bind :80/bind 127.0.0.1:$port/; s/127\.0\.0\.1:8080/$service/" deploy/haproxy.cfg >"$scratch/haproxy.cfg"
    haproxy -db -f "$scratch/haproxy.cfg" >"$scratch/proxy.log" 2>&1 &
    pids+=($!)
    through haproxy "$port"
else
    echo "skipped: haproxy is not here"
fi
