#!/usr/bin/env python3
"""AWS for tests, on one address: EC2, STS, IAM, SSM, Service Quotas, Pricing, S3. See README.md.

  server.py --listen HOST:PORT --key ID:SECRET --store URL --store-key ID:SECRET
"""

import json
import os
import sys
import time
import traceback
from io import BytesIO
from urllib.parse import parse_qsl, unquote

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "engine-http"))

os.environ["MOTO_ENABLE_AMI_VALIDATION"] = "1"  # before moto reads it

from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

import ec2
import listener
import market
import model
import permission
import signature
import sts
from control import Control
from listener import Broken
from s3 import Store
from wire import BLOCK, QUERY_SERVICES, Refusal, Reply, Request, spool
from world import LOCK, STATUS, World

MOTO = DomainDispatcherApplication(create_backend_app)
LATE = {"TerminateInstances": ("TerminatingInstances", "shutting-down"), "StopInstances": ("StoppingInstances", "stopping")}


class Exchange:
    """One request of an account, and what is to be said to it."""

    def __init__(self, cloud, request, claim, key, service):
        self.cloud, self.request, self.claim, self.key, self.service = cloud, request, claim, key, service
        self.account = key.account if key else None
        self.region = claim.region if claim else "us-east-1"
        self.text = "" if service == "s3" else request.text()
        self.action, self.params = self._name()
        self.line = {"at": time.time(), "service": service, "region": self.region, "action": self.action, "params": self.params,
                     "key": key.id if key else None, "status": None, "code": None, "fault": None, "replayed": False}

    def _name(self):
        if self.service == "s3":
            bucket, name = permission.decoded_key(self.request.path)
            right = permission.s3_right(self.request, bucket, name)[0]
            return right.removeprefix("s3:"), {"Bucket": bucket, "Key": name, **dict(self.request.query)}
        if self.service in QUERY_SERVICES:
            params = dict(parse_qsl(self.text or self.request.query_text, keep_blank_values=True))
            return params.get("Action", "?"), params
        try:
            params = json.loads(self.text or "{}")
        except ValueError:
            params = {}
        return self.request.headers.get("x-amz-target", "?").rpartition(".")[2], params

    def check_model(self):
        if self.service == "s3":
            found = model.check_s3(self.request)
        elif self.service in QUERY_SERVICES:
            found = model.check_form(self.service, self.text or self.request.query_text)
        else:
            found = model.check_document(self.service, self.request.headers.get("x-amz-target", ""), self.text)
        if not found:
            return
        self.account.violations += [{"service": self.service, "action": self.action, "kind": kind, "what": words} for kind, words in found]
        kind, words = found[0]
        form = {"unknown": "UnknownParameter", "missing": "MissingParameter", "malformed": "InvalidParameterValue"}[kind]
        raise Refusal(form if self.service == "ec2" else "InvalidArgument" if self.service == "s3" else "ValidationException", f"{kind}: {words}")

    def answer(self):
        """Under the lock, S3 aside."""
        if self.service == "sts":
            if self.key:
                permission.check_other(self.key, "sts", self.region, self.action, self.params)
            return sts.answer(self.cloud.world, self.key, self.action, self.params)
        if self.service == "ec2":
            return self._ec2()
        permission.check_other(self.key, self.service, self.region, self.action, self.params)
        special = {"pricing": lambda: market.price_list(self.params), "ssm": lambda: market.parameters(self.region, self.action, self.params),
                   "servicequotas": lambda: market.service_quotas(self.account, self.action, self.params)}.get(self.service)
        if special:
            return Reply.json(special(), kind="application/x-amz-json-1.1")
        reply = self.moto()
        if self.service == "iam" and self.action == "CreateAccessKey" and reply.status == 200:
            self._adopt_keys()
        return reply

    def _ec2(self):
        permission.check_ec2(self.key, self.region, self.action, self.params)
        if self.action.startswith("Describe") and not ec2.current.hidden:
            known = self.account.listings.get((self.region, self.text))
            if known is None:
                known = self.account.listings[self.region, self.text] = self._described()
            return known
        return self._described() if self.action.startswith("Describe") else self._changed()

    def _described(self):
        if self.action == "DescribeSpotPriceHistory":
            return market.spot_history(self.account, self.region, self.params)
        ec2.check(self.account, self.region, self.action, self.params)
        return self.moto()

    def _changed(self):
        self.account.listings.clear()
        token = ec2.Token(self.account, self.region, self.action, self.params)
        known = token.replay()
        if known is not None:
            self.line["replayed"] = True
            return Reply(200, known, [("Content-Type", "text/xml;charset=UTF-8")])
        ec2.check(self.account, self.region, self.action, self.params)
        reply = self.moto()
        if reply.status == 200:
            token.keep(reply.body)
        return reply

    def _adopt_keys(self):
        backend = iam_backends[self.account.id]["aws"]
        for user in backend.users.values():
            for one in user.access_keys:
                if one.access_key_id not in self.cloud.world.keys:
                    arn = f"arn:aws:iam::{self.account.id}:user/{user.name}"
                    self.cloud.world.issue(self.account, arn, user.id, key_id=one.access_key_id, secret=one.secret_access_key, user=user.name)

    def moto(self):
        headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in self.request.headers.items()}
        body = self.text.encode()
        environment = {
            "REQUEST_METHOD": self.request.method, "SCRIPT_NAME": "", "PATH_INFO": unquote(self.request.path), "QUERY_STRING": self.request.query_text,
            "REQUEST_URI": self.request.target, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
            "wsgi.run_once": False, "CONTENT_TYPE": self.request.headers.get("content-type", ""), "CONTENT_LENGTH": str(len(body)),
            **headers, "HTTP_X_MOTO_ACCOUNT_ID": self.account.id,
        }
        began = {}
        pieces = MOTO(environment, lambda status, headers, *rest: began.update(status=int(status.split()[0]), headers=headers))
        return Reply(began["status"], b"".join(pieces), [pair for pair in began["headers"] if pair[0].lower() == "content-type"])

    def late(self, fault):
        """Says yes now, and does it in so many seconds of the account's clock; never without a number."""
        dry = Exchange(self.cloud, self.request, self.claim, self.key, self.service)
        if fault.get("seconds") is not None:
            self.account.late.append((self.account.now() + fault["seconds"], dry.answer))
        if self.action not in LATE:
            return Reply.xml(f'<{self.action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>late</requestId><return>true</return></{self.action}Response>')
        state = LATE[self.action][1]
        rows = "".join(
            f"<item><instanceId>{id}</instanceId><currentState><code>{ec2.STATES[state]}</code><name>{state}</name></currentState>"
            "<previousState><code>16</code><name>running</name></previousState></item>"
            for name, id in self.params.items() if name.startswith("InstanceId.")
        )
        return Reply.xml(f'<{self.action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>late</requestId><instancesSet>{rows}</instancesSet></{self.action}Response>')


