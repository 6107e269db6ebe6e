"""moto's EC2 with what it leaves out: states that take time, tokens, tags and limits that are checked, listings that lag.

Everything here runs under world.LOCK, for one account at a time: `current` is that account.
"""

import base64
import copy
import datetime
import hashlib
import json
import re

import moto.ec2.models.elastic_block_store as ebs
import moto.ec2.models.instances as instances
import moto.ec2.utils as ec2_utils
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState, StateReason
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ec2.responses.instances import InstanceResponse

import market
from permission import specified_tags
from wire import Refusal
from world import letters

STATES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
TOKENED = {"RunInstances", "CreateVolume", "CreateFleet", "RequestSpotInstances"}
TAG_IN_METADATA = re.compile(r"[0-9a-zA-Z\-_+=,.@:]{1,255}")


class Current:
    account = None
    hidden = set()  # machines that this request is not to see


current = Current()


def utcnow():
    return datetime.datetime.fromtimestamp(current.account.now(), datetime.timezone.utc).replace(tzinfo=None)


instances.utcnow = ebs.utcnow = utcnow
ec2_utils.filter_dict_attribute_mapping.update({"client-token": "client_token", "instance-lifecycle": "lifecycle"})


# Images: few, of this region only. A default root disk as in the catalogue.

def _load_amis(self):
    for image in market.images(self.region_name):
        made = self.amis[image["ami_id"]] = Ami(self, **image)
        self.snapshots.pop(made.ebs_snapshot.id)  # it belongs to who made the image


AmiBackend._load_amis = _load_amis


# States.

def _enter(machine, state, seconds=None, then=None):
    machine._state = InstanceState(state, STATES[state])
    machine.due = None if seconds is None else (current.account.now() + seconds, then)


def _reason(machine, code, words, transition=None):
    machine.state_reason = StateReason(f"{code}: {words}", code)
    machine._reason = transition if transition is not None else f"User initiated ({utcnow():%Y-%m-%d %H:%M:%S} GMT)"


def _booted(machine):
    return machine.id in current.account.machines or current.account.settings["machines"]


def _seconds(machine, name):
    """How long a step takes; None when the hypervisor will say."""
    return None if _booted(machine) else current.account.settings[name]


_finish = {"terminate": Instance.terminate, "stop": Instance.stop, "start": Instance.start}


def terminate(machine, code="Client.UserInitiatedShutdown", words="User initiated shutdown", transition=None):
    previous = copy.copy(machine._state)
    if previous.name not in ("terminated", "shutting-down"):
        asleep = previous.name == "stopped"
        _enter(machine, "shutting-down", 0 if asleep else _seconds(machine, "shutdown_seconds"), "terminated")
        _reason(machine, code, words, transition)
    return previous


def stop(machine):
    previous = copy.copy(machine._state)
    if machine.lifecycle == "spot":
        raise Refusal("UnsupportedOperation", "You can't stop the Spot Instance because it is associated with a one-time Spot Instance request.")
    if previous.name in ("terminated", "shutting-down"):
        raise Refusal("IncorrectInstanceState", f"This instance '{machine.id}' is not in a state from which it can be stopped.")
    if previous.name not in ("stopped", "stopping"):
        _enter(machine, "stopping", _seconds(machine, "shutdown_seconds"), "stopped")
        _reason(machine, "Client.UserInitiatedShutdown", "User initiated shutdown")
    return previous


def start(machine):
    previous = copy.copy(machine._state)
    if previous.name not in ("stopped", "running", "pending"):
        raise Refusal("IncorrectInstanceState", f"The instance '{machine.id}' is not in a state from which it can be started.")
    if previous.name == "stopped":
        machine.launch_time, machine.boots = utcnow(), machine.boots + 1
        _enter(machine, "pending", _seconds(machine, "boot_seconds"), "running")
        _reason(machine, "pending", "pending", "")
    return previous


Instance.terminate, Instance.stop, Instance.start = terminate, stop, start


def arrive(machine, state):
    """The end of a step."""
    current.account.listings.clear()
    kept = (machine.state_reason, machine._reason)
    if state == "terminated":
        machine.lifecycle, spot = None, machine.lifecycle
        _finish["terminate"](machine)
        machine.lifecycle, machine.ended = spot, current.account.now()
    elif state == "stopped":
        _finish["stop"](machine)
    else:
        _finish["start"](machine)
    machine.state_reason, machine._reason = kept if state != "running" else (None, "")
    _enter(machine, state)


