"""Heads of requests as clients send them, without Host and Content-Length.

Those of curl, httpx, requests, Node and Chromium are recorded; those of Firefox, Go, OkHttp,
aiohttp, nginx and of the GraphQL clients are written after their sources and documentation.
"""

from __future__ import annotations

__all__ = ["GET", "POST"]

_CHROMIUM = """\
sec-ch-ua-platform: "Linux"
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
HeadlessChrome/156.0.0.0 Safari/537.36
sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="156"
sec-ch-ua-mobile: ?0
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
Referer: http://127.0.0.1:8399/
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-US,en;q=0.9
Connection: keep-alive
"""
_FIREFOX = """\
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
Accept-Language: en-US,en;q=0.5
Accept-Encoding: gzip, deflate
Referer: http://shop.example/
Connection: keep-alive
Cookie: theme=dark; session=0123456789abcdef
Sec-Fetch-Dest: empty
Sec-Fetch-Mode: cors
Sec-Fetch-Site: cross-site
Priority: u=4
"""
_NODE = """\
connection: keep-alive
accept-language: *
sec-fetch-mode: cors
user-agent: node
accept-encoding: gzip, deflate
"""
_HTTPX = """\
Accept: */*
Accept-Encoding: gzip, deflate, br, zstd
Connection: keep-alive
User-Agent: python-httpx/0.28.1
"""

#: By client, of POST with a JSON body.
POST = {
    "curl -d": "User-Agent: curl/7.88.1\nAccept: */*\nContent-Type: application/json\n",
    "curl --json --compressed": "User-Agent: curl/7.88.1\n"
    "Accept-Encoding: deflate, gzip, br, zstd\nContent-Type: application/json\n"
    "Accept: application/json\n",
    "httpx": _HTTPX + "Content-Type: application/json\n",
    "requests": "User-Agent: python-requests/2.34.2\nAccept-Encoding: gzip, deflate, br\n"
    "Accept: */*\nConnection: keep-alive\nContent-Type: application/json\n",
    "aiohttp": "Accept: */*\nAccept-Encoding: gzip, deflate\nUser-Agent: Python/3.11 aiohttp/3.12\n"
    "Content-Type: application/json\n",
    "Go": "User-Agent: Go-http-client/1.1\nContent-Type: application/json\nAccept-Encoding: gzip\n",
    "OkHttp": "Content-Type: application/json; charset=utf-8\nConnection: Keep-Alive\n"
    "Accept-Encoding: gzip\nUser-Agent: okhttp/4.12.0\n",
    "Node, http.request": "content-type: application/json\nConnection: keep-alive\n",
    "Apollo Client in Node": _NODE + "content-type: application/json\n"
    "accept: application/graphql-response+json,application/json;q=0.9\n",
    "Apollo Client in Chromium": _CHROMIUM + "content-type: application/json\nAccept: */*\n"
    "Origin: http://shop.example\napollographql-client-name: shop\n",
    "urql in Chromium": _CHROMIUM + "content-type: application/json\n"
    "accept: application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed\nOrigin: http://127.0.0.1:8399\n",
    "Relay in Firefox": _FIREFOX + "Accept: application/graphql-response+json; charset=utf-8, "
    "application/json; charset=utf-8\nContent-Type: application/json\n"
    "Origin: http://shop.example\n",
    "a page of another origin": _CHROMIUM + "content-type: application/json\n"
    "Origin: http://elsewhere.example\n",
    "nginx, for a browser": _FIREFOX + "Content-Type: application/json\nAccept: */*\n"
    "X-Real-IP: 192.0.2.7\nX-Forwarded-For: 192.0.2.7\nX-Forwarded-Proto: https\n"
    "X-Request-ID: 0123456789abcdef0123456789abcdef\n",
    "a traced service": _NODE + "content-type: application/json\n"
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
}
#: By client, of GET.
GET = {
    "curl": "User-Agent: curl/7.88.1\nAccept: */*\n",
    "httpx": _HTTPX,
    "Chromium": _CHROMIUM + "Accept: */*\n",
    "Firefox": _FIREFOX + "Accept: */*\nOrigin: http://shop.example\n",
}
