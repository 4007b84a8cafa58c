"""What the tests of an application begin with: a server of their own, as it started for each test."""

# recipe
import json
import os
import re
import subprocess
from urllib.request import Request, urlopen

import boto3
import pytest

SERVER = os.environ.get("USER_DIRECTORY_SERVER", "user-directory-server")


@pytest.fixture(scope="session")
def server():
    command = [SERVER, "--port=0", "--quiet", "--log-level=error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = (process.stdout.readline() for _ in range(8))
        yield dict(re.split("  +", line.strip()) for line in lines if "  " in line)
        process.terminate()


def control(server, method, path):
    token = {"authorization": "Bearer " + server["control token"]}
    with urlopen(Request(server["control plane"] + path, method=method, headers=token)) as answer:
        return json.loads(answer.read() or "null")


@pytest.fixture
def cognito(server):
    control(server, "POST", "/reset")
    made_up = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    place = {"endpoint_url": server["endpoint"], "region_name": server["region"]}
    return boto3.client("cognito-idp", **place, **made_up)


def test_signs_up_with_the_code_from_the_inbox(server, cognito):
    client = cognito.create_user_pool_client(
        UserPoolId=server["user pool id"],
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    alice = {"ClientId": client, "Username": "alice"}
    email = {"Name": "email", "Value": "alice@example.com"}
    cognito.sign_up(**alice, Password="Correct-horse-9", UserAttributes=[email])
    [message] = control(server, "GET", "/inbox?username=alice")
    cognito.confirm_sign_up(**alice, ConfirmationCode=message["code"])
    password = {"USERNAME": "alice", "PASSWORD": "Correct-horse-9"}
    signed_in = cognito.initiate_auth(
        ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=password
    )
    assert signed_in["AuthenticationResult"]["TokenType"] == "Bearer"


def test_starts_each_test_anew(server, cognito):
    assert cognito.list_users(UserPoolId=server["user pool id"])["Users"] == []
    assert control(server, "GET", "/inbox") == []
# end of recipe
