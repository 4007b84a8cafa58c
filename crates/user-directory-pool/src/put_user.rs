use crate::{
    Attribute, Pool, Secret, ServiceError, Timestamp, UserStatus,
    entropy::Entropy,
    model::{Members, shapes::USERNAME_TYPE},
    schema::{Change, Write},
    settings::AliasAttribute,
    user::{Account, Attributes, User},
    users::alias_exists,
    uuid::Uuid,
};

/// A user to put into a pool as it is, in any status: for tests that start in the middle.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PutUser {
    /// What an administrator would create the user as.
    pub username: String,
    /// Where the account stands.
    pub status: UserStatus,
    /// The password, permanent or temporary as the status has it; a random one if absent. Statuses
    /// without a password that works do not keep it.
    pub password: Option<Secret>,
    /// The attributes, without `sub`.
    pub attributes: Vec<Attribute>,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// The `sub`: a UUID in lower case; a random one if absent.
    pub sub: Option<String>,
    /// The groups that the user is in; they must be there.
    pub groups: Vec<String>,
}

impl PutUser {
    /// An enabled user without attributes.
    pub fn new(username: impl Into<String>, status: UserStatus) -> Self {
        Self {
            username: username.into(),
            status,
            password: None,
            attributes: Vec::new(),
            enabled: true,
            sub: None,
            groups: Vec::new(),
        }
    }
}

impl Pool {
    /// Puts a user into the pool, past all operations. No password policy applies.
    ///
    /// # Errors
    ///
    /// A name or value that breaks a constraint, a taken name or alias, attributes that do not
    /// conform to the schema; a `sub` that is not a UUID or is taken; a group that is not there.
    pub fn put_user(
        &mut self,
        now: Timestamp,
        entropy: &mut dyn Entropy,
        fixture: PutUser,
    ) -> Result<(), ServiceError> {
        let mut members = Members::default();
        members.text("Username", &fixture.username, &USERNAME_TYPE);
        let pairs = fixture.attributes.iter();
        members.attributes(
            "UserAttributes",
            pairs.map(|attribute| (attribute.name.as_str(), attribute.value.as_deref())),
        );
        if let Some(message) = members.message() {
            return Err(ServiceError::Validation { message });
        }
        let filled = self.settings.check_new_username(&fixture.username)?;
        let sub = match &fixture.sub {
            None => Uuid::random(entropy),
            Some(text) => Uuid::parse(text)
                .filter(|sub| self.users.get(self.users.id(*sub)).is_none())
                .ok_or_else(|| ServiceError::AttributeNotMutable { name: "sub".to_owned() })?,
        };
        let password = fixture.password.unwrap_or_else(|| {
            crate::entropy::temporary_password(entropy, &self.settings.password_policy)
        });
        let account = match fixture.status {
            UserStatus::Unconfirmed => Account::Unconfirmed { password },
            UserStatus::Confirmed => Account::Confirmed { password },
            UserStatus::ForceChangePassword => self.temporary(password, now),
            UserStatus::ResetRequired => Account::ResetRequired,
            UserStatus::ExternalProvider => Account::ExternalProvider,
        };
        let mut user =
            self.new_user(sub, &fixture.username, filled, &fixture.attributes, account, now)?;
        user.enabled = fixture.enabled;
        if fixture.sub.is_some() && self.users.has_removed() {
            // It may be a deleted user's. Tokens without `origin_jti` have nothing else to go by.
            user.signed_out = Some(now);
        }
        if let Some((alias, _)) = self.users.alias_owner(&self.settings, &user) {
            return Err(alias_exists(alias));
        }
        for group in &fixture.groups {
            self.groups.get(group)?;
        }
        let id = user.id;
        self.users.insert(&self.settings, user);
        for group in &fixture.groups {
            self.groups.add_user(group, id)?;
        }
        Ok(())
    }

    /// Not AWS's: the users as [`put_user`](Self::put_user) takes them, in the order of their `sub`, with
    /// their passwords. A user whose name is an e-mail address or phone number has that as name.
    pub fn users_to_put(&self) -> Vec<PutUser> {
        let named_by = &self.settings.username_attributes;
        let users = self.users.all(None).map(|user| {
            let mut names = named_by.iter().filter_map(|name| user.attributes.get(name.name()));
            let username = names.next().unwrap_or(&user.username).to_owned();
            let groups = self.groups.of_user(user.id).map(|group| group.name.to_string());
            let mut groups: Vec<_> = groups.collect();
            groups.sort();
            PutUser {
                username,
                status: user.account.status(),
                password: match &user.account {
                    Account::ForceChangePassword { temporary_password, .. } => {
                        Some(temporary_password.clone())
                    }
                    account => account.password().cloned(),
                },
                attributes: user
                    .attributes
                    .iter()
                    .map(|(name, value)| Attribute::new(name, value))
                    .collect(),
                enabled: user.enabled,
                sub: Some(user.sub()),
                groups,
            }
        });
        let mut users: Vec<_> = users.collect();
        users.sort_by(|one, other| one.sub.cmp(&other.sub));
        users
    }

    /// A user that is not in the pool yet, under a name that is free.
    pub(crate) fn new_user(
        &self,
        sub: Uuid,
        username: &str,
        filled: Option<AliasAttribute>,
        attributes: &[Attribute],
        account: Account,
        now: Timestamp,
    ) -> Result<User, ServiceError> {
        let change = Change::check(attributes, Write::Creation, &self.settings)?;
        let username = self.settings.fold(username);
        // The real name is the sub, and the address that was given fills its attribute. That another
        // one in the attributes is refused is assumed.
        let mut filled_in = Attributes::default();
        if let Some(attribute) = filled.map(AliasAttribute::name) {
            if change.value(attribute).is_some_and(|value| value != Some(&*username)) {
                let attribute = attribute.to_owned();
                return Err(ServiceError::UsernameDiffersFromAttribute { attribute });
            }
            filled_in.set(attribute.into(), &username);
        }
        let attributes = change.apply(&filled_in, Write::Creation)?;
        let username = match filled {
            Some(_) => sub.to_string(),
            None => username.into_owned(),
        };
        if self.users.has_name(&self.settings, &username) {
            return Err(ServiceError::UserAccountExists);
        }
        Ok(User {
            id: self.users.id(sub),
            username: username.into(),
            account,
            enabled: true,
            attributes,
            created: now,
            modified: now,
            generation: 0,
            signed_out: None,
            password_version: 0,
            password_history: Vec::new(),
            mfa: None,
        })
    }

    /// An account with a temporary password from now on.
    pub(crate) fn temporary(&self, temporary_password: Secret, now: Timestamp) -> Account {
        let validity = self.settings.password_policy.temporary_password_validity();
        Account::ForceChangePassword { temporary_password, expires: now + validity }
    }
}
