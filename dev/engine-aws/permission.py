"""Which rights a request needs, and whether its sender has them."""

from urllib.parse import unquote_plus

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends

import policy
from wire import Refusal
from world import parsed


def statements(document):
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def role(account, name):
    return next((role for role in iam_backends[account.id]["aws"].roles.values() if role.name == name), None)


def documents(key):
    """The identity's policies as they are now."""
    backend = iam_backends[key.account.id]["aws"]
    holder = role(key.account, key.role) if key.role else backend.users.get(key.user)
    inline = list(holder.policies.values()) if holder else []
    managed = [one.document for one in holder.managed_policies.values()] if holder else []
    return [parsed(one) for one in inline + managed] + key.account.policies.get(key.user, [])


def demand(key, action, resource, context=None):
    """Refuses what the sender has no right to."""
    if not allowed(key, action, resource, context):
        words = f"User: {key.arn} is not authorized to perform: {action} on resource: {resource}"
        if action.startswith("ec2:") or action == "iam:PassRole":
            raise Refusal("UnauthorizedOperation", f"You are not authorized to perform this operation. {words}", 403)
        service = action.split(":")[0]
        raise Refusal("AccessDenied" if service in ("s3", "sts", "iam") else "AccessDeniedException", words, 400 if service not in ("s3", "sts", "iam") else 403)


def allowed(key, action, resource, context=None):
    if key.root and not key.session:
        return True
    own = [{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}] if key.root else documents(key)
    return policy.allows(own, key.session, action, resource, context or {})


def _tags(params, prefix):
    """Tags of a request: `PREFIX.1.Key`, `PREFIX.1.Value`."""
    found, index = {}, 1
    while f"{prefix}.{index}.Key" in params:
        found[params[f"{prefix}.{index}.Key"]] = params.get(f"{prefix}.{index}.Value", "")
        index += 1
    return found


def _numbered(params, prefix):
    return [value for name, value in params.items() if name.rpartition(".")[0] == prefix and name.rpartition(".")[2].isdigit()]


def _request_tags(tags):
    return {**{f"aws:RequestTag/{name}": [value] for name, value in tags.items()}, "aws:TagKeys": list(tags)}


def _resource_tags(account, region, id):
    tags = ec2_backends[account.id][region].tags.get(id, {})
    return {**{f"{start}:ResourceTag/{name}": [value] for name, value in tags.items() for start in ("aws", "ec2")}}


KINDS = {"i": "instance", "vol": "volume", "snap": "snapshot", "sg": "security-group", "ami": "image", "subnet": "subnet", "eni": "network-interface",
         "lt": "launch-template", "key": "key-pair", "sir": "spot-instances-request"}


def _arn(account, region, id):
    return f"arn:aws:ec2:{region}:{account.id}:{KINDS.get(id.split('-')[0], '*')}/{id}"


def specified_tags(params):
    """Resource type → tags, of a request's TagSpecifications."""
    found, index = {}, 1
    while f"TagSpecification.{index}.ResourceType" in params:
        found[params[f"TagSpecification.{index}.ResourceType"]] = _tags(params, f"TagSpecification.{index}.Tag")
        index += 1
    return found


def _create(key, region, action, params, kinds):
    """A creating call needs its right on everything it makes, and the right to tag it so."""
    context = {"ec2:Region": [region], "aws:RequestedRegion": [region]}
    tagged = specified_tags(params)
    for kind in kinds:
        more = _request_tags(tagged.get(kind, {}))
        if "InstanceType" in params:
            more["ec2:InstanceType"] = [params["InstanceType"]]
            more["ec2:InstanceMarketType"] = [params.get("InstanceMarketOptions.MarketType", "on-demand")]
            more["ec2:MetadataHttpTokens"] = [params.get("MetadataOptions.HttpTokens", "optional")]
        arn = f"arn:aws:ec2:{region}:{key.account.id}:{kind}/*"
        demand(key, f"ec2:{action}", arn, {**context, **more})
        if kind in tagged:
            demand(key, "ec2:CreateTags", arn, {**context, **_request_tags(tagged[kind]), "ec2:CreateAction": [action]})


