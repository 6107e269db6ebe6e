"""The Security Token Service: sessions of roles and users, with session policies and by the account's clock."""

import json
import time
from xml.sax.saxutils import escape

import permission
from wire import Refusal, Reply
from world import letters, parsed


def _answer(action, inner):
    return Reply.xml(
        f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>{inner}</{action}Result>'
        f"<ResponseMetadata><RequestId>{letters(20)}</RequestId></ResponseMetadata></{action}Response>"
    )


def _credentials(key):
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(key.expires))
    return (
        f"<Credentials><AccessKeyId>{key.id}</AccessKeyId><SecretAccessKey>{escape(key.secret)}</SecretAccessKey>"
        f"<SessionToken>{escape(key.token)}</SessionToken><Expiration>{expires}</Expiration></Credentials>"
    )


def _session(params):
    policy = params.get("Policy")
    if policy is None:
        return []
    try:
        return [json.loads(policy)]
    except ValueError:
        raise Refusal("MalformedPolicyDocument", "This policy contains invalid Json") from None


def _lifetime(params, key, default, most):
    seconds = int(params.get("DurationSeconds", default))
    if key is not None and key.root:
        # "If the specified duration is longer than one hour, the session obtained by using root user credentials defaults to one hour."
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
        seconds = min(seconds, 3600)
    # A role assumed with a role's own session lives for an hour at most. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
    most = 3600 if key is not None and key.role else most
    if not 900 <= seconds <= most:
        raise Refusal("ValidationError", f"The requested DurationSeconds exceeds the limits 900 to {most}: {seconds}")
    return seconds


def _trusts(role, key):
    principals = [
        one
        for statement in permission.statements(parsed(role.assume_role_policy_document))
        if statement["Effect"] == "Allow"
        for one in (lambda value: value if isinstance(value, list) else [value])(statement.get("Principal", {}).get("AWS", []))
    ]
    account = key.account.id
    whole = {"*", account, f"arn:aws:iam::{account}:root"}
    return bool(whole & set(principals)) or key.arn in principals


def assume_role(world, key, params, lifetime, trusted):
    account_id, name = params["RoleArn"].split(":")[4], params["RoleArn"].rsplit("/", 1)[-1]
    account = world.accounts.get(account_id)
    role = permission.role(account, name) if account else None
    if role is None or not trusted(role):
        who = key.arn if key else "anonymous"
        raise Refusal("AccessDenied", f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {params['RoleArn']}", 403)
    session = params["RoleSessionName"]
    arn = f"arn:aws:sts::{account_id}:assumed-role/{name}/{session}"
    made = world.issue(account, arn, f"{role.id}:{session}", lifetime, role=name, session=_session(params))
    user = f"<AssumedRoleUser><AssumedRoleId>{made.user_id}</AssumedRoleId><Arn>{arn}</Arn></AssumedRoleUser>"
    return _credentials(made) + user


def answer(world, key, action, params):
    account = key.account if key else None
    if action == "GetCallerIdentity":
        return _answer(action, f"<Arn>{key.arn}</Arn><UserId>{key.user_id}</UserId><Account>{account.id}</Account>")
    if action == "AssumeRole":
        return _answer(action, assume_role(world, key, params, _lifetime(params, key, 3600, 43200), lambda role: _trusts(role, key)))
    if action == "AssumeRoleWithWebIdentity":
        if not params.get("WebIdentityToken", "").startswith("test-identity"):
            raise Refusal("InvalidIdentityToken", "The token is none of the tests': it begins with test-identity")
        return _answer(action, assume_role(world, None, params, _lifetime(params, None, 3600, 43200), lambda role: True))
    if key.token is not None and action in ("GetSessionToken", "GetFederationToken"):
        raise Refusal("AccessDenied", f"Cannot call {action} with session credentials", 403)
    if action == "GetSessionToken":
        made = world.issue(account, key.arn, key.user_id, _lifetime(params, key, 43200, 129600), root=key.root, user=key.user)
        return _answer(action, _credentials(made))
    if action == "GetFederationToken":
        arn = f"arn:aws:sts::{account.id}:federated-user/{params['Name']}"
        # Without a policy such a session may do nothing.
        session = _session(params) or [{"Statement": []}]
        made = world.issue(account, arn, f"{account.id}:{params['Name']}", _lifetime(params, key, 43200, 129600), root=key.root, user=key.user, session=session)
        return _answer(action, _credentials(made) + f"<FederatedUser><FederatedUserId>{made.user_id}</FederatedUserId><Arn>{arn}</Arn></FederatedUser>")
    raise Refusal("InvalidAction", f"dev/engine-aws does not have sts:{action}")
