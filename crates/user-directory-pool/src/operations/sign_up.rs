use std::collections::BTreeMap;

use crate::{
    Attribute, Call, CodeDeliveryDetailsType, DeliveryMedium, Pool, PoolRequest, Request, Secret,
    ServiceError, Target,
    client::Client,
    codes::Purpose,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, PASSWORD_TYPE, SECRET_HASH_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    schema::{VERIFIED, is_verification},
    settings::AliasAttribute,
    user::{Account, User},
    uuid::Uuid,
};

/// [SignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html)
///
/// The order of the checks is assumed: secret hash, permission, password, user name, attributes,
/// existing users. So is what a sign-up without a password gets, which only pools with one-time
/// passwords take: the refusal of an empty one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SignUpRequest {
    /// The client's id.
    pub client_id: String,
    /// Base64(HMAC-SHA256(secret, user name + client id)), for a client with a secret.
    pub secret_hash: Option<Secret>,
    /// The name, or the e-mail address or phone number where those are the user names.
    pub username: String,
    /// The password.
    pub password: Option<Secret>,
    /// The first attributes.
    pub user_attributes: Vec<Attribute>,
    /// For the pre sign-up trigger.
    pub validation_data: Vec<Attribute>,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What SignUp answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignUpResponse {
    /// Whether the user may sign in already; only a trigger can make it so.
    pub user_confirmed: bool,
    /// Where a code was sent, if one was.
    pub code_delivery_details: Option<CodeDeliveryDetailsType>,
    /// The user's immutable id.
    pub user_sub: String,
}

impl SignUpRequest {
    /// A user of this name and password.
    pub fn new(
        client_id: impl Into<String>,
        username: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            secret_hash: None,
            username: username.into(),
            password: Some(password.into()),
            user_attributes: Vec::new(),
            validation_data: Vec::new(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for SignUpRequest {}

impl Request for SignUpRequest {
    type Response = SignUpResponse;

    const OPERATION: &'static str = "SignUp";

    fn members(&self, members: &mut Members) {
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let hash = self.secret_hash.as_ref().map(Secret::expose);
        members.optional_text("SecretHash", hash, &SECRET_HASH_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        let password = self.password.as_ref().map(Secret::expose);
        members.optional_text("Password", password, &PASSWORD_TYPE);
        fn pairs(list: &[Attribute]) -> impl Iterator<Item = (&str, Option<&str>)> {
            list.iter().map(|attribute| (attribute.name.as_str(), attribute.value.as_deref()))
        }
        members.attributes("UserAttributes", pairs(&self.user_attributes));
        members.attributes("ValidationData", pairs(&self.validation_data));
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for SignUpRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<SignUpResponse, ServiceError> {
        let client = pool.client(&self.client_id)?;
        client.check_secret_hash(self.secret_hash.as_ref(), &self.username)?;
        if pool.settings.allow_admin_create_user_only {
            return Err(ServiceError::SignUpNotPermitted);
        }
        let password = self.password.clone().unwrap_or_else(|| Secret::new(""));
        pool.settings.password_policy.check(&password)?;
        let filled = pool.settings.check_new_username(&self.username)?;
        self.check_attributes(pool, client)?;
        let sub = Uuid::random(call.entropy);
        let account = Account::Unconfirmed { password };
        let attributes = &self.user_attributes;
        let mut user = pool
            .new_user(sub, &self.username, filled, attributes, account, call.now)
            .map_err(|error| match error {
                // AdminCreateUser words it differently.
                ServiceError::UserAccountExists => ServiceError::UserAlreadyExists,
                other => other,
            })?;
        require_attributes(pool, &user)?;
        // That a contact is unverified in so many words is seen in ID tokens; that it is from the
        // start is assumed.
        for (contact, verified) in VERIFIED {
            if user.attributes.get(contact).is_some() {
                user.attributes.set(verified.into(), "false");
            }
        }
        // Only user names that are addresses or numbers can be taken: aliases need a verification.
        if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
            let attribute = alias.name().to_owned();
            return Err(ServiceError::UsernameAttributeExists { attribute });
        }
        pool.users.insert(&pool.settings, user.clone());
        let code_delivery_details = verification_contact(pool, &user).map(|(medium, contact)| {
            pool.codes.send(call, &user, Purpose::SignUp, medium, &contact)
        });
        Ok(SignUpResponse { user_confirmed: false, code_delivery_details, user_sub: user.sub() })
    }
}

impl SignUpRequest {
    /// What a user may say at sign-up: what the client may write, nothing about verification
    /// (assumed), and no alias before there is an account.
    fn check_attributes(&self, pool: &Pool, client: &Client) -> Result<(), ServiceError> {
        for attribute in &self.user_attributes {
            let name = attribute.name.as_str();
            // Of what the pool does not have the schema speaks.
            if pool.settings.schema.get(name).is_none() || name == "sub" {
                continue;
            }
            if is_verification(name) || !client.may_write(name) {
                return Err(ServiceError::UnauthorizedAttribute);
            }
            if name == AliasAttribute::PreferredUsername.name()
                && pool.settings.alias_attributes.contains(&AliasAttribute::PreferredUsername)
            {
                return Err(ServiceError::PreferredUsernameUnconfirmed);
            }
        }
        Ok(())
    }
}

fn require_attributes(pool: &Pool, user: &User) -> Result<(), ServiceError> {
    let missing = pool.settings.schema.missing(&user.attributes);
    let lines: String =
        missing.map(|name| format!("{name}: The attribute is required\n")).collect();
    if lines.is_empty() { Ok(()) } else { Err(ServiceError::RequiredAttributesMissing { lines }) }
}

/// Where the code of a sign-up goes: a phone number before an e-mail address, and only one of them.
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
pub(super) fn verification_contact(pool: &Pool, user: &User) -> Option<(DeliveryMedium, String)> {
    [
        (AliasAttribute::PhoneNumber, DeliveryMedium::Sms),
        (AliasAttribute::Email, DeliveryMedium::Email),
    ]
    .into_iter()
    .filter(|(attribute, _)| pool.settings.auto_verified_attributes.contains(attribute))
    .find_map(|(attribute, medium)| {
        Some((medium, user.attributes.get(attribute.name())?.to_owned()))
    })
}
