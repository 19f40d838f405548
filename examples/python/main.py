"""A developer's release years, and games similar to the developer's first one."""

import os
import sys

import httpx
from gql import Client, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.httpx import HTTPXTransport

URL = os.environ.get("PLAYGRAPH_URL", "http://127.0.0.1:8000/graphql")
QUERY = """
query Developer($name: String!) {
  developer(name: $name) {
    name
    releaseYears { year items freePercent }
    games(first: 1) { nodes { title similarGames(first: 5) { game { title } } } }
  }
}
"""


def main() -> None:
    query = gql(QUERY)
    query.variable_values = {"name": " ".join(sys.argv[1:]) or "Valve"}
    try:
        developer = Client(transport=HTTPXTransport(url=URL)).execute(query)["developer"]
    except TransportQueryError as refusal:
        # `extensions` holds the error code and similar names.
        for error in refusal.errors or []:
            close = error.get("extensions", {}).get("suggestions")
            hint = f" Did you mean {', '.join(close)}?" if close else ""
            print(f"{error['message']}{hint}", file=sys.stderr)
        sys.exit(1)
    except (TransportError, httpx.HTTPError, httpx.InvalidURL) as error:
        sys.exit(
            f"No GraphQL answer from {URL} ({error}). Start the server with `playgraph serve`, or "
            "set PLAYGRAPH_URL to the address of another one."
        )
    print(developer["name"])
    for row in developer["releaseYears"]:
        year = row["year"] or "unknown year"
        print(f"  {year}: {row['items']} items, {row['freePercent']:.1f} % free")
    for game in developer["games"]["nodes"]:
        print(f"Similar to {game['title']}")
        for similar in game["similarGames"]:
            print(f"  {similar['game']['title']}")


main()
