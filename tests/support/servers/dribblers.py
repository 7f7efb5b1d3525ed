"""Answers that never end, each in another place."""

from support.servers.stand_in import Speech

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
# Whoever speaks it closes then, which another request on its connection might not see in time.
WHOLE = OK + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}"
ENDLESS = {
    "header": Speech(OK + b"X-A: ", b"a", b"\r\nContent-Length: 2\r\n\r\n{}"),
    "headers": Speech(OK, b"X-A: a\r\n", b"Content-Length: 2\r\n\r\n{}"),
    "status": Speech(b"HTTP/1.1 200 O", b"K", b"\r\nContent-Length: 2\r\n\r\n{}"),
    "continue": Speech(b"", b"HTTP/1.1 100 Continue\r\n\r\n", WHOLE),
    "interim": Speech(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", WHOLE),
    "chunk-size": Speech(CHUNKED + b"2;x=", b"a", b"\r\n{}\r\n0\r\n\r\n"),
    "trailers": Speech(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-T: a\r\n", b"\r\n"),
    "body": Speech(OK + b"Content-Length: 400\r\n\r\n", b" "),
}
