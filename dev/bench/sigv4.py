"""sigv4.py SECONDS: prints how many requests botocore signs in a second of a processor, and the time and signature of one. Its request is that of sigv4-speed."""

import sys
import time

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

credentials = ReadOnlyCredentials("AKIAEXAMPLEEXAMPLE00", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token/" * 60)
signer = S3SigV4Auth(credentials, "s3", "eu-west-2")


def sign():
    request = AWSRequest(
        "GET", "https://bucket.s3.eu-west-2.amazonaws.com/", params={"list-type": "2", "encoding-type": "url", "prefix": "models/run 10/"},
        headers={"x-amz-checksum-mode": "ENABLED", "Range": "bytes=0-16777215"})
    signer.add_auth(request)
    return request


count, start = 0, time.process_time()
while time.process_time() < start + float(sys.argv[1]):
    for _ in range(100):
        sign()
    count += 100
rate = count / (time.process_time() - start)
last = sign().headers
day = last["X-Amz-Date"]
print(int(rate), f"{day[:4]}-{day[4:6]}-{day[6:11]}:{day[11:13]}:{day[13:]}", last["Authorization"].rpartition("=")[2])
