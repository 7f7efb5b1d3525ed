"""Adapter for trustme: certificates for this machine and for the vendor's names, signed by an authority in a folder.

The authority is made once, so that clients are told once to trust it; the server's own certificate is made at each
start, for the names that are asked for then, and is never written to the folder.
"""

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import fakie_schemas
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import write_all

if TYPE_CHECKING:
    from trustme import CA

AUTHORITY = "ca.pem"
_KEY = "ca-key.pem"
# Some clients take no certificate that lasts longer than 825 days.
_LASTS = timedelta(days=365)


def tls_context(folder: Path, names: Iterable[str]) -> ssl.SSLContext:
    """Return what a server speaks TLS by, as this machine, as the vendor's hosts, and as these names and addresses.

    Clients that trust `folder/ca.pem` trust it; the authority is made where the folder has none. Raises
    ConfigurationError for a folder that cannot be used, and where trustme is not installed.
    """
    authority = _authority(folder)
    vendor = (entry["host"] for entry in fakie_schemas.vendor_hosts())
    every = dict.fromkeys(["localhost", "127.0.0.1", "::1", *vendor, *names])
    try:
        certificate = authority.issue_cert(*every, not_after=datetime.now(UTC) + _LASTS)
    except ValueError as error:
        raise ConfigurationError(f"--tls: no certificate can be made for {', '.join(every)}: {error}") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def _authority(folder: Path) -> "CA":
    try:
        from trustme import CA
    except ImportError:
        raise ConfigurationError("--tls needs trustme; expected `pip install 'fakie[tls]'` before") from None
    files = folder / AUTHORITY, folder / _KEY
    there = [file for file in files if file.exists()]
    try:
        if not there:
            return _made(CA(organization_name="fakie", organization_unit_name="trust it for tests alone"), folder)
        certificate, key = (file.read_bytes() for file in files)
        return CA.from_pem(certificate, key)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigurationError(
            f"--tls {folder}: {AUTHORITY} and {_KEY} cannot be used: {reason}; expected both as fakie made them, or"
            " neither, or a folder that can be written to"
        ) from None


def _made(authority: "CA", folder: Path) -> "CA":
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / _KEY
    # Nobody else may read it, not even while it is written: what is put in its place keeps its mode.
    key.touch(mode=0o600)
    try:
        write_all(
            {key: authority.private_key_pem.bytes().decode(), folder / AUTHORITY: authority.cert_pem.bytes().decode()}
        )
    except OSError:
        key.unlink()
        raise
    return authority