class Cloud:
    def __init__(self, options):
        self.world, self.store = World(), Store(options.store, *options.store_key.split(":", 1))
        self.world.open_account({}, *options.key.split(":", 1))
        self.control = Control(self.world)

    def serve(self, request):
        if request.path.startswith("/_control"):
            with LOCK:
                return self.control.answer(request)
        service, exchange = "s3", None
        try:
            claim = signature.Claim.of(request)
            service = claim.service if claim else self._unsigned(request)
            key = self.world.key(claim.key_id, service) if claim else None
            if key:
                signature.check(request, claim, key, key.account.clocks())
            exchange = Exchange(self, request, claim, key, service)
            if key is None:
                with LOCK:
                    return exchange.answer()
            return self._serve(exchange)
        except Refusal as refusal:
            if service == "ec2" and refusal.code in ("InvalidClientTokenId", "SignatureDoesNotMatch"):
                refusal = Refusal("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
            if exchange:
                exchange.line["status"], exchange.line["code"] = refusal.status, refusal.code
            return refusal.reply(service)

    @staticmethod
    def _unsigned(request):
        if "AssumeRoleWithWebIdentity" in (request.text() + request.query_text):
            return "sts"
        raise Refusal("AccessDenied" if request.method != "POST" else "MissingAuthenticationToken", "Request is missing Authentication Token", 403)

    def _serve(self, exchange):
        account, line = exchange.account, exchange.line
        with LOCK:
            account.log.append(line)
            exchange.check_model()
            fault = account.fault(exchange.service, exchange.action, exchange.params)
        kind = line["fault"] = fault["kind"] if fault else None
        if kind == "delay":
            time.sleep(fault.get("seconds", 1))
        elif kind == "drop":
            raise Broken
        elif kind == "error":
            code = fault.get("code", "RequestLimitExceeded")
            headers = [("Retry-After", str(fault["retry_after"]))] if "retry_after" in fault else []
            raise Refusal(code, fault.get("message", f"{code}, as a test asked for"), fault.get("status", STATUS.get(code, 400)), headers)
        elif kind == "answer":
            line["status"] = fault.get("status", 502)
            return Reply(line["status"], fault.get("body", "<html>bad gateway</html>").encode(), [("Content-Type", fault.get("type", "text/html"))])
        if exchange.service == "s3":
            reply = self.store.answer(exchange.request, exchange.claim, exchange.key)
        else:
            with LOCK:
                ec2.tick(account)
                ec2.hide(account, max(fault.get("seconds", 300) if kind == "hide" else 0, account.settings["listing_lag"]) if exchange.action.startswith("Describe") else 0)
                reply = exchange.late(fault) if kind == "late" else exchange.answer()
        line["status"] = reply.status
        if kind == "drop-answer":
            raise Broken
        if kind == "truncate":
            whole = reply.body if isinstance(reply.body, bytes) else b"".join(reply.body)
            return Reply(reply.status, iter([whole[: fault.get("bytes", len(whole) // 2)]]), reply.headers, len(whole))
        return reply


class Handler(listener.Handler):
    def _blocks(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (block := self.rfile.read(min(left, BLOCK))):
            left -= len(block)
            yield block

    def exchange(self):
        headers = {}
        for name, value in self.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value.strip()
        body, sha256 = spool(self._blocks())
        request = Request(self.command, self.path, headers, body, sha256)
        try:
            reply = self.cloud.serve(request)
        except Broken:
            raise
        except Exception:
            traceback.print_exc()
            reply = Refusal("InternalError", "dev/engine-aws failed; its log says why", 500).reply("ec2")
        self.send(reply)

    def send(self, reply):
        whole = isinstance(reply.body, bytes)
        length = reply.length if reply.length is not None else len(reply.body)
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        sent = 0
        for block in [reply.body] if whole else reply.body:
            if self.command != "HEAD":
                self.wfile.write(block)
                sent += len(block)
        if self.command != "HEAD" and sent < length:
            self.close_connection = True


options = listener.options("--listen", "--key", "--store", "--store-key")
listener.listen(Handler, Cloud(options), options.listen)
