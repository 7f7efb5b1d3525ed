"""Pages below the path of a fake's public URL, where a proxy takes that path off each request."""

from urllib.parse import unquote

from fakie.core.http.messages import Request
from fakie_schemas.addresses import UnclearUrl, read_authority, read_url


def below_public_path(request: Request, public_url: str) -> Request:
    """Return a request as the browser sent it: one to the host of the public URL came by that URL's path.

    Whoever asks by another name, such as this machine, has asked the fake itself. A proxy may leave the port out.
    """
    path = public_url.partition("://")[2].partition("/")[2].strip("/")
    if not path or request.prefix or "host" not in request.headers:
        return request
    try:
        public, (host, port) = read_url(public_url), read_authority(request.headers["host"])
    except UnclearUrl:
        return request
    asked = (host, port or public.port)
    return request.replaced(prefix=f"/{unquote(path)}") if asked == (public.host, public.port) else request
