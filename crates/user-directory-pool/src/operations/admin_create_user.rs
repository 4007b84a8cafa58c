use std::collections::BTreeMap;

use crate::{
    Attribute, Call, DeliveryMedium, MessageContent, Pool, PoolRequest, Request, Secret,
    ServiceError, Target, UserType,
    attributes::take_aliases,
    entropy,
    message::Draft,
    model::{
        Members,
        shapes::{
            DELIVERY_MEDIUM_TYPE, MESSAGE_ACTION_TYPE, PASSWORD_TYPE, USER_POOL_ID_TYPE,
            USERNAME_TYPE,
        },
    },
    request::sealed::Sealed,
    user::{Account, User},
    users::alias_exists,
    uuid::Uuid,
};

/// [AdminCreateUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminCreateUserRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The name, or the e-mail address or phone number where those are the user names.
    pub username: String,
    /// The first attributes.
    pub user_attributes: Vec<Attribute>,
    /// For the pre sign-up trigger.
    pub validation_data: Vec<Attribute>,
    /// Made up if absent.
    pub temporary_password: Option<Secret>,
    /// Whether to take a verified alias away from the user who has it.
    pub force_alias_creation: bool,
    /// What to do about the invitation.
    pub message_action: Option<MessageAction>,
    /// Where to send the invitation; by text message if empty.
    pub desired_delivery_mediums: Vec<DeliveryMedium>,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// AWS: `MessageActionType`
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MessageAction {
    /// Invite an existing user again.
    Resend,
    /// Send nothing.
    Suppress,
}

/// What AdminCreateUser answers. The temporary password is never part of it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AdminCreateUserResponse {
    /// The new user.
    pub user: UserType,
}

impl AdminCreateUserRequest {
    /// A user of this name and nothing else.
    pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            user_attributes: Vec::new(),
            validation_data: Vec::new(),
            temporary_password: None,
            force_alias_creation: false,
            message_action: None,
            desired_delivery_mediums: Vec::new(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminCreateUserRequest {}

impl Request for AdminCreateUserRequest {
    type Response = AdminCreateUserResponse;

    const OPERATION: &'static str = "AdminCreateUser";

    fn members(&self, members: &mut Members) {
        fn pairs(list: &[Attribute]) -> impl Iterator<Item = (&str, Option<&str>)> {
            list.iter().map(|attribute| (attribute.name.as_str(), attribute.value.as_deref()))
        }
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.attributes("UserAttributes", pairs(&self.user_attributes));
        members.attributes("ValidationData", pairs(&self.validation_data));
        let password = self.temporary_password.as_ref().map(Secret::expose);
        members.optional_text("TemporaryPassword", password, &PASSWORD_TYPE);
        members.present("ForceAliasCreation", self.force_alias_creation);
        members.choice("MessageAction", self.message_action.is_some(), &MESSAGE_ACTION_TYPE);
        let mediums = self.desired_delivery_mediums.iter().map(|medium| medium.name());
        members.choices("DesiredDeliveryMediums", mediums, &DELIVERY_MEDIUM_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminCreateUserRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<AdminCreateUserResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        // That the policy comes before the user's name is assumed.
        let temporary_password = match &self.temporary_password {
            Some(password) => {
                pool.settings.password_policy.check(password)?;
                password.clone()
            }
            None => entropy::temporary_password(call.entropy, &pool.settings.password_policy),
        };
        let account = pool.temporary(temporary_password.clone(), call.now);
        let user = if self.message_action == Some(MessageAction::Resend) {
            self.resend(pool, call, account)?
        } else {
            self.create(pool, call, account)?
        };
        if self.message_action != Some(MessageAction::Suppress) {
            call.messages.extend(self.invitations(&user, &temporary_password));
        }
        Ok(AdminCreateUserResponse { user: pool.user_type(&user) })
    }
}

impl AdminCreateUserRequest {
    fn create(
        &self,
        pool: &mut Pool,
        call: &mut Call<'_>,
        account: Account,
    ) -> Result<User, ServiceError> {
        let filled = pool.settings.check_new_username(&self.username)?;
        let sub = Uuid::random(call.entropy);
        let attributes = &self.user_attributes;
        let user = pool.new_user(sub, &self.username, filled, attributes, account, call.now)?;
        require_fixed_attributes(pool, &user)?;
        self.require_contacts(&user)?;
        if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
            if !pool.settings.username_attributes.is_empty() {
                let attribute = alias.name().to_owned();
                return Err(ServiceError::UsernameAttributeExists { attribute });
            }
            if !self.force_alias_creation {
                return Err(alias_exists(alias));
            }
            take_aliases(pool, call, &user);
        }
        pool.users.insert(&pool.settings, user.clone());
        Ok(user)
    }

    /// A new temporary password and period for a user who has not signed in yet.
    fn resend(
        &self,
        pool: &mut Pool,
        call: &mut Call<'_>,
        account: Account,
    ) -> Result<User, ServiceError> {
        let user = pool.user(&self.username)?;
        if !matches!(user.account, Account::ForceChangePassword { .. }) {
            let username = user.username.to_string();
            return Err(ServiceError::ResendNotPossible { username });
        }
        self.require_contacts(user)?;
        let mut user = user.clone();
        user.set_account(account, call.now, pool.history());
        pool.users.update(&pool.settings, user.id, |u| u.clone_from(&user));
        Ok(user)
    }

    /// A medium that was asked for by name needs its contact. The default, SMS, does not: the
    /// article's call names no medium and no contact, and succeeds.
    fn require_contacts(&self, user: &User) -> Result<(), ServiceError> {
        let suppressed = self.message_action == Some(MessageAction::Suppress);
        for medium in self.desired_delivery_mediums.iter().filter(|_| !suppressed) {
            if user.attributes.get(medium.attribute()).is_none() {
                let attribute = medium.attribute().to_owned();
                return Err(ServiceError::NoContactForDelivery { attribute });
            }
        }
        Ok(())
    }

    fn invitations(&self, user: &User, temporary_password: &Secret) -> Vec<Draft> {
        let mediums = match self.desired_delivery_mediums.as_slice() {
            [] => &[DeliveryMedium::Sms],
            mediums => mediums,
        };
        mediums
            .iter()
            .filter_map(|medium| {
                Some(Draft {
                    username: user.username.to_string(),
                    medium: *medium,
                    destination: user.attributes.get(medium.attribute())?.to_owned(),
                    content: MessageContent::Invitation {
                        temporary_password: temporary_password.clone(),
                    },
                })
            })
            .collect()
    }
}

/// Required attributes may wait for the first sign-in, but for those that cannot change later. The
/// rule is documented, the text is that of a sign-up:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html>
fn require_fixed_attributes(pool: &Pool, user: &User) -> Result<(), ServiceError> {
    let is_fixed = |name: &&str| pool.settings.schema.get(name).is_some_and(|own| !own.mutable);
    let missing = pool.settings.schema.missing(&user.attributes).filter(is_fixed);
    let lines: String =
        missing.map(|name| format!("{name}: The attribute is required\n")).collect();
    if lines.is_empty() { Ok(()) } else { Err(ServiceError::RequiredAttributesMissing { lines }) }
}
