"""Whether requests and answers fit RunPod's own description of its API: openapi-core says so, over openapi-v2.json as it was published."""

import json
import os
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

SERVER = "https://api.runpod.io"


class Asked:
    """A request in openapi-core's words."""

    def __init__(self, method, path, query, headers, body):
        self.host_url, self.path, self.method, self.body = SERVER, path, method.lower(), body or None
        self.content_type = headers.get("content-type", "application/octet-stream").split(";")[0]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(query, keep_blank_values=True)), header=Headers(list(headers.items())), cookie=ImmutableMultiDict({}), path={}
        )


class Answered:
    """An answer in openapi-core's words."""

    def __init__(self, status, body, content_type, headers):
        self.status_code, self.data, self.content_type, self.headers = status, body or None, content_type, Headers(headers)


def _words(error):
    found = [str(one.message) for one in getattr(error, "schema_errors", [])]
    cause = error.__cause__
    while cause is not None:
        found += [str(one.message) for one in getattr(cause, "schema_errors", [])] or [str(cause)]
        cause = cause.__cause__
    return "; ".join(found) or str(error) or type(error).__name__


class Contract:
    def __init__(self):
        self.api = OpenAPI.from_file_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "openapi-v2.json"), config=Config(extra_media_type_deserializers={"application/problem+json": json.loads}))

    def request(self, asked):
        """What does not fit, in words; None when all does."""
        try:
            self.api.validate_request(asked)
        except OpenAPIError as error:
            return _words(error)

    def response(self, asked, answered):
        try:
            self.api.validate_response(asked, answered)
        except OpenAPIError as error:
            return _words(error)
