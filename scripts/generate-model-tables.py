#!/usr/bin/env python3
"""Writes the tables of crates/user-directory-pool/src/model from the API model of Amazon Cognito.

The model is public, as a part of botocore:

    pip download botocore==1.44.8 --no-deps
    unzip -q botocore-1.44.8-py3-none-any.whl -d botocore-wheel
    scripts/generate-model-tables.py \\
        botocore-wheel/botocore/data/cognito-idp/2016-04-18/service-2.json.gz

Unpack the whole wheel: the version for the headers is read from its botocore/__init__.py.
Needs rustfmt.
"""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

# The operations whose inputs are walked for shapes: those of the one table.
TABLE = Path(__file__).parent.parent / "crates/user-directory/src/operation.rs"
OPERATIONS = re.findall(r"^    (\w+) (?:reads|changes) ", TABLE.read_text(), re.MULTILINE)

# Operations of which only these members are walked; `[]` stands for the items of a list.
ONLY_MEMBERS = {
    "CreateUserPool": [
        "AccountRecoverySetting",
        "AliasAttributes",
        "AutoVerifiedAttributes",
        "Policies.PasswordPolicy",
        "PoolName",
        "Schema",
        "UserAttributeUpdateSettings",
        "VerificationMessageTemplate",
        "AdminCreateUserConfig.InviteMessageTemplate",
        "AdminCreateUserConfig.UnusedAccountValidityDays",
        "DeletionProtection",
        "EmailConfiguration",
        "EmailVerificationMessage",
        "EmailVerificationSubject",
        "MfaConfiguration",
        "SmsAuthenticationMessage",
        "SmsConfiguration.ExternalId",
        "SmsConfiguration.SnsCallerArn",
        "SmsConfiguration.SnsRegion",
        "SmsVerificationMessage",
        "UserPoolAddOns.AdvancedSecurityMode",
        "UserPoolTier",
        "UsernameAttributes",
    ],
    "SetUserPoolMfaConfig": [
        "EmailMfaConfiguration",
        "MfaConfiguration",
        "SmsMfaConfiguration.SmsAuthenticationMessage",
        "UserPoolId",
    ],
    "UpdateUserPool": [
        "AccountRecoverySetting",
        "AutoVerifiedAttributes",
        "Policies.PasswordPolicy",
        "PoolName",
        "UserAttributeUpdateSettings",
        "UserPoolId",
        "UserPoolTier",
    ],
}

# Every constrained string or integer shape that the walk reaches stands in exactly one of the two
# lists below; the script refuses to run otherwise.
WANTED = [
    "AccessTokenValidityType",
    "AdminCreateUserUnusedAccountValidityDaysType",
    "AdvancedSecurityModeType",
    "AliasAttributeType",
    "ArnType",
    "AttributeDataType",
    "AttributeNameType",
    "AttributeValueType",
    "AuthFlowType",
    "AuthSessionValidityType",
    "ChallengeNameType",
    "ClientIdType",
    "ClientNameType",
    "ClientPermissionType",
    "ClientSecretIdType",
    "ClientSecretType",
    "ConfirmationCodeType",
    "CustomAttributeNameType",
    "DefaultEmailOptionType",
    "DeletionProtectionType",
    "DeliveryMediumType",
    "DescriptionType",
    "EmailAddressType",
    "EmailInviteMessageType",
    "EmailMfaMessageType",
    "EmailMfaSubjectType",
    "EmailSendingAccountType",
    "EmailVerificationMessageByLinkType",
    "EmailVerificationMessageType",
    "EmailVerificationSubjectByLinkType",
    "EmailVerificationSubjectType",
    "ExplicitAuthFlowsType",
    "FeatureType",
    "GroupNameType",
    "IdTokenValidityType",
    "MessageActionType",
    "PaginationKey",
    "PaginationKeyType",
    "PasswordHistorySizeType",
    "PasswordPolicyMinLengthType",
    "PasswordType",
    "PoolQueryLimitType",
    "PrecedenceType",
    "PreventUserExistenceErrorTypes",
    "PriorityType",
    "QueryLimit",
    "QueryLimitType",
    "RecoveryOptionNameType",
    "RefreshTokenValidityType",
    "RegionCodeType",
    "RetryGracePeriodSecondsType",
    "RevokeAssociatedSessionsType",
    "SESConfigurationSet",
    "SearchPaginationTokenType",
    "SecretHashType",
    "SessionType",
    "SmsInviteMessageType",
    "SmsVerificationMessageType",
    "SoftwareTokenMFAUserCodeType",
    "StringType",
    "TemporaryPasswordValidityDaysType",
    "TimeUnitsType",
    "TokenModelType",
    "UserFilterType",
    "UserPoolIdType",
    "UserPoolMfaType",
    "UserPoolNameType",
    "UserPoolTierType",
    "UsernameAttributeType",
    "UsernameType",
    "VerifiedAttributeType",
]
UNWANTED = [
    # AnalyticsConfiguration of an app client.
    "HexStringType",
    # Dynamic client registration.
    "ClientTypeType",
    # Remembered devices.
    "DeviceKeyType",
    # New in 1.44.8: the key of client secrets in AWS Secrets Manager.
    "OptionalArnType",
    # OAuth and the hosted pages.
    "OAuthFlowType",
    "ProviderNameType",
    "RedirectUrlType",
    "ScopeType",
]

