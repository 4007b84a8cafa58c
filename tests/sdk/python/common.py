"""What the programs in Python share. Its environment is that of scripts/sdk-stories."""

import base64
import hashlib
import hmac
import json
import os
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager

ENDPOINT = os.environ["USER_DIRECTORY_SERVER_ENDPOINT"]
TOKEN = os.environ["USER_DIRECTORY_SERVER_TOKEN"]

FLOWS = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@contextmanager
def step(name):
    """Prints the step's name once it has passed. The script compares the names with the list."""
    try:
        yield
    except BaseException:
        print(f"FAILED: {name}", file=sys.stderr)
        raise
    print(name, flush=True)


def code_from_inbox(username):
    """The code that was last sent to a user."""
    query = urllib.parse.urlencode({"username": username})
    request = urllib.request.Request(
        f"{ENDPOINT}/_user-directory/inbox?{query}", headers={"authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)[-1]["code"]


def secret_hash(client, username):
    message = (username + client["ClientId"]).encode()
    digest = hmac.digest(client["ClientSecret"].encode(), message, hashlib.sha256)
    return base64.b64encode(digest).decode()


def create_pool(cognito, name):
    """A pool's id and a confidential client of it."""
    pool = cognito.create_user_pool(PoolName=name, AutoVerifiedAttributes=["email"])["UserPool"]
    return pool["Id"], create_client(cognito, pool["Id"], name)


def create_client(cognito, pool_id, name):
    return cognito.create_user_pool_client(
        UserPoolId=pool_id, ClientName=name, GenerateSecret=True, ExplicitAuthFlows=FLOWS
    )["UserPoolClient"]


def admin_sign_in(cognito, pool_id, client, username, password):
    return cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={
            "USERNAME": username,
            "PASSWORD": password,
            "SECRET_HASH": secret_hash(client, username),
        },
    )["AuthenticationResult"]
