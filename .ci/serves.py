"""Start the command on standard input, ask the server a question over HTTP, and stop it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

URL = "http://127.0.0.1:8000"
QUESTION = '{ dataset { demo } developer(name: " VALVE ") { name releaseYears { year items } } }'


def ask() -> dict:
    request = urllib.request.Request(
        f"{URL}/graphql",
        json.dumps({"query": QUESTION}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def page() -> str:
    with urllib.request.urlopen(f"{URL}/", timeout=10) as answer:
        return answer.read().decode()


def main() -> None:
    command = sys.stdin.read()
    with tempfile.TemporaryDirectory() as data:
        # As for a new user: no data folder is given, and nothing has been built yet.
        environment = {k: v for k, v in os.environ.items() if k != "PLAYGRAPH_DATA_DIR"}
        environment["XDG_DATA_HOME"] = data
        server = subprocess.Popen(["bash", "-c", command], env=environment, start_new_session=True)
        try:
            deadline = time.monotonic() + 600
            while True:
                if server.poll() is not None:
                    sys.exit(f"The command ended with exit code {server.returncode}.")
                try:
                    answer = ask()
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        sys.exit("The server did not answer within ten minutes.")
                    time.sleep(0.5)
            assert "errors" not in answer, answer
            assert answer["data"]["dataset"]["demo"] is True, answer
            assert answer["data"]["developer"]["name"] == "Valve", answer
            years = answer["data"]["developer"]["releaseYears"]
            assert {"year": 2007, "items": 3} in years, answer
            assert "/assets/" in page(), "GraphiQL is missing: the page was not built"
            print(f"{URL} answers and serves GraphiQL.")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


main()
