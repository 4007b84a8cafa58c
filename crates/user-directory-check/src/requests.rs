//! A profile as the SDK's requests.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::{
    Client,
    error::BuildError,
    operation::{
        create_user_pool::builders::CreateUserPoolFluentBuilder,
        create_user_pool_client::builders::CreateUserPoolClientFluentBuilder,
        set_user_pool_mfa_config::builders::SetUserPoolMfaConfigFluentBuilder,
    },
    types::{
        AccountRecoverySettingType, AdminCreateUserConfigType, AliasAttributeType,
        AttributeDataType, EmailConfigurationType, EmailMfaConfigType, EmailSendingAccountType,
        ExplicitAuthFlowsType, FeatureType, NumberAttributeConstraintsType, PasswordPolicyType,
        PreventUserExistenceErrorTypes, RecoveryOptionNameType, RecoveryOptionType,
        RefreshTokenRotationType, SchemaAttributeType, SmsConfigurationType, SmsMfaConfigType,
        SoftwareTokenMfaConfigType, StringAttributeConstraintsType, TimeUnitsType,
        TokenValidityUnitsType, UserAttributeUpdateSettingsType, UserPoolMfaType,
        UserPoolPolicyType, UsernameAttributeType, UsernameConfigurationType,
        VerifiedAttributeType,
    },
};
use user_directory::MfaType;
use user_directory_contract::{ClientSettings, CustomAttribute, PasswordPolicy, PoolSettings};

/// CreateUserPool. What a profile leaves out is not sent.
pub(crate) fn pool(
    client: &Client,
    name: String,
    settings: &PoolSettings,
) -> Result<CreateUserPoolFluentBuilder, BuildError> {
    let mut request = client
        .create_user_pool()
        .pool_name(name)
        .set_username_attributes(list(&settings.username_attributes, UsernameAttributeType::from))
        .set_alias_attributes(list(&settings.alias_attributes, AliasAttributeType::from))
        .set_auto_verified_attributes(list(
            &settings.auto_verified_attributes,
            VerifiedAttributeType::from,
        ))
        .set_schema(schema(settings));
    if settings.auto_verified_attributes.contains(&"phone_number") {
        // Emulators send nothing. On AWS the cases that would are not run.
        let sms = SmsConfigurationType::builder().sns_caller_arn(SMS_ROLE).build();
        request = request.sms_configuration(sms);
    }
    if settings.mfa_types.contains(&MfaType::EmailOtp) {
        // Cognito's own mail does not carry codes of second factors.
        let email = EmailConfigurationType::builder()
            .email_sending_account(EmailSendingAccountType::Developer)
            .source_arn(SES_IDENTITY);
        request = request.email_configuration(email.build());
    }
    if !settings.verified_before_update.is_empty() {
        let attributes = list(&settings.verified_before_update, VerifiedAttributeType::from);
        request = request.user_attribute_update_settings(
            UserAttributeUpdateSettingsType::builder()
                .set_attributes_require_verification_before_update(attributes)
                .build(),
        );
    }
    if let Some(only) = settings.allow_admin_create_user_only {
        request = request.admin_create_user_config(
            AdminCreateUserConfigType::builder().allow_admin_create_user_only(only).build(),
        );
    }
    if let Some(case_sensitive) = settings.case_sensitive {
        request = request.username_configuration(
            UsernameConfigurationType::builder().case_sensitive(case_sensitive).build()?,
        );
    }
    if let Some(policy) = &settings.password_policy {
        let policy = UserPoolPolicyType::builder().password_policy(password_policy(policy));
        request = request.policies(policy.build());
    }
    if !settings.account_recovery.is_empty() {
        let mut setting = AccountRecoverySettingType::builder();
        for (priority, name) in (1..).zip(&settings.account_recovery) {
            let name = RecoveryOptionNameType::from(*name);
            let option = RecoveryOptionType::builder().priority(priority).name(name).build()?;
            setting = setting.recovery_mechanisms(option);
        }
        request = request.account_recovery_setting(setting.build());
    }
    Ok(request)
}

/// SetUserPoolMfaConfig, if the profile says anything about second factors.
pub(crate) fn mfa(
    client: &Client,
    pool_id: &str,
    settings: &PoolSettings,
) -> Option<SetUserPoolMfaConfigFluentBuilder> {
    let mut request = client
        .set_user_pool_mfa_config()
        .user_pool_id(pool_id)
        .mfa_configuration(UserPoolMfaType::from(settings.mfa_configuration?));
    for factor in &settings.mfa_types {
        request = match factor {
            MfaType::SoftwareTokenMfa => request.software_token_mfa_configuration(
                SoftwareTokenMfaConfigType::builder().enabled(true).build(),
            ),
            MfaType::SmsMfa => {
                let sms = SmsConfigurationType::builder()
                    .sns_caller_arn(SMS_ROLE)
                    .external_id("contract");
                let sms = SmsMfaConfigType::builder().sms_configuration(sms.build());
                request.sms_mfa_configuration(sms.build())
            }
            _ => request.email_mfa_configuration(EmailMfaConfigType::builder().build()),
        };
    }
    Some(request)
}

/// The role that a pool would send text messages with.
const SMS_ROLE: &str = "arn:aws:iam::123456789012:role/sms";

/// The address that it would send mail from.
const SES_IDENTITY: &str = "arn:aws:ses:us-east-1:123456789012:identity/contract@example.com";

