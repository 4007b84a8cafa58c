//! The pool that a sequence meets, and its clients.

use std::time::{Duration, UNIX_EPOCH};

use user_directory::{QuotaCategory, Quotas};
use user_directory_fake::{
    AliasAttribute, AttributeDataType, CreateUserPoolClientRequest, CreateUserPoolRequest,
    ExplicitAuthFlow, Fake, MessageTemplate, PreventUserExistenceErrors, RecoveryMechanism,
    RecoveryOption, RefreshTokenRotation, SchemaAttributeType, SmsConfiguration,
};

use crate::steps::{Naming, Profile, Recovery, Sequence};

/// Stopped at a moment, with a seed: two of them are equal byte by byte.
pub(crate) fn fake(sequence: &Sequence) -> Fake {
    let fake = Fake::builder()
        .rng_seed(sequence.entropy)
        .frozen_at(UNIX_EPOCH + Duration::from_millis(1_571_809_201_580))
        .pool(pool_request(sequence.profile))
        .client(client_request(sequence.profile, ClientKind::First))
        .build()
        .expect("valid settings");
    if sequence.profile.quotas {
        let quotas = Quotas::new()
            .with(QuotaCategory::UserAuthentication, 2)
            .with(QuotaCategory::UserCreation, 2)
            .with(QuotaCategory::UserAccountRecovery, 2);
        fake.quotas().enforce(quotas);
    }
    fake
}

fn pool_request(profile: Profile) -> CreateUserPoolRequest {
    use AliasAttribute::{Email, PhoneNumber, PreferredUsername};
    let mut pool = CreateUserPoolRequest::new("pool");
    match profile.naming {
        Naming::Plain => {}
        Naming::CaseInsensitive => pool.case_sensitive = false,
        Naming::Aliases => pool.alias_attributes = vec![Email, PreferredUsername],
        Naming::Email => pool.username_attributes = vec![Email],
        Naming::EmailOrPhone => pool.username_attributes = vec![Email, PhoneNumber],
    }
    pool.account_recovery_setting = match profile.recovery {
        Recovery::AsCreated => Vec::new(),
        Recovery::EmailFirst => {
            vec![
                RecoveryMechanism::new(1, RecoveryOption::VerifiedEmail),
                RecoveryMechanism::new(2, RecoveryOption::VerifiedPhoneNumber),
            ]
        }
        Recovery::AdminOnly => vec![RecoveryMechanism::new(1, RecoveryOption::AdminOnly)],
    };
    if profile.auto_verified {
        pool.auto_verified_attributes = vec![Email, PhoneNumber];
        pool.sms_configuration = Some(SmsConfiguration::new("arn:aws:iam::000000000000:role/sms"));
        if profile.verified_before_update {
            pool.attributes_require_verification_before_update = vec![Email];
        }
    }
    if profile.history {
        pool.password_policy.password_history_size = 1;
    }
    if profile.custom_attributes {
        let text = AttributeDataType::string(Some(1), Some(8));
        pool.schema = vec![SchemaAttributeType::new("tier", text)];
    }
    if profile.templates {
        let mut code = MessageTemplate::default();
        code.email_subject = Some("Ihr Code".to_owned());
        code.email_message = Some("Der Code für Sie: {####}".to_owned());
        code.sms_message = Some("Code {####}".to_owned());
        pool.verification_message_template = code;
        let mut invitation = MessageTemplate::default();
        invitation.email_message = Some("{username}, Ihr Passwort: {####}".to_owned());
        pool.invite_message_template = invitation;
    }
    pool.allow_admin_create_user_only = profile.only_administrators_create;
    pool
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ClientKind {
    First,
    WithoutSecret,
    Rotating,
}

pub(crate) fn client_request(profile: Profile, kind: ClientKind) -> CreateUserPoolClientRequest {
    let mut request = CreateUserPoolClientRequest::new("", "client");
    request.generate_secret = kind != ClientKind::WithoutSecret;
    request.explicit_auth_flows =
        vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth, ExplicitAuthFlow::AllowUserPasswordAuth];
    if kind == ClientKind::First {
        request.explicit_auth_flows.push(ExplicitAuthFlow::AllowUserSrpAuth);
    }
    match kind {
        ClientKind::Rotating => {
            request.refresh_token_rotation = Some(RefreshTokenRotation::new(10));
        }
        _ => request.explicit_auth_flows.push(ExplicitAuthFlow::AllowRefreshTokenAuth),
    }
    if kind == ClientKind::First && profile.hidden_existence {
        request.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Enabled);
    }
    if kind == ClientKind::WithoutSecret {
        // So that revoking is refused as well.
        request.enable_token_revocation = false;
        if profile.restricted {
            let texts = |names: &[&str]| names.iter().copied().map(str::to_owned).collect();
            request.read_attributes = texts(&["email", "email_verified", "preferred_username"]);
            request.write_attributes = texts(&["email", "name"]);
        }
    }
    request
}
