"""The instance metadata service of one machine, version 2, and 1 where the machine allows it.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import base64
import json
import secrets
import time


def _time(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Metadata:
    """`machine` is what the cloud knows of it, kept up to date from outside; `issue` asks the cloud for credentials."""

    def __init__(self, machine, issue):
        self.machine, self.issue = machine, issue
        self.tokens, self.credentials = {}, None

    async def answer(self, method, path, headers):
        """(status, body) of a request."""
        options = self.machine["metadata"]
        if options["http_endpoint"] == "disabled" or "x-forwarded-for" in headers:
            return 403, b""
        if path == "/latest/api/token":
            return self._token(method, headers)
        if method not in ("GET", "HEAD"):
            return 405, b""
        token = headers.get("x-aws-ec2-metadata-token")
        if (token is None and options["http_tokens"] == "required") or (token is not None and self.tokens.get(token, 0) < time.monotonic()):
            return 401, b""
        if path == "/latest/user-data":
            data = self.machine["user_data"]
            return (200, base64.b64decode(data)) if data else (404, b"")
        found = await self._find(path.removeprefix("/latest/").strip("/"))
        return (404, b"") if found is None else (200, found.encode())

    def _token(self, method, headers):
        if method != "PUT":
            return 405, b""
        lifetime = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not lifetime.isdigit() or not 1 <= int(lifetime) <= 21600:
            return 400, b""
        token = secrets.token_urlsafe(40)
        self.tokens[token] = time.monotonic() + int(lifetime)
        return 200, token.encode()

    async def _find(self, path):
        one, roles, notice = self.machine, self.machine["roles"], self.machine["interruption"]
        known = {
            "instance-id": one["id"], "ami-id": one["image"], "instance-type": one["type"], "local-ipv4": one["private_ip"],
            "instance-life-cycle": "spot" if one["spot"] else "on-demand", "placement/availability-zone": one["zone"], "placement/region": one["region"],
        }
        if roles:
            known["iam/info"] = json.dumps({"Code": "Success", "LastUpdated": _time(time.time()), "InstanceProfileArn": one["profile"], "InstanceProfileId": "AIPA"})
            known["iam/security-credentials"] = roles[0]
        if notice:
            known["spot/instance-action"] = json.dumps({"action": notice["action"], "time": _time(notice["at"])})
            known["spot/termination-time"] = _time(notice["at"])
        if one["metadata"]["instance_metadata_tags"] == "enabled":
            known["tags/instance"] = "\n".join(one["tags"])
            known.update({f"tags/instance/{name}": value for name, value in one["tags"].items()})
        if path == "dynamic/instance-identity/document":
            return json.dumps({"accountId": one["account"], "architecture": "x86_64", "availabilityZone": one["zone"], "imageId": one["image"],
                               "instanceId": one["id"], "instanceType": one["type"], "privateIp": one["private_ip"], "region": one["region"]})
        if not path.startswith("meta-data"):
            return None
        name = path.removeprefix("meta-data").strip("/")
        if roles and name == f"iam/security-credentials/{roles[0]}":
            return await self._credentials()
        if name in known:
            return known[name]
        start = name + "/" if name else ""
        inner = {key.removeprefix(start) for key in known if key.startswith(start)}
        return "\n".join(sorted({word.split("/")[0] + "/" * ("/" in word) for word in inner})) or None

    async def _credentials(self):
        if self.credentials is None or self.credentials["expires"] - time.time() < 300:
            self.credentials = await self.issue()
        key = self.credentials
        return json.dumps({"Code": "Success", "LastUpdated": _time(time.time()), "Type": "AWS-HMAC", "AccessKeyId": key["access_key"],
                           "SecretAccessKey": key["secret_key"], "Token": key["token"], "Expiration": _time(key["expires"])})
