"""Measures how much processor time a request still takes after its client left, at random moments of the work.

    silhouette bundle random --text clip-text-b32 --visual dpt-vitl16 --spectral dino-s8 --output /tmp/large
    .venv/bin/python cancellation.py --bundle /tmp/large

Exit status 1 where it is more than --most milliseconds for any client.
"""

import argparse
import sys

from probe.leaving import Leave, measure, whole_time
from probe.pictures import picture
from probe.server import Server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", help="a folder; the embedded bundle when left out")
    parser.add_argument("--size", type=int, nargs=2, default=(640, 480), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=200, help="milliseconds of processor time")
    options = parser.parse_args()

    server = Server(*(["--bundle", options.bundle] if options.bundle else []))
    body = picture(*options.size)
    whole, timings = whole_time(server, body)
    print(f"a whole request takes {whole:.2f} s; {timings}")
    costs = measure(server, body, options.trials, options.seed)
    for cost in sorted(costs, key=lambda cost: -cost.processor):
        print(f"{cost.processor * 1000:6.0f} ms after leaving at {cost.after:6.2f} s by {cost.kind}")
    for kind in Leave:
        own = sorted(cost.processor * 1000 for cost in costs if cost.kind == kind)
        print(f"{kind}: {len(own)} clients, median {own[len(own) // 2]:.0f} ms, most {own[-1]:.0f} ms")
    server.stop()
    return 1 if any(cost.processor * 1000 > options.most for cost in costs) else 0


if __name__ == "__main__":
    sys.exit(main())
