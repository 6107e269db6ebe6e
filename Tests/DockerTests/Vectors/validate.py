"""validate.py DESCRIPTION: checks the JSON on stdin as the body of POST /containers/create; prints what is wrong, ends with 1 then.

jsonschema does the checking. This file only turns Swagger's schema into one: `allOf` is merged, and an object that lists its
properties may have no others, so that a misspelt name is found (the engine itself ignores those).
"""
import json
import sys

import jsonschema
import yaml


def schema(node, root):
    if isinstance(node, list):
        return [schema(item, root) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return schema(root["definitions"][node["$ref"].rsplit("/", 1)[1]], root)
    parts = [schema(part, root) for part in node.get("allOf", [])]
    result = {key: schema(value, root) for key, value in node.items() if key not in ("allOf", "example", "default")}
    if "properties" in node:
        result["properties"] = {key: schema(value, root) for key, value in node["properties"].items()}
    for part in parts:
        result.setdefault("type", part.get("type"))
        result.setdefault("properties", {}).update(part.get("properties", {}))
    if result.get("properties") and "additionalProperties" not in result:
        result["additionalProperties"] = False
    if result.pop("x-nullable", False) and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
    return result


with open(sys.argv[1], encoding="utf-8") as file:
    document = yaml.safe_load(file)
parameters = document["paths"]["/containers/create"]["post"]["parameters"]
body = next(parameter for parameter in parameters if parameter["name"] == "body")["schema"]
errors = list(jsonschema.Draft4Validator(schema(body, document)).iter_errors(json.load(sys.stdin)))
for error in errors:
    print("/".join(str(part) for part in error.absolute_path) + ": " + error.message)
sys.exit(1 if errors else 0)
