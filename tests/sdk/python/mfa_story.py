"""Second factors, by pycognito."""

import platform
import time
from importlib.metadata import version

import boto3
import pyotp
from botocore.exceptions import ClientError
from common import ENDPOINT, code_from_inbox, step
from pycognito import Cognito
from pycognito.exceptions import SMSMFAChallengeException, SoftwareTokenMFAChallengeException

# The endpoint, the region and the credentials are in the environment.
cognito = boto3.client("cognito-idp")

PASSWORD = "Correct-horse-9"
PHONE = "+15555550101"
ROLE = "arn:aws:iam::123456789012:role/sms"

print(
    f"with pycognito {version('pycognito')} and pyotp {version('pyotp')}"
    f" on Python {platform.python_version()}",
    flush=True,
)


def user():
    """Alice, who is not signed in."""
    return Cognito(
        pool_id,
        client["ClientId"],
        client_secret=client["ClientSecret"],
        username="alice",
        # Besides the calls it goes by this for the keys, and for the tokens' issuer.
        boto3_client_kwargs={"endpoint_url": ENDPOINT},
    )


def is_asked(own, exception):
    """Alice signs in by SRP, and is asked for a factor."""
    try:
        own.authenticate(PASSWORD)
    except exception:
        return own
    raise AssertionError("signed in without a second factor")


def factors():
    shown = cognito.admin_get_user(UserPoolId=pool_id, Username="alice")
    return shown.get("UserMFASettingList"), shown.get("PreferredMfaSetting")


def refused(call, code):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response["Error"]
    else:
        raise AssertionError(f"not refused; {code} was expected")


with step("creates a pool with second factors that are optional"):
    pool_id = cognito.create_user_pool(PoolName="story-mfa")["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        SmsMfaConfiguration={"SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "story"}},
    )
    client = cognito.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="mfa",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username="alice",
        UserAttributes=[{"Name": "phone_number", "Value": PHONE}],
        MessageAction="SUPPRESS",
    )
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username="alice", Password=PASSWORD, Permanent=True
    )

with step("signs in without a factor"):
    signed_in = user()
    signed_in.authenticate(PASSWORD)
    assert signed_in.access_token

with step("sets up an authenticator app"):
    app = pyotp.TOTP(signed_in.associate_software_token())
    # The code of the step before this one, so that this one's is still good.
    assert signed_in.verify_software_token(app.at(time.time() - 30), "a phone")
    assert factors() == (None, None), factors()

with step("prefers the app"):
    signed_in.set_user_mfa_preference(False, True, "SOFTWARE_TOKEN")
    assert factors() == (["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"), factors()

with step("is asked for the code of the app, and refused a wrong one"):
    own = is_asked(user(), SoftwareTokenMFAChallengeException)
    wrong = app.at(time.time() + 30_000)
    refused(lambda: own.respond_to_software_token_mfa_challenge(wrong), "CodeMismatchException")

with step("is signed in by the code of the app"):
    code = app.now()
    own.respond_to_software_token_mfa_challenge(code)
    assert own.access_token

with step("is refused a code that was used"):
    own = is_asked(user(), SoftwareTokenMFAChallengeException)
    refused(lambda: own.respond_to_software_token_mfa_challenge(code), "ExpiredCodeException")

with step("prefers text messages"):
    signed_in.set_user_mfa_preference(True, True, "SMS")
    assert factors() == (["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SMS_MFA"), factors()

with step("is asked for the code of a text message, and signed in by it"):
    own = is_asked(user(), SMSMFAChallengeException)
    own.respond_to_sms_mfa_challenge(code_from_inbox("alice"))
    assert own.access_token

with step("disables both, and signs in without a factor"):
    signed_in.set_user_mfa_preference(False, False)
    assert factors() == (None, None), factors()
    own = user()
    own.authenticate(PASSWORD)
    assert own.access_token
