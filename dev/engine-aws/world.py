"""Accounts, keys, their clocks and what they are told to do wrong."""

import itertools
import json
import random
import re
import string
import threading
import time
from dataclasses import dataclass, field

from wire import Refusal, matches

LOCK = threading.RLock()  # moto is not made for threads

FAULTS = {"error", "answer", "drop", "drop-answer", "delay", "truncate", "late", "hide"}
# What EC2 answers with which status. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
STATUS = {"RequestLimitExceeded": 503, "Unavailable": 503, "ServiceUnavailable": 503, "InternalError": 500, "InsufficientInstanceCapacity": 500,
          "SlowDown": 503, "UnauthorizedOperation": 403, "AccessDenied": 403, "ExpiredToken": 400, "AuthFailure": 401}


def letters(count, alphabet=string.ascii_uppercase + "234567"):
    return "".join(random.choice(alphabet) for _ in range(count))


@dataclass
class Key:
    """An access key and whose it is."""

    id: str
    secret: str
    account: object
    arn: str
    user_id: str
    token: str = None
    expires: float = None  # by the account's clock
    root: bool = False
    role: str = None  # a role's or a user's name: their policies are looked up at each request
    user: str = None
    session: list = field(default_factory=list)  # session policies


class Account:
    """A customer of the cloud: nothing of it is seen by another one. Tests run side by side, each with an account of its own."""

    def __init__(self, number, settings):
        self.id, self.settings = number, {
            "boot_seconds": 0,        # from pending to running
            "shutdown_seconds": 0,    # from shutting-down to terminated, from stopping to stopped
            "forget_seconds": 3600,   # until a terminated machine is not found any more
            "listing_lag": 0,         # machines younger than this are in no listing
            "server_skew": 0,         # by how much the cloud's clock is ahead, for signatures
            "machines": False,        # whether dev/engine-hypervisor boots the instances
            "quotas": {},             # quota code → vCPUs
            "spot_prices": {},        # "type" or "type/zone" → USD an hour
            "spot_page": 1000,        # prices on one page of the history, whatever is asked for
        }
        self.offset = 0.0
        self.faults, self.log, self.violations = {}, [], []
        self.tokens, self.late, self.buckets, self.machines, self.policies, self.index = {}, [], {}, {}, {}, {}
        self.listings = {}  # answers to Describe requests, as long as nothing changes: moto is slow at thousands of machines
        self.numbers = itertools.count(1)
        self.configure(settings)

    def configure(self, settings):
        unknown = set(settings) - set(self.settings)
        if unknown:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        self.settings.update(settings)

    def now(self):
        return time.time() + self.offset

    def clocks(self):
        """The times a signature may be made at: the real one, for programs; the account's, for tests that move it."""
        skew = self.settings["server_skew"]
        return [time.time() + skew, self.now() + skew]

    def add_fault(self, fault):
        if fault.get("kind") not in FAULTS:
            raise ValueError(f"kind must be one of {', '.join(sorted(FAULTS))}")
        for pattern in [fault.get("service", ""), fault.get("action", ""), *fault.get("params", {}).values()]:
            re.compile(pattern)
        number = str(next(self.numbers))
        self.faults[number] = {"times": 1, "skip": 0, "hits": 0, **fault}
        return number

    def fault(self, service, action, params):
        for fault in self.faults.values():
            if fault["times"] <= 0 or not matches(fault.get("service", ".*"), service) or not matches(fault.get("action", ".*"), action):
                continue
            if not all(matches(pattern, str(params.get(name, ""))) for name, pattern in fault.get("params", {}).items()):
                continue
            if fault["skip"] > 0:
                fault["skip"] -= 1
                continue
            fault["times"] -= 1
            fault["hits"] += 1
            return fault
        return None


class World:
    def __init__(self):
        self.accounts, self.keys, self.numbers = {}, {}, itertools.count(100000000001)

    def open_account(self, settings, key_id=None, secret=None):
        account = Account(str(next(self.numbers)), settings)
        self.accounts[account.id] = account
        return self.issue(account, f"arn:aws:iam::{account.id}:root", account.id, root=True, key_id=key_id, secret=secret)

    def issue(self, account, arn, user_id, lifetime=None, key_id=None, secret=None, **more):
        """A new key; a temporary one when it has a lifetime."""
        key = Key(key_id or ("ASIA" if lifetime else "AKIA") + letters(16), secret or letters(40, string.ascii_letters + string.digits + "+/"), account, arn, user_id, **more)
        if lifetime:
            key.token, key.expires = letters(180, string.ascii_letters + string.digits + "+/"), account.now() + lifetime
        self.keys[key.id] = key
        return key

    def key(self, key_id, service):
        key = self.keys.get(key_id)
        if key is None:
            code = "InvalidAccessKeyId" if service == "s3" else "InvalidClientTokenId"
            raise Refusal(code, "The security token included in the request is invalid.", 403)
        if key.expires is not None and key.account.now() > key.expires:
            code, status = ("RequestExpired", 400) if service == "ec2" else ("ExpiredToken", 400 if service == "s3" else 403)
            raise Refusal(code if service in ("ec2", "s3", "sts") else "ExpiredTokenException", "The security token included in the request is expired", status)
        return key


def parsed(document):
    return json.loads(document) if isinstance(document, str) else document
