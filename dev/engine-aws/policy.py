"""What a policy allows: the part of IAM's language that a trainer's policies need.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
A condition operator that is not known here never holds: a policy that needs it allows less, not more.
"""

import re


def _list(value):
    return value if isinstance(value, list) else [value]


def _like(pattern, text, ignore_case=False):
    """Whether `*` and `?` of the pattern cover the text."""
    words = "".join(".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch(words, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


OPERATORS = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": lambda value, wanted: _like(wanted, value),
    "ArnEquals": lambda value, wanted: _like(wanted, value),
    "ArnLike": lambda value, wanted: _like(wanted, value),
    "Bool": lambda value, wanted: value.lower() == str(wanted).lower(),
    "NumericLessThanEquals": lambda value, wanted: float(value) <= float(wanted),
}


def _holds(operator, values, wanted):
    """One condition. `values`: of the request's key, none when it is absent."""
    name, optional = (operator[: -len("IfExists")], True) if operator.endswith("IfExists") else (operator, False)
    every, name = name.startswith("ForAllValues:"), name.split(":", 1)[-1]
    if name == "Null":
        return (not values) == (str(_list(wanted)[0]).lower() == "true")
    negated = "Not" in name
    compare = OPERATORS.get(name.replace("Not", ""))
    if compare is None:
        return False
    if not values:
        return optional or every or negated
    hits = [any(compare(value, one) for one in _list(wanted)) != negated for value in values]
    return all(hits) if every or negated else any(hits)


def _applies(statement, action, resource, context):
    wanted = statement.get("Action", statement.get("NotAction", []))
    if any(_like(one, action, True) for one in _list(wanted)) == ("Action" not in statement):
        return False
    wanted = statement.get("Resource", statement.get("NotResource", []))
    if any(_like(one, resource) for one in _list(wanted)) == ("Resource" not in statement):
        return False
    known = {key.lower(): values for key, values in context.items()}
    conditions = statement.get("Condition", {})
    return all(_holds(op, known.get(key.lower(), []), want) for op, keys in conditions.items() for key, want in keys.items())


def _verdict(documents, action, resource, context):
    """`Allow`, `Deny`, or None when nothing speaks about it."""
    effects = {
        statement["Effect"]
        for document in documents
        for statement in _list(document.get("Statement", []))
        if _applies(statement, action, resource, context)
    }
    return "Deny" if "Deny" in effects else "Allow" if "Allow" in effects else None


def allows(documents, session, action, resource, context):
    """Whether the policies of an identity allow it, within what its session's policies allow (no limit when there are none)."""
    verdicts = [_verdict(documents, action, resource, context)] + [_verdict([one], action, resource, context) for one in session]
    return all(verdict == "Allow" for verdict in verdicts)
