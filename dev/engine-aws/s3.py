"""S3 behind the same door: rights are checked here, objects are kept by a real S3 server, which is asked under a key of its own."""

import hashlib
import http.client
import re
from urllib.parse import quote

import permission
import signature
from wire import BLOCK, Refusal, Reply

# Settings of a bucket that the server behind does not know. They are kept here and do nothing.
SETTINGS = {
    "publicaccessblock": "NoSuchPublicAccessBlockConfiguration", "encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "ownershipcontrols": "OwnershipControlsNotFoundError", "lifecycle": "NoSuchLifecycleConfiguration", "tagging": "NoSuchTagSet",
    "policy": "NoSuchBucketPolicy",
}
PASSED = re.compile(r"content-(type|md5|encoding|disposition|language)|cache-control|expires|range|if-.*|x-amz-.*")
OURS = {"x-amz-date", "x-amz-content-sha256", "x-amz-security-token"}


class Store:
    def __init__(self, address, key_id, secret):
        self.address, self.key_id, self.secret = address, key_id, secret
        self.buckets = {}  # name → account and region, of those made here

    def send(self, method, path, query, headers, body, length, payload):
        """One request to the server, in our own name."""
        host = self.address.removeprefix("http://")
        signed = signature.signed_headers(method, path, query, host, self.key_id, self.secret, payload, headers)
        target = path + ("?" + "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query) if query else "")
        connection = http.client.HTTPConnection(host, timeout=120)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in signed.items():
            connection.putheader(name, value)
        connection.putheader("content-length", str(length))
        connection.endheaders()
        while block := body.read(BLOCK) if length else b"":
            connection.send(block)
        return connection, connection.getresponse()

    def answer(self, request, claim, key):
        bucket, name = permission.decoded_key(request.path)
        action, resource, context = permission.s3_right(request, bucket, name)
        self._check_rights(request, claim, key, bucket, action, resource, context)
        setting = next((one.lower() for one, _ in request.query if one.lower() in SETTINGS), None)
        if bucket and not name and setting:
            return self._setting(request, bucket, setting)
        reply = self._pass(request, bucket)
        if bucket and not name and reply.status < 300:
            if action == "s3:CreateBucket":
                region = re.search(r"<LocationConstraint[^>]*>([^<]+)<", request.text())
                self.buckets[bucket] = {"account": key.account.id, "region": region[1] if region else "us-east-1", "settings": {}}
            elif action == "s3:DeleteBucket":
                self.buckets.pop(bucket, None)
        if reply.status == 404 and name and request.method in ("GET", "HEAD"):
            # Who may not list is not told whether there is such an object.
            if not permission.allowed(key, "s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": [""]}):
                raise Refusal("AccessDenied", "Access Denied", 403)
        return self._own_buckets(key) if action == "s3:ListAllMyBuckets" else reply

    def _check_rights(self, request, claim, key, bucket, action, resource, context):
        known = self.buckets.get(bucket)
        if bucket and action != "s3:CreateBucket":
            if known is None:
                raise Refusal("NoSuchBucket", "The specified bucket does not exist", 404, extra={"BucketName": bucket})
            if known["account"] != key.account.id:
                raise Refusal("AccessDenied", "Access Denied", 403)
        elif known is not None:
            mine = known["account"] == key.account.id
            raise Refusal("BucketAlreadyOwnedByYou" if mine else "BucketAlreadyExists", "The requested bucket name is not available.", 409, extra={"BucketName": bucket})
        if known is not None and known["region"] != claim.region and action != "s3:GetBucketLocation":
            words = f"The authorization header is malformed; the region '{claim.region}' is wrong; expecting '{known['region']}'"
            raise Refusal("AuthorizationHeaderMalformed", words, 400, [("x-amz-bucket-region", known["region"])], {"Region": known["region"]})
        wanted = [resource]
        if request.method == "POST" and any(name == "delete" for name, _ in request.query):
            action = "s3:DeleteObject"
            wanted = [f"arn:aws:s3:::{bucket}/{one}" for one in re.findall(r"<Key>([^<]*)</Key>", request.text())]
        for one in wanted:
            permission.demand(key, action, one, context)
        if "x-amz-copy-source" in request.headers:
            source = "/".join(permission.decoded_key(request.headers["x-amz-copy-source"].split("?")[0]))
            permission.demand(key, "s3:GetObject", f"arn:aws:s3:::{source}", {})

    def _pass(self, request, bucket):
        """Sends the request on. Its chunks pass as they are when they are not signed."""
        payload = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        if payload.startswith("STREAMING-AWS4"):
            raise Refusal("NotImplemented", "dev/engine-aws does not take signed chunks", 501)
        payload = payload if payload.startswith("STREAMING") else "UNSIGNED-PAYLOAD"
        headers = {name: value for name, value in request.headers.items() if PASSED.fullmatch(name) and name not in OURS}
        query = [pair for pair in request.query if not pair[0].startswith("X-Amz-")]
        request.body.seek(0, 2)
        length = request.body.tell()
        request.body.seek(0)
        if bucket and request.method == "PUT" and request.path.strip("/") == bucket and not query:
            headers, length = {}, 0  # the server behind has no regions
        connection, answer = self.send(request.method, request.path, query, headers, request.body, length, payload)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server")]
        if bucket in self.buckets:
            kept.append(("x-amz-bucket-region", self.buckets[bucket]["region"]))
        size = answer.getheader("content-length")

        def blocks():
            while block := answer.read(BLOCK):
                yield block
            connection.close()

        if request.method == "HEAD" or answer.status >= 400 or size is None:
            body = answer.read()
            connection.close()
            return Reply(answer.status, body, kept, int(size) if size and request.method == "HEAD" else None)
        return Reply(answer.status, blocks(), kept, int(size))

    def _setting(self, request, bucket, setting):
        held = self.buckets[bucket]["settings"]
        if request.method == "PUT":
            held[setting] = request.text()
            return Reply(200)
        if request.method == "DELETE":
            held.pop(setting, None)
            return Reply(204)
        if setting not in held:
            raise Refusal(SETTINGS[setting], "The configuration was not found", 404, extra={"BucketName": bucket})
        return Reply(200, held[setting].encode(), [("Content-Type", "application/xml")])

    def _own_buckets(self, key):
        names = sorted(name for name, one in self.buckets.items() if one["account"] == key.account.id)
        rows = "".join(f"<Bucket><Name>{name}</Name><CreationDate>2026-11-01T00:00:00.000Z</CreationDate></Bucket>" for name in names)
        owner = hashlib.sha256(key.account.id.encode()).hexdigest()
        return Reply.xml(f'<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>{owner}</ID></Owner><Buckets>{rows}</Buckets></ListAllMyBucketsResult>')
