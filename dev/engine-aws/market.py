"""What is for sale: machine types and their prices, images, quotas. The figures are in market.json and are the tests' own."""

import datetime
import hashlib
import json
import os
import re

from wire import Refusal, Reply

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "market.json"), encoding="utf-8") as file:
    DATA = json.load(file)

DAY = 86400
CODES = {  # class → (on demand, spot). https://docs.aws.amazon.com/ec2/latest/userguide/ec2-on-demand-instances.html
    "standard": ("L-1216C47A", "L-34B43A08"), "g": ("L-DB2E81BA", "L-3819A6DF"), "p": ("L-417A185B", "L-7212CCBC"),
}


def image_id(region, name):
    return "ami-0" + hashlib.sha256(f"{region} {name}".encode()).hexdigest()[:16]


def images(region):
    made = datetime.datetime(2026, 10, 15, 6, 11)
    return [
        {"ami_id": image_id(region, one["name"]), "name": one["name"], "description": one["name"], "owner_id": one["owner"], "owner_alias": "amazon", "public": True,
         "architecture": one["architecture"], "image_location": "amazon/" + one["name"], "root_device_type": "ebs", "root_device_name": one["root"],
         "virtualization_type": "hvm", "hypervisor": "xen", "creation_date": made}
        for one in DATA["images"]
    ]


def _price(type, region):
    known = DATA["types"].get(type)
    return None if known is None or region not in DATA["regions"] else round(known["price"] * DATA["regions"][region]["factor"], 4)


