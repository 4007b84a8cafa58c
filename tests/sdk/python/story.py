"""The story, by boto3."""

import base64
import json
import platform
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import boto3
from botocore.exceptions import ClientError
from common import admin_sign_in, code_from_inbox, create_pool, secret_hash, step

# The endpoint, the region and the credentials are in the environment.
cognito = boto3.client("cognito-idp")

USER, PASSWORD, NEW_PASSWORD = "alice", "Correct-horse-9", "Battery-staple-7"
WRONG = "Incorrect username or password."


@contextmanager
def refused(code, message=None):
    """What is in it fails with a code, and a text if one is given."""
    try:
        yield
    except ClientError as error:
        answer = error.response["Error"]
        assert answer["Code"] == code, answer
        assert message is None or answer["Message"] == message, answer
        # botocore has a class for each error that Cognito's model has.
        assert type(error).__name__ in (code, "ClientError"), type(error)
    else:
        raise AssertionError(f"not refused; {code} was expected")


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def attributes(answer, key="UserAttributes"):
    return {attribute["Name"]: attribute["Value"] for attribute in answer[key]}


print(f"with boto3 {boto3.__version__} on Python {platform.python_version()}", flush=True)

with step("creates a pool and a confidential client"):
    pool_id, client = create_pool(cognito, "story-boto3")
    assert pool_id.startswith("local-fake-1_"), pool_id
    described = cognito.describe_user_pool(UserPoolId=pool_id)
    assert described["UserPool"]["AutoVerifiedAttributes"] == ["email"], described
    assert described["ResponseMetadata"]["RequestId"], described
of_pool = {"UserPoolId": pool_id}
of_user = {**of_pool, "Username": USER}


def sign_in(password):
    return admin_sign_in(cognito, pool_id, client, USER, password)


def refresh(token):
    parameters = {"REFRESH_TOKEN": token, "SECRET_HASH": secret_hash(client, USER)}
    return cognito.admin_initiate_auth(
        **of_pool,
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters=parameters,
    )["AuthenticationResult"]


def create_user():
    return cognito.admin_create_user(
        **of_user,
        TemporaryPassword="Temporary-1",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "alice@example.com"}],
    )["User"]


def set_password():
    cognito.admin_set_user_password(**of_user, Password=PASSWORD, Permanent=True)


# What an administrator does with a user.

with step("creates a user without an invitation"):
    created = create_user()
    assert created["UserStatus"] == "FORCE_CHANGE_PASSWORD", created
with step("sets a permanent password"):
    set_password()
with step("signs in with the secret hash"):
    tokens = sign_in(PASSWORD)
    assert tokens["TokenType"] == "Bearer" and tokens["ExpiresIn"] == 3600, tokens.keys()
    assert claims(tokens["AccessToken"])["client_id"] == client["ClientId"]
    assert claims(tokens["IdToken"])["email"] == "alice@example.com"
with step("is refused a wrong password"), refused("NotAuthorizedException", WRONG):
    sign_in("Wrong-horse-9")
with step("refreshes, and gets no new refresh token"):
    refreshed = refresh(tokens["RefreshToken"])
    assert refreshed["AccessToken"] != tokens["AccessToken"] and "RefreshToken" not in refreshed
with step("reads the user"):
    user = cognito.admin_get_user(**of_user)
    assert user["UserStatus"] == "CONFIRMED" and user["Enabled"], user
    assert attributes(user)["sub"] == claims(tokens["AccessToken"])["sub"], user
    age = datetime.now(timezone.utc) - user["UserCreateDate"]
    assert abs(age) < timedelta(minutes=10), user
with step("signs the user out everywhere"):
    cognito.admin_user_global_sign_out(**of_user)
with step("is refused a refresh after the sign-out"), refused("NotAuthorizedException"):
    refresh(tokens["RefreshToken"])
with step("deletes the user"):
    cognito.admin_delete_user(**of_user)
with step("is refused a second deletion"), refused("UserNotFoundException"):
    cognito.admin_delete_user(**of_user)

# Groups.

with step("creates a group and adds a user"):
    create_user()
    set_password()
    group = cognito.create_group(**of_pool, GroupName="editors", Precedence=1)["Group"]
    assert group["GroupName"] == "editors" and group["Precedence"] == 1, group
    cognito.admin_add_user_to_group(**of_user, GroupName="editors")
with step("lists the users of the group"):
    users = cognito.list_users_in_group(**of_pool, GroupName="editors")["Users"]
    assert [user["Username"] for user in users] == [USER], users
    assert attributes(users[0], "Attributes")["email"] == "alice@example.com", users
with step("lists the groups of the user"):
    groups = cognito.admin_list_groups_for_user(**of_user)["Groups"]
    assert [group["GroupName"] for group in groups] == ["editors"], groups
with step("finds the group in both tokens"):
    tokens = sign_in(PASSWORD)
    for token in tokens["AccessToken"], tokens["IdToken"]:
        assert claims(token)["cognito:groups"] == ["editors"], claims(token)

# A user signs up and signs in. These calls have no signature.

USER = "bob"
of_client = {"ClientId": client["ClientId"], "SecretHash": secret_hash(client, USER)}


def own_sign_in(password):
    parameters = {"USERNAME": USER, "PASSWORD": password, "SECRET_HASH": of_client["SecretHash"]}
    return cognito.initiate_auth(
        ClientId=client["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )["AuthenticationResult"]


with step("signs up with the secret hash"):
    signed_up = cognito.sign_up(
        **of_client,
        Username=USER,
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    assert not signed_up["UserConfirmed"], signed_up
    delivery = signed_up["CodeDeliveryDetails"]
    assert (delivery["DeliveryMedium"], delivery["AttributeName"]) == ("EMAIL", "email"), delivery
with step("confirms the sign-up with the code from the inbox"):
    cognito.confirm_sign_up(**of_client, Username=USER, ConfirmationCode=code_from_inbox(USER))
with step("signs in with USER_PASSWORD_AUTH"):
    tokens = own_sign_in(PASSWORD)
with step("reads the own user by access token"):
    own = cognito.get_user(AccessToken=tokens["AccessToken"])
    assert own["Username"] == USER and attributes(own)["email_verified"] == "true", own

# A user has forgotten the password.

with step("asks for a recovery code"):
    delivery = cognito.forgot_password(**of_client, Username=USER)["CodeDeliveryDetails"]
    assert delivery["Destination"] == "b***@e***", delivery
with step("sets a new password with the code from the inbox"):
    cognito.confirm_forgot_password(
        **of_client,
        Username=USER,
        Password=NEW_PASSWORD,
        ConfirmationCode=code_from_inbox(USER),
    )
with step("signs in with the new password"):
    own_sign_in(NEW_PASSWORD)
with step("is refused the old password"), refused("NotAuthorizedException", WRONG):
    own_sign_in(PASSWORD)

# What there is not.

with step("is told which operation is not implemented"), refused("NotImplementedException"):
    cognito.create_identity_provider(
        **of_pool, ProviderName="Example", ProviderType="OIDC", ProviderDetails={"client_id": "x"}
    )
with step("finds no pool in another region"), refused("ResourceNotFoundException"):
    boto3.client("cognito-idp", region_name="eu-west-1").describe_user_pool(**of_pool)