/// CreateUserPoolClient.
pub(crate) fn client(
    client: &Client,
    pool_id: &str,
    name: &str,
    settings: &ClientSettings,
) -> Result<CreateUserPoolClientFluentBuilder, BuildError> {
    let validities = [
        settings.access_token_validity,
        settings.id_token_validity,
        settings.refresh_token_validity,
    ];
    let [access, id, refresh] = validities.map(|validity| validity.map(whole_units));
    let units = validities.iter().any(Option::is_some).then(|| {
        TokenValidityUnitsType::builder()
            .set_access_token(access.as_ref().map(|(_, unit)| unit.clone()))
            .set_id_token(id.as_ref().map(|(_, unit)| unit.clone()))
            .set_refresh_token(refresh.as_ref().map(|(_, unit)| unit.clone()))
            .build()
    });
    let mut request = client
        .create_user_pool_client()
        .user_pool_id(pool_id)
        .client_name(name)
        .generate_secret(settings.generate_secret)
        .set_explicit_auth_flows(list(&settings.explicit_auth_flows, ExplicitAuthFlowsType::from))
        .set_prevent_user_existence_errors(
            settings.prevent_user_existence_errors.map(PreventUserExistenceErrorTypes::from),
        )
        .set_access_token_validity(access.map(|(number, _)| number))
        .set_id_token_validity(id.map(|(number, _)| number))
        .set_refresh_token_validity(refresh.map(|(number, _)| number))
        .set_token_validity_units(units)
        .set_auth_session_validity(settings.auth_session_validity_minutes.map(number))
        .set_enable_token_revocation(settings.enable_token_revocation)
        .set_read_attributes(list(&settings.read_attributes, str::to_owned))
        .set_write_attributes(list(&settings.write_attributes, str::to_owned));
    if let Some(rotation) = &settings.refresh_token_rotation {
        request = request.refresh_token_rotation(
            RefreshTokenRotationType::builder()
                .feature(FeatureType::Enabled)
                .retry_grace_period_seconds(number(rotation.grace_period_seconds))
                .build()?,
        );
    }
    Ok(request)
}

fn list<T>(names: &[&'static str], convert: impl Fn(&'static str) -> T) -> Option<Vec<T>> {
    (!names.is_empty()).then(|| names.iter().map(|name| convert(name)).collect())
}

fn schema(settings: &PoolSettings) -> Option<Vec<SchemaAttributeType>> {
    let required = settings.required_attributes.iter().map(|name| required(name));
    let custom = settings.custom_attributes.iter().map(custom);
    let schema: Vec<_> = required.chain(custom).collect();
    (!schema.is_empty()).then_some(schema)
}

fn custom(attribute: &CustomAttribute) -> SchemaAttributeType {
    let custom = SchemaAttributeType::builder()
        .name(attribute.name)
        .attribute_data_type(AttributeDataType::from(attribute.data_type))
        .mutable(attribute.mutable);
    let [min, max] = [attribute.min, attribute.max].map(|limit| limit.map(|n| n.to_string()));
    if min.is_none() && max.is_none() {
        return custom.build();
    }
    let custom = match attribute.data_type {
        "Number" => custom.number_attribute_constraints(
            NumberAttributeConstraintsType::builder().set_min_value(min).set_max_value(max).build(),
        ),
        _ => custom.string_attribute_constraints(
            StringAttributeConstraintsType::builder()
                .set_min_length(min)
                .set_max_length(max)
                .build(),
        ),
    };
    custom.build()
}

fn required(name: &str) -> SchemaAttributeType {
    SchemaAttributeType::builder()
        .name(name)
        .attribute_data_type(AttributeDataType::String)
        .required(true)
        .mutable(true)
        .build()
}

fn password_policy(policy: &PasswordPolicy) -> PasswordPolicyType {
    let history = policy.password_history_size;
    PasswordPolicyType::builder()
        .set_password_history_size((history > 0).then(|| number(history)))
        .minimum_length(number(policy.minimum_length))
        .require_uppercase(policy.require_uppercase)
        .require_lowercase(policy.require_lowercase)
        .require_numbers(policy.require_numbers)
        .require_symbols(policy.require_symbols)
        .temporary_password_validity_days(number(policy.temporary_password_validity_days))
        .build()
}

/// A duration in the largest unit that it is whole in. Seconds are the smallest there are.
fn whole_units(duration: Duration) -> (i32, TimeUnitsType) {
    let seconds = u32::try_from(duration.as_secs()).unwrap_or(u32::MAX);
    for (size, unit) in [
        (24 * 60 * 60, TimeUnitsType::Days),
        (60 * 60, TimeUnitsType::Hours),
        (60, TimeUnitsType::Minutes),
    ] {
        if seconds % size == 0 {
            return (number(seconds / size), unit);
        }
    }
    (number(seconds), TimeUnitsType::Seconds)
}

/// A number past all limits stays so.
fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_their_length() {
        for (seconds, expected) in [
            (30 * 24 * 3600, (30, TimeUnitsType::Days)),
            (3600, (1, TimeUnitsType::Hours)),
            (5 * 60, (5, TimeUnitsType::Minutes)),
            (301, (301, TimeUnitsType::Seconds)),
        ] {
            assert_eq!(whole_units(Duration::from_secs(seconds)), expected);
        }
    }
}