def _backends(account):
    return ec2_backends[account.id].items() if account.id in ec2_backends else []


def machines(account):
    """(region, machine) of an account, the long gone aside."""
    return [(region, one) for region, backend in _backends(account) for held in backend.reservations.values() for one in held.instances]


def find(account, id):
    return next((found for found in machines(account) if found[1].id == id), None)


def tick(account):
    """Lets happen what is due by the account's clock."""
    current.account, now = account, account.now()
    due = [act for at, act in account.late if at <= now]
    account.late = [late for late in account.late if late[0] > now]
    for act in due:
        act()
    for _, backend in _backends(account):
        for id, held in list(backend.reservations.items()):
            for machine in held.instances:
                if machine.due and machine.due[0] <= now:
                    arrive(machine, machine.due[1])
            gone = account.settings["forget_seconds"]
            if held.instances and all(one._state.name == "terminated" and now - one.ended >= gone for one in held.instances):
                del backend.reservations[id]
                account.listings.clear()


def hide(account, seconds):
    """Machines younger than that are not seen by the request at hand."""
    edge = account.now() - seconds
    current.hidden = {one.id for _, one in machines(account) if one.born > edge} if seconds else set()


_all_reservations = InstanceBackend.all_reservations


def all_reservations(self, filters=None):
    found = _all_reservations(self, filters)
    if current.hidden:
        for held in found:
            held.instances = [one for one in held.instances if one.id not in current.hidden]
        found = [held for held in found if held.instances]
    return found


InstanceBackend.all_reservations = all_reservations
_get_instance = InstanceBackend.get_instance


def get_instance(self, id):
    """moto looks through all of them."""
    found = current.account.index.get(id)
    return found if found is not None and found._state.name != "terminated" else _get_instance(self, id)


InstanceBackend.get_instance = get_instance


# Answers that say the state a machine is in, not one that moto has written into them.

def _changes(name, ids, act):
    changed = [(machine, act(machine)) for machine in ids]
    return ActionResult({name: [{"InstanceId": one.id, "CurrentState": one._state, "PreviousState": before} for one, before in changed]})


def _named(self):
    self.error_on_dryrun()
    return self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", []))


def terminate_instances(self):
    asked = _named(self)
    if not asked:
        raise Refusal("MissingParameter", "The request must contain the parameter InstanceId")
    for machine in asked:
        if machine.disable_api_termination in (True, "true"):
            raise Refusal("OperationNotPermitted", f"The instance '{machine.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.")
    return _changes("TerminatingInstances", asked, terminate)


InstanceResponse.terminate_instances = terminate_instances
InstanceResponse.stop_instances = lambda self: _changes("StoppingInstances", _named(self), stop)
InstanceResponse.start_instances = lambda self: _changes("StartingInstances", _named(self), start)


# Whether a disk goes with its machine is known of the machine's mapping only.
ebs.VolumeAttachment.delete_on_termination = property(
    lambda held: held.device in held.instance.block_device_mapping and held.instance.block_device_mapping[held.device].delete_on_termination)
_detach = ElasticBlockStore.detach_volume


def detach_volume(self):
    volume, get = self.ec2_backend.volumes.get(self._get_param("VolumeId")), self._get_param
    if volume is not None and volume.attachment and not get("InstanceId"):
        known = {"InstanceId": volume.attachment.instance.id, "Device": volume.attachment.device}
        self._get_param = lambda name, *rest, **more: known.get(name) or get(name, *rest, **more)
    return _detach(self)


ElasticBlockStore.detach_volume = detach_volume


# Launching.

_init = Instance.__init__


def init(self, *arguments, **named):
    _init(self, *arguments, **named)
    self.boots, self.born, self.ended = 0, current.account.now(), None
    current.account.index[self.id] = self
    if named.get("instance_market_options"):
        self.lifecycle, self.spot_instance_request_id = "spot", "sir-" + letters(8, "0123456789abcdefghjkmnpqrstuvwxyz")
    if current.account.settings["machines"]:
        current.account.machines[self.id] = {"interruption": None}
    _enter(self, "pending", _seconds(self, "boot_seconds"), "running")
    _reason(self, "pending", "pending", "")


Instance.__init__ = init
_run = InstanceBackend.run_instances


