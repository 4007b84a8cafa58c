"""A sign-in by SRP, by pycognito."""

import base64
import json
import platform
from importlib.metadata import version

import boto3
from botocore.exceptions import ClientError
from common import step
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

# The endpoint, the region and the credentials are in the environment.
cognito = boto3.client("cognito-idp")

PASSWORD, NEW_PASSWORD = "Correct-horse-9", "Battery-staple-7"

print(f"with pycognito {version('pycognito')} on Python {platform.python_version()}", flush=True)


def create_client(pool_id, has_secret):
    return cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="srp",
        GenerateSecret=has_secret,
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]


def create_user(name):
    """A user with a temporary password."""
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username=name,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )


def srp(client, name, password):
    return AWSSRP(
        username=name,
        password=password,
        pool_id=pool_id,
        client_id=client["ClientId"],
        client=cognito,
        client_secret=client.get("ClientSecret"),
    )


def sign_in(client, name, password):
    return srp(client, name, password).authenticate_user()["AuthenticationResult"]


def refused(client, name, password, code, message):
    try:
        sign_in(client, name, password)
    except ClientError as error:
        answer = error.response["Error"]
        assert (answer["Code"], answer["Message"]) == (code, message), answer
    else:
        raise AssertionError(f"not refused; {code} was expected")


WRONG = ("NotAuthorizedException", "Incorrect username or password.")

with step("creates a pool with a client that allows SRP"):
    pool_id = cognito.create_user_pool(PoolName="story-srp")["UserPool"]["Id"]
    client = create_client(pool_id, has_secret=False)
    create_user("alice")
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True
    )

with step("signs in"):
    tokens = sign_in(client, "alice", PASSWORD)
    assert tokens["TokenType"] == "Bearer", tokens.keys()

with step("finds the user's name in the access token"):
    payload = tokens["AccessToken"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["username"] == "alice", claims

with step("is refused a wrong password"):
    refused(client, "alice", "Wrong-horse-9", *WRONG)

with step("is told that a user is unknown"):
    refused(client, "nobody", PASSWORD, "UserNotFoundException", "User does not exist.")

with step("is asked for a new password after a temporary one"):
    create_user("bob")
    try:
        sign_in(client, "bob", PASSWORD)
    except ForceChangePasswordException:
        pass
    else:
        raise AssertionError("signed in with a temporary password")

with step("sets the new password and is signed in"):
    answer = srp(client, "bob", PASSWORD).set_new_password_challenge(NEW_PASSWORD)
    assert "AccessToken" in answer["AuthenticationResult"], answer.keys()

with step("signs in with the new password"):
    sign_in(client, "bob", NEW_PASSWORD)
    refused(client, "bob", PASSWORD, *WRONG)

client = create_client(pool_id, has_secret=True)

with step("signs in with a client secret"):
    assert client["ClientSecret"]
    sign_in(client, "alice", PASSWORD)

with step("is refused a wrong password with a client secret"):
    refused(client, "alice", "Wrong-horse-9", *WRONG)
