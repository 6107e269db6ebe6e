"""Requests and answers as they stand on the wire."""

import json
import re
import tempfile
import uuid
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

BLOCK = 1 << 18
QUERY_SERVICES = ("ec2", "sts", "iam")


@dataclass
class Request:
    method: str
    target: str  # path and query as they were sent
    headers: dict  # names in lower case; values of one name joined by commas
    body: object  # a file, at its beginning
    sha256: str  # of the body

    @property
    def path(self):
        return self.target.split("?", 1)[0] or "/"

    @property
    def query_text(self):
        return self.target.partition("?")[2]

    @property
    def query(self):
        return parse_qsl(self.query_text, keep_blank_values=True)

    def text(self):
        self.body.seek(0)
        text = self.body.read().decode("utf-8", "replace")
        self.body.seek(0)
        return text


@dataclass
class Reply:
    status: int
    body: object = b""  # bytes, or pieces of them
    headers: list = field(default_factory=list)
    length: int = None  # of a body in pieces, and of one that a HEAD does not send

    @staticmethod
    def json(value, status=200, kind="application/json"):
        return Reply(status, json.dumps(value).encode(), [("Content-Type", kind)])

    @staticmethod
    def xml(text, status=200):
        return Reply(status, ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode(), [("Content-Type", "text/xml;charset=UTF-8")])


@dataclass
class Refusal(Exception):
    """An error as AWS words it."""

    code: str
    message: str = ""
    status: int = 400
    headers: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)  # further elements of S3's errors

    def reply(self, service):
        request = str(uuid.uuid4())
        message, code = escape(self.message or self.code), escape(self.code)
        if service == "ec2":
            reply = Reply.xml(f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>{request}</RequestID></Response>", self.status)
        elif service in QUERY_SERVICES:
            reply = Reply.xml(f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request}</RequestId></ErrorResponse>", self.status)
        elif service == "s3":
            extra = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in self.extra.items())
            reply = Reply.xml(f"<Error><Code>{code}</Code><Message>{message}</Message>{extra}<RequestId>{request}</RequestId></Error>", self.status)
        else:
            reply = Reply.json({"__type": self.code, "message": self.message or self.code}, self.status, "application/x-amz-json-1.1")
        reply.headers += [("x-amzn-RequestId", request), ("x-amz-request-id", request), *self.headers]
        return reply


def spool(blocks):
    """A body in a file, in memory while it is small; and its SHA-256."""
    import hashlib

    hashed, file = hashlib.sha256(), tempfile.SpooledTemporaryFile(8 << 20)
    for block in blocks:
        hashed.update(block)
        file.write(block)
    file.seek(0)
    return file, hashed.hexdigest()


def matches(pattern, text):
    return re.fullmatch(pattern, text, re.DOTALL) is not None