def run_instances(self, image_id, count, user_data, names, **named):
    held = _run(self, image_id, count, user_data, names, **named)
    for machine in held.instances:
        root = machine.root_device_name
        if root not in machine.block_device_mapping:
            # A mapping of another device is a second disk, not the first one made larger.
            machine.add_block_device(8, root, None, False, True, None, "gp3")
        machine.ec2_backend.volumes[machine.block_device_mapping[root].volume_id].snapshot_id = machine.ec2_backend.amis[image_id].ebs_snapshot.id
    return held


InstanceBackend.run_instances = run_instances
_mapping = InstanceResponse._parse_block_device_mapping


def block_device_mapping(self):
    made = _mapping(self)
    for asked, one in zip(self._get_param("BlockDeviceMappings", []), made):
        one["Ebs"]["DeleteOnTermination"] = asked.get("Ebs", {}).get("DeleteOnTermination", True)
    return made


InstanceResponse._parse_block_device_mapping = block_device_mapping
_modify = InstanceResponse.modify_instance_attribute


def modify_instance_attribute(self):
    behaviour = (self._get_param("InstanceInitiatedShutdownBehavior") or {}).get("Value")
    if behaviour is None:
        return _modify(self)
    self.error_on_dryrun()
    self.ec2_backend.get_instance(self._get_param("InstanceId")).instance_initiated_shutdown_behavior = behaviour
    return EmptyResult()


InstanceResponse.modify_instance_attribute = modify_instance_attribute


def check(account, region, action, params):
    """What EC2 refuses and moto lets pass."""
    if action == "DescribeInstances":
        for name, value in params.items():
            if re.fullmatch(r"Filter\.\d+\.Name", name) and value not in ec2_utils.filter_dict_attribute_mapping and not re.fullmatch("tag:.+|tag-key|tag-value", value):
                raise Refusal("InvalidParameterValue", f"The filter '{value}' is invalid")
    tagged = specified_tags(params)
    for tags in tagged.values():
        _check_tags(tags, 255 if params.get("MetadataOptions.InstanceMetadataTags") == "enabled" else 128)
    if params.get("MetadataOptions.InstanceMetadataTags") == "enabled":
        for name in tagged.get("instance", {}):
            if not TAG_IN_METADATA.fullmatch(name) or name in (".", "..", "_index"):
                raise Refusal("InvalidParameterValue", f"'{name}' is not a valid tag key. Tag keys must match pattern ({TAG_IN_METADATA.pattern}), and must not be a reserved name ('.', '..', '_index')")
    if action != "RunInstances":
        return
    _check_offered(region, params.get("InstanceType", "m1.small"), params.get("Placement.AvailabilityZone"))
    if len(base64.b64decode(params.get("UserData", ""))) > 16384:
        raise Refusal("InvalidParameterValue", "User data is limited to 16384 bytes")
    if params.get("InstanceMarketOptions.MarketType") == "spot":
        ceiling = params.get("InstanceMarketOptions.SpotOptions.MaxPrice")
        zone = params.get("Placement.AvailabilityZone", region + "a")
        price = market.spot_price(account, params.get("InstanceType"), zone)
        if ceiling is not None and price is not None and float(ceiling) < price:
            raise Refusal("SpotMaxPriceTooLow", f"Your Spot request price of {ceiling} is lower than the minimum required Spot request fulfillment price of {price}.")
    market.check_quota(account, region, params, [one for place, one in machines(account) if place == region])


def _check_offered(region, type, zone):
    places = {one["Location"] for one in INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, []) if one["InstanceType"] == type}
    if not places:
        raise Refusal("InvalidParameterValue", f"Invalid value '{type}' for InstanceType.")
    if zone is not None and zone[:-1] == region and zone not in places:
        raise Refusal("Unsupported", f"Your requested instance type ({type}) is not supported in your requested Availability Zone ({zone}). "
                      f"Please retry your request by not specifying an Availability Zone or choosing {', '.join(sorted(places))}.")


