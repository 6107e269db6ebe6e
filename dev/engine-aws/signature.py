"""Signature Version 4, checked and made.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
import time
from calendar import timegm
from dataclasses import dataclass
from urllib.parse import quote, unquote

from wire import Refusal

SKEW = 900


def sign_key(secret, day, region, service):
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def signature(secret, date, region, service, canonical):
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(sign_key(secret, date[:8], region, service), text.encode(), hashlib.sha256).hexdigest()


def canonical(method, path, query, headers, names, payload):
    """The canonical request. S3 signs the path as sent, other services one encoding further; none of them is normalised here,
    for no path but `/` is known to the others."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    lines = "".join(f"{name}:{re.sub(' +', ' ', headers.get(name, '').strip())}\n" for name in names)
    return "\n".join([method, path, "&".join(f"{name}={value}" for name, value in pairs), lines, ";".join(names), payload])


@dataclass
class Claim:
    """What a request says about who sent it; not yet checked."""

    key_id: str
    day: str
    region: str
    service: str
    date: str
    names: list
    signature: str
    token: str
    lifetime: int  # seconds; None for one signed in a header
    query: list  # what is signed of it

    @staticmethod
    def of(request):
        header, query = request.headers.get("authorization", ""), request.query
        named = dict(query)
        if header.startswith("AWS4-HMAC-SHA256"):
            parts = dict(part.strip().split("=", 1) for part in header[len("AWS4-HMAC-SHA256") :].split(",") if "=" in part)
            fields = [parts.get("Credential", ""), parts.get("SignedHeaders", ""), parts.get("Signature", "")]
            date, token, lifetime = request.headers.get("x-amz-date", ""), request.headers.get("x-amz-security-token"), None
        elif "X-Amz-Signature" in named:
            fields = [named.get("X-Amz-Credential", ""), named.get("X-Amz-SignedHeaders", ""), named["X-Amz-Signature"]]
            date, token = named.get("X-Amz-Date", ""), named.get("X-Amz-Security-Token")
            lifetime = int(named.get("X-Amz-Expires", "0"))
            query = [pair for pair in query if pair[0] != "X-Amz-Signature"]
        else:
            return None
        try:
            key_id, day, region, service, end = fields[0].split("/")
            timegm(time.strptime(date, "%Y%m%dT%H%M%SZ"))
        except ValueError:
            raise Refusal("IncompleteSignature", "Authorization needs Credential, SignedHeaders, Signature and X-Amz-Date", 400) from None
        if end != "aws4_request" or not date.startswith(day):
            raise Refusal("SignatureDoesNotMatch", f"Credential scope '{fields[0]}' does not fit the date {date}", 403)
        return Claim(key_id, day, region, service, date, fields[1].split(";"), fields[2], token, lifetime, query)


def check(request, claim, key, clocks):
    """Refuses a request whose signature is wrong, stale, or leaves out what has to be signed. `clocks` are the times it may be."""
    header = claim.lifetime is None
    if (key.token or None) != (claim.token or None):
        raise Refusal("InvalidClientTokenId" if claim.service != "s3" else "InvalidToken", "The security token included in the request is invalid.", 403)
    unsigned = [name for name in request.headers if (name == "host" or (header and name.startswith("x-amz-"))) and name not in claim.names]
    if "host" not in claim.names or unsigned:
        raise Refusal("SignatureDoesNotMatch", f"these headers must be signed: {', '.join(unsigned) or 'host'}", 403)
    if claim.service == "s3":
        if header and "x-amz-content-sha256" not in request.headers:
            raise Refusal("MissingSecurityHeader", "Your request is missing a required header: x-amz-content-sha256")
        payload = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD") if header else "UNSIGNED-PAYLOAD"
    else:
        payload = request.sha256
    if re.fullmatch("[0-9a-f]{64}", payload) and payload != request.sha256:
        raise Refusal("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
    path = request.path if claim.service == "s3" else quote(unquote(request.path), safe="/-_.~")
    text = canonical(request.method, path, claim.query, request.headers, claim.names, payload)
    if not hmac.compare_digest(signature(key.secret, claim.date, claim.region, claim.service, text), claim.signature):
        raise Refusal("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.", 403)
    signed_at = timegm(time.strptime(claim.date, "%Y%m%dT%H%M%SZ"))
    fits = [now for now in clocks if -SKEW <= now - signed_at <= (SKEW if header else claim.lifetime)]
    if not fits and claim.service == "s3":
        code = "RequestTimeTooSkewed" if header else "AccessDenied"
        raise Refusal(code, "The difference between the request time and the current time is too large." if header else "Request has expired", 403)
    if not fits:
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(clocks[0]))
        code, word = ("RequestExpired", "Request has expired") if claim.service == "ec2" else ("SignatureDoesNotMatch", "Signature expired")
        raise Refusal(code, f"{word}: {claim.date} is not within 15 minutes of {now}", 400 if claim.service == "ec2" else 403)


def signed_headers(method, path, query, host, key_id, secret, payload, more):
    """Headers for a request of our own to S3. `more`: others that go with it, all of which are signed."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = {**more, "host": host, "x-amz-date": date, "x-amz-content-sha256": payload}
    names = sorted(headers)
    made = signature(secret, date, "us-east-1", "s3", canonical(method, path, query, headers, names, payload))
    scope = f"{key_id}/{date[:8]}/us-east-1/s3/aws4_request"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, Signature={made}"
    return headers
