"""fixed.py PORT ANSWERS: fixed bytes by path on uvicorn; the request body is not read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn


def main() -> None:
    port, file = sys.argv[1:]
    answers = {
        path: text.encode() for path, text in json.loads(Path(file).read_text("utf-8")).items()
    }
    starts = {
        path: {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
            ],
        }
        for path, body in answers.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            await send(starts[path])
            await send({"type": "http.response.body", "body": answers[path]})

    uvicorn.run(app, port=int(port), lifespan="off", log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