def _check_tags(tags, longest):
    if len(tags) > 50:
        raise Refusal("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
    for name, value in tags.items():
        if not 1 <= len(name) <= longest or len(value) > 256:
            raise Refusal("InvalidParameterValue", f"Tag key or value is too long: {name[:40]}")
        if name.lower().startswith("aws:"):
            raise Refusal("InvalidParameterValue", "Value ( aws: ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use.")


# Tokens: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
# Known by account, region and zone: the same token in another zone is another request. Forgotten after a day.

class Token:
    """The token of a request, if it counts."""

    def __init__(self, account, region, action, params):
        self.account, token = account, params.get("ClientToken")
        self.counts = action in TOKENED and bool(token) and params.get("DryRun") != "true"
        zone = params.get("Placement.AvailabilityZone") or params.get("AvailabilityZone") or _zone_of_subnet(account, region, params) or region + "a"
        self.key = (region, zone, action, token)
        plain = sorted((name, value) for name, value in params.items() if name not in ("Placement.AvailabilityZone", "AvailabilityZone"))
        self.print = hashlib.sha256(json.dumps(plain).encode()).hexdigest()

    def replay(self):
        """The answer that was given to the same request before, if there was one."""
        known = self.account.tokens.get(self.key) if self.counts else None
        if known is None or self.account.now() - known["at"] > 86400:
            return None
        if known["print"] != self.print:
            raise Refusal("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
        for id in re.findall(r"<instanceId>(i-[0-9a-f]+)</instanceId>", known["body"].decode()):
            found = find(self.account, id)
            if found is None or found[1]._state.name in ("terminated", "shutting-down"):
                raise Refusal("IdempotentInstanceTerminated", f"The request to launch an instance uses the same client token as a previous request for which the instance has been terminated: {id}")
        return known["body"]

    def keep(self, body):
        if self.counts:
            self.account.tokens[self.key] = {"print": self.print, "body": body, "at": self.account.now()}


def _zone_of_subnet(account, region, params):
    if "SubnetId" not in params:
        return None
    zones = ec2_backends[account.id][region].subnets
    return next((zone for zone, held in zones.items() if params["SubnetId"] in held), None)


def seed(account, region, count, type, tags):
    """Many running machines at once, for tests of listings."""
    current.account = account
    backend = ec2_backends[account.id][region]
    image = next(iter(backend.amis))
    for number in range(count):
        own = {name: value.replace("{n}", str(number)) for name, value in tags.items()}
        held = backend.run_instances(image, 1, None, [], instance_type=type, is_instance_type_default=True, region_name=region, placement=region + "a",
                                     tags={"instance": own, "volume": own}, client_token=f"seed-{number}", nics=[])
        for machine in held.instances:
            arrive(machine, "running")
    return count


# What the hypervisor sees and says.

def described(account, region, machine):
    profile = machine.iam_instance_profile
    association = machine.ec2_backend.iam_instance_profile_associations.get(machine.id)
    profile = association.iam_instance_profile if association else profile
    data, notice = machine.user_data, account.machines.get(machine.id, {}).get("interruption")
    return {
        "account": account.id, "region": region, "id": machine.id, "state": machine._state.name, "boots": machine.boots, "type": machine.instance_type,
        "image": machine.image_id, "zone": machine.placement.zone, "private_ip": machine.private_ip, "spot": machine.lifecycle == "spot",
        "shutdown": machine.instance_initiated_shutdown_behavior, "roles": [role.name for role in profile.roles] if profile else [],
        "profile": profile.arn if profile else None, "tags": {tag["key"]: tag["value"] for tag in machine.get_tags()},
        "metadata": vars(machine.metadata_options), "interruption": notice and {**notice, "in": notice["at"] - account.now()},
        "user_data": str(data) if data else None,
    }


def report(account, id, event):
    """What became of a machine: `booted`, `ended` (from outside), `powered-off` (by itself), `interrupted`."""
    _, machine = find(account, id)
    current.account, state = account, machine._state.name
    if event == "booted" and state == "pending":
        arrive(machine, "running")
    elif event == "ended" and state in ("shutting-down", "stopping"):
        arrive(machine, "terminated" if state == "shutting-down" else "stopped")
    elif event == "powered-off" and state not in ("terminated", "stopped"):
        _reason(machine, "Client.InstanceInitiatedShutdown", "Instance initiated shutdown", "")
        arrive(machine, "terminated" if machine.instance_initiated_shutdown_behavior == "terminate" or machine.lifecycle == "spot" else "stopped")
    elif event == "interrupted" and state != "terminated":
        _reason(machine, "Server.SpotInstanceTermination", "Spot instance termination", "Server.SpotInstanceTermination")
        arrive(machine, "terminated")
