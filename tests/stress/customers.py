"""One of many customers' processes: posts its part of the orders over HTTP, some of them twice, and changes its mind.

    python customers.py PORT ORDERS INDEX OF DONE

ORDERS has a JSON document a line: `{"number", "path", "key", "body", "then": [[path, key, body], …]}`. What is
finished is added to the file DONE, so that a customer who was killed goes on there. Exit 0: no answer was an error. An
answer that never came (the server was killed) is asked for again.
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

PATIENCE_S = 60  # with a server that does not answer
FINE = {200, 201, 202}
TOO_LATE = {409}  # what may be answered to who changes their mind: it is past changing, or just being changed


def main(port: int, orders: Path, index: int, of: int, done: Path) -> int:
    rows = [json.loads(line) for line in orders.read_text(encoding="utf-8").splitlines()]
    finished = set(done.read_text().split()) if done.exists() else set()
    surprises = []
    for row in rows[index::of]:
        if str(row["number"]) in finished:
            continue
        steps = [(row["path"], row["key"], row["body"], FINE)]
        if row["number"] % 7 == 0:  # somebody else sends it, too, perhaps first
            other = rows[(row["number"] + 1) % len(rows)]
            steps += [(other["path"], other["key"], other["body"], FINE), steps[0]]
        steps += [(*step, FINE | TOO_LATE) for step in row["then"]]
        for path, key, body, fine in steps:
            status, answer = insist(port, path, key, body)
            if status not in fine:
                surprises.append(f"{status} {path} {answer[:300]}")
        with open(done, "a", encoding="ascii") as file:
            file.write(f"{row['number']}\n")
    print("\n".join(surprises), file=sys.stderr)
    return 1 if surprises else 0


def insist(port: int, path: str, key: str, body: Any) -> tuple[int, str]:
    """Status and answer, however often it has to be asked for."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, HTTPException) as error:
            if time.monotonic() > deadline:
                return 0, repr(error)
            time.sleep(0.1)
        finally:
            connection.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5])))