def check_ec2(key, region, action, params):
    account = key.account
    context = {"ec2:Region": [region], "aws:RequestedRegion": [region]}
    if action == "RunInstances":
        spot = ["spot-instances-request"] if params.get("InstanceMarketOptions.MarketType") == "spot" else []
        _create(key, region, action, params, ["instance", "volume", "network-interface", *spot])
        demand(key, "ec2:RunInstances", f"arn:aws:ec2:{region}::image/{params.get('ImageId', '*')}", context)
        for kind in ("subnet", "security-group"):
            demand(key, "ec2:RunInstances", f"arn:aws:ec2:{region}:{account.id}:{kind}/*", context)
        name = params.get("IamInstanceProfile.Name") or params.get("IamInstanceProfile.Arn", "").rsplit("/", 1)[-1]
        profile = next((one for one in iam_backends[account.id]["aws"].instance_profiles.values() if one.name == name), None)
        for one in profile.roles if profile else []:
            demand(key, "iam:PassRole", one.arn, {"iam:PassedToService": ["ec2.amazonaws.com"]})
    elif action in ("CreateVolume", "CreateSnapshot", "CreateSecurityGroup", "CreateImage"):
        _create(key, region, action, params, {"CreateVolume": ["volume"], "CreateSnapshot": ["snapshot"], "CreateSecurityGroup": ["security-group"]}.get(action, ["image"]))
    else:
        names = ("InstanceId", "VolumeId", "SnapshotId", "GroupId", "ResourceId")
        asked = [one for name in names for one in _numbered(params, name)] + [params[name] for name in names if name in params]
        ids = [] if action.startswith("Describe") else asked
        tags = _request_tags(_tags(params, "Tag")) if action in ("CreateTags", "DeleteTags") else {}
        for id in ids:
            demand(key, f"ec2:{action}", _arn(account, region, id), {**context, **tags, **_resource_tags(account, region, id)})
        if not ids:
            demand(key, f"ec2:{action}", "*", context)


def check_other(key, service, region, action, params):
    account = key.account
    resource = "*"
    if service == "iam":
        for name, kind in (("RoleName", "role"), ("InstanceProfileName", "instance-profile"), ("UserName", "user")):
            if name in params:
                resource = f"arn:aws:iam::{account.id}:{kind}/{params[name]}"
                break
    elif service == "ssm" and "Name" in params:
        owner = "" if params["Name"].startswith("/aws/service/") else account.id
        resource = f"arn:aws:ssm:{region}:{owner}:parameter{params['Name']}"
    elif service == "sts":
        if action in ("GetCallerIdentity", "AssumeRoleWithWebIdentity", "AssumeRole", "GetSessionToken"):
            return  # the first needs no right, the others are decided by trust
        resource = f"arn:aws:sts::{account.id}:federated-user/{params.get('Name')}"
    demand(key, f"{service}:{action}", resource, {"aws:RequestedRegion": [region]})


BUCKET_RIGHTS = {
    "location": "BucketLocation", "lifecycle": "LifecycleConfiguration", "versioning": "BucketVersioning", "tagging": "BucketTagging",
    "policy": "BucketPolicy", "encryption": "EncryptionConfiguration", "publicaccessblock": "BucketPublicAccessBlock",
    "ownershipcontrols": "BucketOwnershipControls", "acl": "BucketAcl", "cors": "BucketCORS", "object-lock": "BucketObjectLockConfiguration",
}


def s3_right(request, bucket, key):
    """(action, resource, context) of a request. https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html"""
    named, method = {name.lower(): value for name, value in request.query}, request.method
    arn = f"arn:aws:s3:::{bucket}"
    if not bucket:
        return "s3:ListAllMyBuckets", "*", {}
    if not key:
        for name, right in BUCKET_RIGHTS.items():
            if name in named:
                verb = "Get" if method in ("GET", "HEAD") else "Delete" if method == "DELETE" and name == "policy" else "Put"
                return f"s3:{verb}{right}", arn, {}
        if method in ("PUT", "DELETE"):
            return ("s3:CreateBucket" if method == "PUT" else "s3:DeleteBucket"), arn, {}
        if "uploads" in named:
            return "s3:ListBucketMultipartUploads", arn, {}
        context = {"s3:prefix": [named.get("prefix", "")], "s3:delimiter": [named["delimiter"]] if "delimiter" in named else []}
        return ("s3:ListBucketVersions" if "versions" in named else "s3:ListBucket"), arn, context
    arn, verb = f"{arn}/{key}", {"GET": "Get", "HEAD": "Get", "DELETE": "Delete"}.get(method, "Put")
    if "tagging" in named:
        return f"s3:{verb}ObjectTagging", arn, {}
    if "uploadid" in named and verb in ("Get", "Delete"):
        return ("s3:ListMultipartUploadParts" if verb == "Get" else "s3:AbortMultipartUpload"), arn, {}
    version = "Version" if "versionid" in named and verb != "Put" else ""
    return f"s3:{verb}Object{version}", arn, {}


def decoded_key(path):
    """(bucket, key) of a path-style address."""
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, unquote_plus(key.replace("+", "%2B"))