# What the service enforces otherwise than the model says, as measured by
# https://github.com/badmintoncryer/cdk-preflight: every message needs a place for the code.
CODE = r"\{####\}"
TEXT = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*"
ENFORCED_PATTERNS = {
    "EmailInviteMessageType": TEXT + CODE + TEXT,
    "SmsInviteMessageType": "(?s).*" + CODE + "(?s).*",
    "SmsVerificationMessageType": "(?s).*" + CODE + "(?s).*",
}

REPOSITORY = Path(__file__).resolve().parent.parent
OUTPUT = REPOSITORY / "crates/user-directory-pool/src/model"
CONSTRAINTS = ("min", "max", "pattern", "enum")


def read_model(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def botocore_version(path):
    """From botocore/__init__.py, four directories above the model."""
    init = path.resolve().parents[3] / "__init__.py"
    found = init.is_file() and re.search(
        r"^__version__ = ['\"]([^'\"]+)['\"]", init.read_text(encoding="utf-8"), re.MULTILINE
    )
    if not found:
        sys.exit(f"no botocore version in {init}: unpack the whole wheel")
    return found[1]


def walk(shapes, name, reached):
    if name in reached:
        return
    reached.add(name)
    shape = shapes[name]
    inner = list(shape.get("members", {}).values())
    inner += [shape[part] for part in ("member", "key", "value") if part in shape]
    for reference in inner:
        walk(shapes, reference["shape"], reached)


def shape_at(shapes, name, path):
    """The shape of a member such as `Schema[].Name`, seen from a structure."""
    for part in path.replace("[]", ".[]").split("."):
        shape = shapes[name]
        name = shape["member"]["shape"] if part == "[]" else shape["members"][part]["shape"]
    return name


def reached_shapes(model):
    shapes = model["shapes"]
    reached = set()
    for operation in OPERATIONS:
        request = model["operations"][operation]["input"]["shape"]
        if operation in ONLY_MEMBERS:
            for path in ONLY_MEMBERS[operation]:
                walk(shapes, shape_at(shapes, request, path), reached)
        else:
            walk(shapes, request, reached)
    return {
        name
        for name in reached
        if shapes[name]["type"] in ("string", "integer")
        and any(constraint in shapes[name] for constraint in CONSTRAINTS)
    }


def check_lists(reached):
    wanted, unwanted = set(WANTED), set(UNWANTED)
    problems = {
        "both wanted and unwanted": wanted & unwanted,
        "neither wanted nor unwanted": reached - wanted - unwanted,
        "listed but not reached": (wanted | unwanted) - reached,
    }
    problems = [f"{what}: {', '.join(sorted(names))}" for what, names in problems.items() if names]
    if problems:
        sys.exit("\n".join(problems))


def constant(name):
    """`UserPoolIdType` is `USER_POOL_ID_TYPE`, `SESConfigurationSet` is `SES_CONFIGURATION_SET`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def option(value):
    return "None" if value is None else f"Some({value})"


def text(value):
    return json.dumps(value, ensure_ascii=False)


def raw(pattern):
    hashes = "#" if '"' in pattern else ""
    return f'r{hashes}"{pattern}"{hashes}'


def string_constant(name, shape):
    pattern = shape.get("pattern")
    return f"""
pub(crate) const {constant(name)}: StringShape = StringShape {{
    name: {text(name)},
    min: {option(shape.get("min"))},
    max: {option(shape.get("max"))},
    pattern: {option(pattern and raw(pattern))},
    values: &[{", ".join(text(value) for value in shape.get("enum", []))}],
    sensitive: {str(shape.get("sensitive", False)).lower()},
}};
"""


def integer_constant(name, shape):
    return f"""
pub(crate) const {constant(name)}: IntegerShape = IntegerShape {{
    name: {text(name)},
    min: {option(shape.get("min"))},
    max: {option(shape.get("max"))},
}};
"""


def header(version):
    return f"""\
//! Generated by `scripts/generate-model-tables.py` from `cognito-idp/2016-04-18/service-2.json` of
//! botocore {version}; do not edit.
"""


def shapes_file(model, version):
    shapes = {name: dict(model["shapes"][name]) for name in WANTED}
    for name, pattern in ENFORCED_PATTERNS.items():
        shapes[name]["pattern"] = pattern
    strings = {name: shape for name, shape in shapes.items() if shape["type"] == "string"}
    integers = {name: shape for name, shape in shapes.items() if shape["type"] == "integer"}
    patterns = sorted({shape["pattern"] for shape in strings.values() if "pattern" in shape})
    parts = [
        header(version),
        "#![allow(dead_code, reason = ",
        '"the table follows the API model, not what the requests check so far")]\n',
        "\nuse super::{IntegerShape, StringShape};\n",
    ]
    parts += [string_constant(name, shape) for name, shape in sorted(strings.items())]
    parts += [integer_constant(name, shape) for name, shape in sorted(integers.items())]
    parts += [
        "\n/// The patterns of the shapes above, each once.\n",
        "pub(super) const PATTERNS: &[&str] = &[",
        *(f"{raw(pattern)}," for pattern in patterns),
        "];\n",
    ]
    return "".join(parts)


def errors_file(model, version):
    rows = []
    for operation, description in sorted(model["operations"].items()):
        errors = ", ".join(text(error["shape"]) for error in description.get("errors", []))
        rows.append(f"    ({text(operation)}, &[{errors}]),\n")
    return f"""{header(version)}
/// The exceptions that the API model lists for an operation, in its order; `None` for a name that
/// is no operation.
pub fn modelled_errors(operation: &str) -> Option<&'static [&'static str]> {{
    let row = MODELLED_ERRORS.binary_search_by(|(name, _)| (*name).cmp(operation)).ok()?;
    Some(MODELLED_ERRORS[row].1)
}}

/// Sorted by operation, a line each.
#[rustfmt::skip]
pub(super) const MODELLED_ERRORS: &[(&str, &[&str])] = &[
{"".join(rows)}];
"""


def formatted(source):
    """By rustfmt, which takes the rest of its configuration from the repository."""
    command = ["rustfmt", "--edition", "2024", "--config", "max_width=100"]
    return subprocess.run(
        command, input=source, capture_output=True, encoding="utf-8", check=True, cwd=REPOSITORY
    ).stdout


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1])
    model, version = read_model(path), botocore_version(path)
    check_lists(reached_shapes(model))
    files = {
        "shapes.rs": formatted(shapes_file(model, version)),
        "modelled_errors.rs": formatted(errors_file(model, version)),
    }
    for name, content in files.items():
        (OUTPUT / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