def spot_price(account, type, zone, at=None):
    """USD an hour: as the account was told, or about a third of the usual price, other in each zone and on each day."""
    told = account.settings["spot_prices"]
    if f"{type}/{zone}" in told or type in told:
        return told.get(f"{type}/{zone}", told.get(type))
    usual = _price(type, zone[:-1])
    if usual is None:
        return None
    day = int((account.now() if at is None else at) // DAY)
    return round(usual * (0.30 + 0.04 * "abcdef".index(zone[-1])) * (1 + 0.01 * (day % 7)), 6)


def spot_history(account, region, params):
    """DescribeSpotPriceHistory: a price each midnight, newest first, and the one that was in force at the beginning."""
    def listed(name):
        return [value for key, value in params.items() if re.fullmatch(rf"{name}\.\d+", key)]

    def moment(name):
        return datetime.datetime.fromisoformat(params[name].replace("Z", "+00:00")).timestamp() if name in params else account.now()

    types = listed("InstanceType") or list(DATA["types"])
    zones = [params["AvailabilityZone"]] if "AvailabilityZone" in params else [region + one for one in DATA["regions"].get(region, {}).get("zones", "")]
    begin, end, rows = moment("StartTime"), moment("EndTime"), []
    if not listed("ProductDescription") or "Linux/UNIX" in listed("ProductDescription"):
        for type in types:
            for zone in zones:
                for day in range(int(end // DAY), int(begin // DAY) - 1, -1):
                    price = spot_price(account, type, zone, day * DAY)
                    if price is not None:
                        rows.append((type, zone, price, datetime.datetime.fromtimestamp(day * DAY, datetime.timezone.utc)))
    first, most = int(params.get("NextToken") or 0), min(int(params.get("MaxResults") or 1000), account.settings["spot_page"])
    items = "".join(
        f"<item><instanceType>{type}</instanceType><productDescription>Linux/UNIX</productDescription><spotPrice>{price:.6f}</spotPrice>"
        f"<timestamp>{at:%Y-%m-%dT%H:%M:%S.000Z}</timestamp><availabilityZone>{zone}</availabilityZone></item>"
        for type, zone, price, at in rows[first : first + most]
    )
    token = str(first + most) if first + most < len(rows) else ""
    return Reply.xml(
        '<DescribeSpotPriceHistoryResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>spot-history</requestId>'
        f"<spotPriceHistorySet>{items}</spotPriceHistorySet><nextToken>{token}</nextToken></DescribeSpotPriceHistoryResponse>"
    )


# Quotas.

def _class(type):
    return "p" if type.startswith("p") else "g" if type.startswith(("g", "vt")) else "standard"


def quota(account, code):
    return float(account.settings["quotas"].get(code, DATA["quotas"].get(code, 0)))


def check_quota(account, region, params, running):
    type, spot = params.get("InstanceType", ""), params.get("InstanceMarketOptions.MarketType") == "spot"
    if type not in DATA["types"]:
        return
    code = CODES[_class(type)][1 if spot else 0]
    used = sum(
        DATA["types"].get(one.instance_type, {"vcpus": 0})["vcpus"]
        for one in running
        if one._state.name in ("pending", "running") and (one.lifecycle == "spot") == spot and _class(one.instance_type) == _class(type)
    )
    if used + DATA["types"][type]["vcpus"] <= quota(account, code):
        return
    if spot:
        raise Refusal("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
    raise Refusal("VcpuLimitExceeded", f"You have requested more vCPU capacity than your current vCPU limit of {int(quota(account, code))} allows for the instance bucket that the specified instance type belongs to.")


def service_quotas(account, action, asked):
    def told(code):
        return {"ServiceCode": "ec2", "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)", "QuotaCode": code, "QuotaName": code, "Value": quota(account, code), "Unit": "None", "Adjustable": True}

    codes = [code for pair in CODES.values() for code in pair]
    if asked.get("ServiceCode") != "ec2" or asked.get("QuotaCode", codes[0]) not in codes:
        raise Refusal("NoSuchResourceException", "The request failed because the specified service or quota does not exist.")
    if action in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
        return {"Quota": told(asked["QuotaCode"])}
    if action == "ListServiceQuotas":
        return {"Quotas": [told(code) for code in codes]}
    raise Refusal("InvalidAction", f"dev/engine-aws does not have servicequotas:{action}")


# The public parameters that name images.

def parameters(region, action, asked):
    known = {name: image_id(region, one["name"]) for one in DATA["images"] for name in one["parameters"]}

    def told(name):
        return {"Name": name, "Type": "String", "Value": known[name], "Version": 1, "LastModifiedDate": 1792044660.0, "DataType": "aws:ec2:image",
                "ARN": f"arn:aws:ssm:{region}::parameter{name}"}

    if action == "GetParameter":
        if asked["Name"] not in known:
            raise Refusal("ParameterNotFound", f"Parameter {asked['Name']} not found.")
        return {"Parameter": told(asked["Name"])}
    if action == "GetParameters":
        return {"Parameters": [told(name) for name in asked["Names"] if name in known], "InvalidParameters": [name for name in asked["Names"] if name not in known]}
    if action == "GetParametersByPath":
        start = asked["Path"].rstrip("/") + "/"
        return {"Parameters": [told(name) for name in sorted(known) if name.startswith(start)]}
    raise Refusal("InvalidAction", f"dev/engine-aws does not have ssm:{action}")


# The price list.

def _product(attributes, family, unit, price):
    sku = hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()[:16].upper()
    dimension = {"unit": unit, "endRange": "Inf", "beginRange": "0", "description": "", "appliesTo": [], "rateCode": sku + ".JRTCKXETXF.6YS6EN2CT7", "pricePerUnit": {"USD": f"{price:.10f}"}}
    term = {"priceDimensions": {dimension["rateCode"]: dimension}, "sku": sku, "effectiveDate": "2026-11-01T00:00:00Z", "offerTermCode": "JRTCKXETXF", "termAttributes": {}}
    return {"product": {"productFamily": family, "attributes": {**attributes, "servicecode": "AmazonEC2", "servicename": "Amazon Elastic Compute Cloud"}, "sku": sku},
            "serviceCode": "AmazonEC2", "terms": {"OnDemand": {f"{sku}.JRTCKXETXF": term}}, "version": "20261101000000", "publicationDate": "2026-11-01T00:00:00Z"}


def products():
    for region in DATA["regions"]:
        place = {"regionCode": region, "location": DATA["regions"][region]["name"], "locationType": "AWS Region"}
        for type, known in DATA["types"].items():
            more = {"instanceType": type, "vcpu": str(known["vcpus"]), "memory": f"{known['memory']} GiB", "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA",
                    "capacitystatus": "Used", "marketoption": "OnDemand", "usagetype": f"BoxUsage:{type}", "operation": "RunInstances"}
            yield _product({**place, **more}, "Compute Instance", "Hrs", _price(type, region))
            yield _product({**place, **more, "tenancy": "Dedicated"}, "Compute Instance", "Hrs", _price(type, region) * 1.1)
        yield _product({**place, "volumeApiName": "gp3", "usagetype": "EBS:VolumeUsage.gp3"}, "Storage", "GB-Mo", DATA["gp3"])


def price_list(asked):
    def fits(product):
        has = {**product["product"]["attributes"], "productFamily": product["product"]["productFamily"]}
        return all(has.get(one["Field"]) == one["Value"] for one in asked.get("Filters", []))

    if any(one.get("Type") != "TERM_MATCH" for one in asked.get("Filters", [])):
        raise Refusal("InvalidParameterException", "dev/engine-aws knows filters of type TERM_MATCH only")
    found = [json.dumps(one) for one in products() if fits(one)]
    first, most = int(asked.get("NextToken") or 0), int(asked.get("MaxResults") or 100)
    more = {"NextToken": str(first + most)} if first + most < len(found) else {}
    return {"FormatVersion": "aws_v1", "PriceList": found[first : first + most], **more}
