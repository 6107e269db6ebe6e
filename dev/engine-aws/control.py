"""How tests tell this cloud what to do wrong, and ask what it has seen. Paths are in README.md."""

import json
from urllib.parse import parse_qs, unquote

import ec2
import permission
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from wire import Refusal, Reply, matches


class Missing(Exception):
    pass


def _told(key):
    account = {"account": key.account.id, "arn": key.arn, "access_key": key.id, "secret_key": key.secret}
    return {**account, "token": key.token, "expires": key.expires} if key.token else account


class Control:
    def __init__(self, world):
        self.world = world

    def answer(self, request):
        words = [unquote(word) for word in request.path.split("/")[2:] if word]
        query = {name: values[0] for name, values in parse_qs(request.query_text).items()}
        try:
            body = json.loads(request.text() or "null")
            return Reply.json(self._do(request.method, words, body, query))
        except (ValueError, KeyError, TypeError) as error:
            return Reply.json({"error": f"{type(error).__name__}: {error}"}, 400)
        except Refusal as refusal:
            return Reply.json({"error": refusal.message}, 400)
        except Missing:
            return Reply.json({"error": f"no {request.method} {request.path}"}, 404)

    def _do(self, method, words, body, query):
        if not words:
            return "ready"
        if words == ["accounts"] and method == "POST":
            return _told(self.world.open_account(body or {}))
        if words == ["machines"]:
            return self._machines()
        if words == ["violations"]:
            return [{"account": one.id, **found} for one in self.world.accounts.values() for found in one.violations]
        if words == ["keys"] and method == "POST":  # whose account is known by its key only
            return _told(self.world.keys[body["access_key"]])
        if words[0] != "accounts" or words[1] not in self.world.accounts:
            raise Missing
        return self._account(method, self.world.accounts[words[1]], words[2:], body, query)

    def _account(self, method, account, words, body, query):
        place, rest = (words[0], words[1:]) if words else ("", [])
        if method != "GET":
            account.listings.clear()
        if not words and method == "DELETE":
            return self._close(account)
        if place == "settings":
            account.configure(body or {})
            return account.settings
        if place == "clock":
            account.offset += (body or {}).get("advance", 0)
            ec2.tick(account)
            return {"now": account.now()}
        if place == "faults":
            return self._faults(method, account, rest, body)
        if place == "log":
            return [line for line in account.log if matches(query.get("action", ".*"), line["action"])]
        if place == "violations":
            found = list(account.violations)
            if method == "DELETE":
                account.violations.clear()
            return found
        if place == "keys" and method == "POST":
            name = body.get("name", "limited")
            account.policies.setdefault(name, []).append(body["policy"])
            return _told(self.world.issue(account, f"arn:aws:iam::{account.id}:user/{name}", "AIDA" + name.upper(), body.get("lifetime"), user=name))
        if place == "seed":
            return ec2.seed(account, body.get("region", "us-east-1"), body["count"], body.get("type", "t3.micro"), body.get("tags", {}))
        if place == "machines":
            return self._machine(method, account, rest, body)
        raise Missing

    def _close(self, account):
        del self.world.accounts[account.id]
        self.world.keys = {id: key for id, key in self.world.keys.items() if key.account is not account}
        for backends in (ec2_backends, iam_backends):
            backends.pop(account.id, None)
        return True

    def _faults(self, method, account, rest, body):
        if not rest and method == "POST":
            return {"id": account.add_fault(body)}
        if not rest:
            held = dict(account.faults)
            if method == "DELETE":
                account.faults.clear()
            return held
        if rest[0] not in account.faults:
            raise Missing
        return account.faults.pop(rest[0]) if method == "DELETE" else account.faults[rest[0]]

    # Machines: seen by tests of any account, and by the hypervisor.

    def _machines(self):
        found = []
        for account in self.world.accounts.values():
            if account.settings["machines"] or account.machines:
                ec2.tick(account)
                found += [ec2.described(account, region, one) for region, one in ec2.machines(account) if one.id in account.machines]
        return found

    def _machine(self, method, account, rest, body):
        ec2.tick(account)
        if not rest:
            return [ec2.described(account, region, one) for region, one in ec2.machines(account)]
        found = ec2.find(account, rest[0])
        if found is None:
            raise Missing
        region, machine = found
        if method == "GET" or not body:
            return ec2.described(account, region, machine)
        if "event" in body:
            ec2.report(account, machine.id, body["event"])
        elif "interrupt" in body:  # in so many seconds; the hypervisor carries it out
            if machine.lifecycle != "spot":
                raise ValueError(f"{machine.id} is no spot instance")
            account.machines.setdefault(machine.id, {})["interruption"] = {"at": account.now() + body["interrupt"], "action": body.get("action", "terminate")}
        elif "keep_disks" in body:
            for held in machine.block_device_mapping.values():
                held.delete_on_termination = False
        elif "credentials" in body:
            return self._credentials(account, region, machine)
        else:
            raise ValueError(f"nothing to do for {body}")
        return ec2.described(account, region, machine)

    def _credentials(self, account, region, machine):
        names = ec2.described(account, region, machine)["roles"]
        if not names:
            raise Missing
        role = permission.role(account, names[0])
        trusted = [one for one in permission.statements(json.loads(role.assume_role_policy_document)) if "ec2.amazonaws.com" in str(one.get("Principal"))]
        if not trusted:
            raise Missing
        arn = f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{machine.id}"
        return _told(self.world.issue(account, arn, f"{role.id}:{machine.id}", 6 * 3600, role=role.name))
