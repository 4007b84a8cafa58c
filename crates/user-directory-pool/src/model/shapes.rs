//! Generated; do not edit.

use super::{IntegerShape, StringShape};

pub(crate) const ATTRIBUTE_NAME_TYPE: StringShape = StringShape {
    name: "AttributeNameType",
    min: Some(1),
    max: Some(32),
    pattern: Some(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+"),
    values: &[],
    sensitive: false,
};

pub(crate) const ATTRIBUTE_VALUE_TYPE: StringShape = StringShape {
    name: "AttributeValueType",
    min: None,
    max: Some(2048),
    pattern: None,
    values: &[],
    sensitive: true,
};

pub(crate) const AUTH_FLOW_TYPE: StringShape = StringShape {
    name: "AuthFlowType",
    min: None,
    max: None,
    pattern: None,
    values: &[
        "USER_SRP_AUTH",
        "REFRESH_TOKEN_AUTH",
        "REFRESH_TOKEN",
        "CUSTOM_AUTH",
        "ADMIN_NO_SRP_AUTH",
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "USER_AUTH",
    ],
    sensitive: false,
};

pub(crate) const CHALLENGE_NAME_TYPE: StringShape = StringShape {
    name: "ChallengeNameType",
    min: None,
    max: None,
    pattern: None,
    values: &[
        "SMS_MFA",
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "PASSWORD_VERIFIER",
        "CUSTOM_CHALLENGE",
        "SELECT_CHALLENGE",
        "DEVICE_SRP_AUTH",
        "DEVICE_PASSWORD_VERIFIER",
        "ADMIN_NO_SRP_AUTH",
        "NEW_PASSWORD_REQUIRED",
        "SMS_OTP",
        "PASSWORD",
        "WEB_AUTHN",
        "PASSWORD_SRP",
    ],
    sensitive: false,
};

pub(crate) const CLIENT_ID_TYPE: StringShape = StringShape {
    name: "ClientIdType",
    min: Some(1),
    max: Some(128),
    pattern: Some(r"[\w+]+"),
    values: &[],
    sensitive: true,
};

pub(crate) const CLIENT_NAME_TYPE: StringShape = StringShape {
    name: "ClientNameType",
    min: Some(1),
    max: Some(128),
    pattern: Some(r"[\w\s+=,.@-]+"),
    values: &[],
    sensitive: false,
};

pub(crate) const CLIENT_SECRET_ID_TYPE: StringShape = StringShape {
    name: "ClientSecretIdType",
    min: Some(1),
    max: Some(128),
    pattern: None,
    values: &[],
    sensitive: false,
};

pub(crate) const CLIENT_SECRET_TYPE: StringShape = StringShape {
    name: "ClientSecretType",
    min: Some(24),
    max: Some(64),
    pattern: Some(r"[\w+]+"),
    values: &[],
    sensitive: true,
};

pub(crate) const PASSWORD_TYPE: StringShape = StringShape {
    name: "PasswordType",
    min: None,
    max: Some(256),
    pattern: Some(r"[\S]+"),
    values: &[],
    sensitive: true,
};

pub(crate) const SEARCH_PAGINATION_TOKEN_TYPE: StringShape = StringShape {
    name: "SearchPaginationTokenType",
    min: Some(1),
    max: None,
    pattern: Some(r"[\S]+"),
    values: &[],
    sensitive: false,
};

pub(crate) const SESSION_TYPE: StringShape = StringShape {
    name: "SessionType",
    min: Some(20),
    max: Some(4096),
    pattern: None,
    values: &[],
    sensitive: true,
};

pub(crate) const TOKEN_MODEL_TYPE: StringShape = StringShape {
    name: "TokenModelType",
    min: None,
    max: None,
    pattern: Some(r"[A-Za-z0-9-_=.]+"),
    values: &[],
    sensitive: true,
};

pub(crate) const USER_FILTER_TYPE: StringShape = StringShape {
    name: "UserFilterType",
    min: None,
    max: Some(256),
    pattern: None,
    values: &[],
    sensitive: false,
};

pub(crate) const USER_POOL_ID_TYPE: StringShape = StringShape {
    name: "UserPoolIdType",
    min: Some(1),
    max: Some(55),
    pattern: Some(r"[\w-]+_[0-9a-zA-Z]+"),
    values: &[],
    sensitive: false,
};

pub(crate) const USER_POOL_NAME_TYPE: StringShape = StringShape {
    name: "UserPoolNameType",
    min: Some(1),
    max: Some(128),
    pattern: Some(r"[\w\s+=,.@-]+"),
    values: &[],
    sensitive: false,
};

pub(crate) const USERNAME_TYPE: StringShape = StringShape {
    name: "UsernameType",
    min: Some(1),
    max: Some(128),
    pattern: Some(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"),
    values: &[],
    sensitive: true,
};

pub(crate) const PASSWORD_POLICY_MIN_LENGTH_TYPE: IntegerShape =
    IntegerShape { min: Some(6), max: Some(99) };

pub(crate) const QUERY_LIMIT_TYPE: IntegerShape = IntegerShape { min: Some(0), max: Some(60) };

pub(crate) const RETRY_GRACE_PERIOD_SECONDS_TYPE: IntegerShape =
    IntegerShape { min: Some(0), max: Some(60) };

pub(crate) const TEMPORARY_PASSWORD_VALIDITY_DAYS_TYPE: IntegerShape =
    IntegerShape { min: Some(0), max: Some(365) };
