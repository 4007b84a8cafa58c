"""What PyJWT accepts and refuses."""

import base64
import json

import boto3
import jwt
from common import ENDPOINT, admin_sign_in, create_client, create_pool, step
from verify import verifier

cognito = boto3.client("cognito-idp")
PASSWORD = "Correct-horse-9"


def tokens_of(pool_id, client):
    return admin_sign_in(cognito, pool_id, client, "alice", PASSWORD)


def create_user(pool_id):
    of_user = {"UserPoolId": pool_id, "Username": "alice"}
    cognito.admin_create_user(**of_user, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**of_user, Password=PASSWORD, Permanent=True)


def refused(token, use, error=jwt.InvalidTokenError):
    try:
        verify(token, use)
    except error:
        return
    raise AssertionError(f"not refused as {use} token")


def tampered(token, part, change):
    parts = token.split(".")
    content = base64.urlsafe_b64decode(parts[part] + "=" * (-len(parts[part]) % 4))
    parts[part] = base64.urlsafe_b64encode(change(content)).rstrip(b"=").decode()
    return ".".join(parts)


def as_root(payload):
    claims = json.loads(payload)
    claims["username" if claims["token_use"] == "access" else "cognito:username"] = "root"
    return json.dumps(claims).encode()


def one_bit_off(signature):
    return signature[:-1] + bytes([signature[-1] ^ 1])


print(f"with PyJWT {jwt.__version__}", flush=True)
pool_id, client = create_pool(cognito, "verifier-pyjwt")
create_user(pool_id)
verify = verifier(ENDPOINT, pool_id, client["ClientId"])
tokens = tokens_of(pool_id, client)
both = [(tokens["AccessToken"], "access"), (tokens["IdToken"], "id")]

with step("accepts the access token"):
    claims = verify(tokens["AccessToken"], "access")
    assert claims["username"] == "alice" and "aws.cognito" in claims["scope"], claims
with step("accepts the ID token"):
    assert verify(tokens["IdToken"], "id")["cognito:username"] == "alice"
with step("refuses a tampered payload"):
    for token, use in both:
        refused(tampered(token, 1, as_root), use, jwt.InvalidSignatureError)
with step("refuses a tampered signature"):
    for token, use in both:
        refused(tampered(token, 2, one_bit_off), use, jwt.InvalidSignatureError)
with step("refuses the wrong use"):
    refused(tokens["AccessToken"], "id")
    refused(tokens["IdToken"], "access")
with step("refuses a token of another client"):
    others = tokens_of(pool_id, create_client(cognito, pool_id, "another"))
    refused(others["AccessToken"], "access")
    refused(others["IdToken"], "id")
with step("refuses a token of another pool"):
    other_pool, other_client = create_pool(cognito, "another")
    create_user(other_pool)
    others = tokens_of(other_pool, other_client)
    # By its key already: each pool has keys of its own.
    refused(others["AccessToken"], "access", jwt.PyJWKClientError)
    refused(others["IdToken"], "id", jwt.PyJWKClientError)
