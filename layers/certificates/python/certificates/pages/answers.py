"""Answers of pages: HTML with a strict policy, redirects, files of the assets."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

HTML_UTF_8 = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """`compressed`: the body is gzip already. `cookies` are `Set-Cookie` values."""

    status: int
    body: bytes = b""
    content_type: str = HTML_UTF_8
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    compressed: bool = False

    def event(self, *, accepts_gzip: bool, head: bool) -> dict[str, Any]:
        """The answer for API Gateway (payload format 2.0). Neither API Gateway nor Lambda compresses it."""
        headers = {"Content-Type": self.content_type, "X-Content-Type-Options": "nosniff", **self.headers}
        body = self.body
        if self.compressed and not accepts_gzip:
            body = gzip.decompress(body)
        elif accepts_gzip and not self.compressed and self.content_type == HTML_UTF_8 and body:
            body = gzip.compress(body, compresslevel=6)
        if accepts_gzip and (self.compressed or body is not self.body):
            headers["Content-Encoding"] = "gzip"
        return {
            "statusCode": self.status,
            "headers": headers,
            "cookies": list(self.cookies),
            "body": "" if head else base64.b64encode(body).decode(),
            "isBase64Encoded": not head,
        }


def html(text: str, language: str, status: int = 200, *, stores: Iterable[str] = ()) -> Page:
    """A person's page, which no cache may keep. `stores` are the origins of files that it sends or shows."""
    return Page(
        status,
        text.encode(),
        headers={
            "Content-Language": language,
            "Content-Security-Policy": policy(stores),
            "Cross-Origin-Opener-Policy": "same-origin",
            # With `no-referrer`, a browser hides the origin of a posted form, which is checked.
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Vary": "Accept, Accept-Language, Cookie",
        },
    )


def policy(stores: Iterable[str] = ()) -> str:
    """Everything comes from our own address, nothing is inline, and scripts write HTML only through one named
    policy."""
    other = "".join(f" {origin}" for origin in sorted(stores))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{other}; font-src 'self'; "
        f"connect-src 'self'{other}; form-action 'self'{other}; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types certificates"
    )


def see_other(address: str, *cookies: str) -> Page:
    """The redirect after a form. The address is our own or the bucket's, never a typed one."""
    return Page(303, headers={"Location": address, "Cache-Control": "no-store"}, cookies=cookies)


def found(address: str) -> Page:
    """The redirect to another address of the same content."""
    return Page(302, headers={"Location": address, "Cache-Control": "no-store"})


def file(content: bytes, media_type: str, *, compressed: bool) -> Page:
    """A file whose address changes with its content. Browsers keep it for a year."""
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    return Page(200, content, media_type, headers, compressed=compressed)
