#!/usr/bin/env bash
# Sets up, builds a release and segments the example picture with the embedded bundle; a second run is quick.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash deploy/install.sh
swift build -c release -Xswiftc -enable-testing --product silhouette

.build/release/silhouette segment deploy/example/scene.png --classes-file deploy/example/classes.json \
    --output result.json --overlay overlay.png
echo "Wrote result.json (masks, scores) and overlay.png (a picture to look at)."
