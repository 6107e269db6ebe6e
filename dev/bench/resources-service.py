#!/usr/bin/env python3
"""What dev/bench/resources and dev/bench/fleet ask: EC2's DescribeInstances with the machines of one home in pages, and little else.

Arguments: the home's id, a file to write the port to, and then, if wanted, the first machine's number, how many pages there are, how many machines
are on each, and the seconds that a page takes. Signatures are not checked.
"""

import http.server
import sys
import time
import urllib.parse

# By default a page takes what EC2 takes for a thousand machines on a good day.
FIRST, PAGES, SIZE, PAUSE = 0, 10, 1_000, 1.0
NAMESPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
installation, port_file = sys.argv[1:3]
if len(sys.argv) > 3:
    FIRST, PAGES, SIZE = map(int, sys.argv[3:6])
    PAUSE = float(sys.argv[6])


def machine(number):
    """One instance, with about as much said of it as AWS says."""
    tags = {
        "CreatedBy": "runpilot", "runpilot:owner": "bench", "runpilot:installation": installation,
        "runpilot:intent": f"01a1fc0b-e380-7690-9198-{number:012}", "runpilot:run": f"01a1fc0b-e380-7690-9199-{number:012}",
        "runpilot:rate": "1.006 USD/h; catalogue; 2026-11-01", "Name": f"runpilot-rp_{number:05}",
    }
    items = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in tags.items())
    return f"""<item><reservationId>r-{number:017x}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>
<instanceId>i-{number:017x}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState>
<privateDnsName>ip-10-0-{number // 250}-{number % 250}.ec2.internal</privateDnsName><dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex><productCodes/>
<instanceType>g5.xlarge</instanceType><launchTime>2026-11-20T12:00:00.000Z</launchTime><placement><availabilityZone>us-east-1a</availabilityZone>
<groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring><subnetId>subnet-0123456789abcdef0</subnetId>
<vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.{number // 250}.{number % 250}</privateIpAddress><sourceDestCheck>true</sourceDestCheck>
<groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>default</groupName></item></groupSet><architecture>x86_64</architecture>
<rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs>
<volumeId>vol-{number:017x}</volumeId><status>attached</status><attachTime>2026-11-20T12:00:01.000Z</attachTime>
<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType>
<clientToken>{number:036}</clientToken><tagSet>{items}</tagSet><hypervisor>xen</hypervisor><networkInterfaceSet/><ebsOptimized>false</ebsOptimized>
<enaSupport>true</enaSupport><metadataOptions><state>applied</state><httpTokens>required</httpTokens>
<httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item></instancesSet></item>"""


def page(index):
    """One answer of DescribeInstances."""
    machines = "".join(machine(FIRST + index * SIZE + number) for number in range(SIZE))
    token = f"<nextToken>{index + 1}</nextToken>" if index + 1 < PAGES else ""
    return (f"<DescribeInstancesResponse {NAMESPACE}><requestId>x</requestId><reservationSet>{machines}</reservationSet>{token}"
            "</DescribeInstancesResponse>").encode()


pages = [page(index) for index in range(PAGES)]
identity = (b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            b"<Arn>arn:aws:iam::123456789012:user/bench</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
            b"</GetCallerIdentityResponse>")


class Service(http.server.BaseHTTPRequestHandler):
    """The service."""

    protocol_version = "HTTP/1.1"

    def answer(self, body):
        """Sends a whole answer."""
        self.send_response(200)
        self.send_header("Content-Type", "text/xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def slowly(self, index):
        """Sends a page after the time that it takes."""
        time.sleep(PAUSE)
        self.answer(pages[index])

    def do_GET(self):  # noqa: N802
        """The same pages, for those who do not sign."""
        self.slowly(int(self.path.rsplit("/", 1)[1]))

    def do_POST(self):  # noqa: N802
        """A call of the query protocol."""
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = form["Action"][0]
        if action == "DescribeInstances":
            self.slowly(int(form.get("NextToken", ["0"])[0]))
        elif action == "GetCallerIdentity":
            self.answer(identity)
        else:
            self.answer(f"<{action}Response {NAMESPACE}><requestId>x</requestId></{action}Response>".encode())

    def log_message(self, *_):
        """Nobody reads it."""


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
with open(port_file, "w", encoding="ascii") as file:
    file.write(str(server.server_address[1]))
server.serve_forever()
