"""One request with Python's standard library: python3 segment.py PICTURE CLASS…

Prints each segment's class and area. SILHOUETTE_URL (http://127.0.0.1:8080 unless given) says where, SILHOUETTE_TOKEN
who asks. The masks are COCO run lengths: pycocotools.mask.decode(segment["rle"]) gives the array.
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.request

picture, *classes = sys.argv[1:]
url = os.environ.get("SILHOUETTE_URL", "http://127.0.0.1:8080")
with open(picture, "rb") as file:
    body = {"image": {"data": base64.b64encode(file.read()).decode()}, "classes": classes}
request = urllib.request.Request(
    f"{url}/v1/segment", json.dumps(body).encode(), {"Content-Type": "application/json"}
)
if token := os.environ.get("SILHOUETTE_TOKEN"):
    request.add_header("Authorization", f"Bearer {token}")
try:
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code}: {json.load(error)['detail']}")
for segment in answer["segments"]:
    print(segment["class"], segment["area"])
