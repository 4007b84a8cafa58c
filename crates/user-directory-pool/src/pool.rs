use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Answer, Checked, PoolRequest, Secret, ServiceError, Timestamp, UserStatus,
    claims::{AccessTokenClaims, SELF_SERVICE_SCOPE},
    client::Client,
    codes::Codes,
    entropy::Entropy,
    groups::Groups,
    request::Call,
    sessions::Sessions,
    settings::Settings,
    sign_ins::SignIns,
    spent::Spent,
    srp::Exchanges,
    user::{Account, User, UserId},
    users::Users,
    uuid::Uuid,
};

/// A user pool: settings, app clients, users, sign-ins, sessions and exchanges.
///
/// `Clone` and `PartialEq` are for tests that compare a pool with what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) settings: Settings,
    pub(crate) clients: BTreeMap<Arc<str>, Client>,
    pub(crate) users: Users,
    pub(crate) groups: Groups,
    pub(crate) codes: Codes,
    pub(crate) spent: Spent,
    pub(crate) sign_ins: SignIns,
    pub(crate) sessions: Sessions,
    pub(crate) exchanges: Exchanges,
    /// The Region of the replica that answers, for as long as a call of one lasts.
    pub(crate) answering_in: Option<String>,
    /// Not Cognito's: where the issuer of tokens is.
    pub(crate) issuer_base: Option<String>,
}

impl Pool {
    /// The id: `<region>_<name>`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The `iss` of this pool's tokens, without a slash at its end.
    pub fn issuer(&self) -> String {
        match (&self.answering_in, &self.issuer_base) {
            (Some(region), _) => self.issuer_of(region),
            (None, Some(base)) => format!("{base}/{}", self.id),
            (None, None) => self.issuer_of(self.region()),
        }
    }

    /// Not AWS's: lets tokens name the issuer `<base>/<id>` instead of Cognito's, so that a verifier
    /// finds the pool's documents there. A snapshot does not keep it.
    pub fn issue_from(&mut self, base: impl Into<String>) {
        self.issuer_base = Some(base.into());
    }

    pub(crate) fn issuer_of(&self, region: &str) -> String {
        format!("https://cognito-idp.{region}.amazonaws.com/{}", self.id)
    }

    /// The ids of the pool's app clients.
    pub fn client_ids(&self) -> Vec<String> {
        self.clients.keys().map(ToString::to_string).collect()
    }

    /// Whether the pool has a client.
    pub fn has_client(&self, client_id: &str) -> bool {
        self.clients.contains_key(client_id)
    }

    /// Not AWS's: the active secrets of a client by id, the oldest first, with their values, which no
    /// operation answers twice. Empty for a client without a secret or an unknown one.
    pub fn client_secrets(&self, client_id: &str) -> Vec<(String, Secret)> {
        let secrets = self.clients.get(client_id).map(|client| client.secrets.as_slice());
        let secrets = secrets.unwrap_or_default().iter();
        secrets.map(|secret| (secret.id.clone(), secret.value.clone())).collect()
    }

    pub(crate) fn region(&self) -> &str {
        region(&self.id)
    }

    /// Answers one request at a moment. An error leaves the pool as it was, except for what
    /// Cognito itself spends: failed passwords, and tries that are limited by the hour.
    ///
    /// Give each accepted call fresh entropy; what a refused call has drawn may be drawn again.
    ///
    /// # Errors
    ///
    /// What Cognito would answer; [`ServiceError::NotImplemented`] for what this pool does not have.
    pub fn handle<R: PoolRequest>(
        &mut self,
        now: Timestamp,
        entropy: &mut dyn Entropy,
        checked: Checked<R>,
    ) -> Result<Answer<R::Response>, ServiceError> {
        checked.request.check_rules(self)?;
        let request = checked.into_request()?;
        let mut call = Call { now, entropy, messages: Vec::new() };
        let response = request.handle(self, &mut call)?;
        let drafts = call.messages.into_iter();
        let messages = drafts.map(|draft| draft.write(&self.settings)).collect();
        Ok(Answer { response, messages })
    }

    /// Forgets failed passwords and tries that are limited by the hour: what refused calls spend.
    ///
    /// For tests that compare a pool with what it was before a refused call.
    pub fn forget_spent(&mut self) {
        self.spent = Spent::default();
    }

    /// Refuses a request for another pool.
    pub(crate) fn require_id(&self, id: &str) -> Result<(), ServiceError> {
        if self.id == id {
            Ok(())
        } else {
            Err(ServiceError::UserPoolNotFound { id: id.to_owned() })
        }
    }

    pub(crate) fn client(&self, id: &str) -> Result<&Client, ServiceError> {
        self.clients.get(id).ok_or_else(|| ServiceError::ClientNotFound { id: id.to_owned() })
    }

    /// The client that an administrator changes.
    pub(crate) fn client_mut(&mut self, id: &str) -> Result<&mut Client, ServiceError> {
        self.clients.get_mut(id).ok_or_else(|| ServiceError::ClientNotFound { id: id.to_owned() })
    }

    /// The user that an administrator names: by real name, alias or `sub`.
    pub(crate) fn user(&self, username: &str) -> Result<&User, ServiceError> {
        self.users.find(&self.settings, username).ok_or(ServiceError::UserNotFound)
    }

    /// Deletes a user, and what hangs on the user.
    pub(crate) fn remove_user(&mut self, id: UserId) {
        self.groups.forget_user(id);
        self.codes.forget_user(id);
        self.spent.forget_user(id);
        self.users.remove(&self.settings, id);
    }

    /// How many passwords of a user are remembered.
    pub(crate) fn history(&self) -> usize {
        self.settings.password_policy.password_history_size as usize
    }

    /// Checks a password that an existing user is to have. That the policy comes before the history
    /// is assumed.
    pub(crate) fn check_new_password(
        &self,
        user: &User,
        password: &Secret,
    ) -> Result<(), ServiceError> {
        self.settings.password_policy.check(password)?;
        let current = user.account.password();
        let mut known = current.into_iter().chain(&user.password_history).take(self.history());
        if known.any(|known| known == password) {
            return Err(ServiceError::PasswordUsedBefore);
        }
        Ok(())
    }

    /// Moves a user's account to another state.
    pub(crate) fn set_account(&mut self, id: UserId, account: Account, now: Timestamp) {
        let history = self.history();
        self.users.update(&self.settings, id, |user| user.set_account(account, now, history));
    }

    /// Attributes without `sub`, in an order that means nothing and is the same in every run.
    pub(crate) fn attributes_in_order<'a>(
        &self,
        user: &'a User,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let attributes = user.attributes.iter();
        let mut attributes: Vec<_> =
            attributes.map(|(name, value)| (self.users.rank_of_name(name), name, value)).collect();
        attributes.sort_unstable_by_key(|(rank, ..)| *rank);
        attributes.into_iter().map(|(_, name, value)| (name, value))
    }

    /// All attributes as an answer shows them, `sub` first.
    pub(crate) fn attribute_list(&self, user: &User) -> Vec<Attribute> {
        let sub = Attribute { name: "sub".to_owned(), value: Some(user.sub()) };
        let others =
            self.attributes_in_order(user).map(|(name, value)| Attribute::new(name, value));
        std::iter::once(sub).chain(others).collect()
    }

    /// A user as an answer shows it.
    pub(crate) fn user_type(&self, user: &User) -> UserType {
        UserType {
            username: user.username.clone().into_string(),
            attributes: self.attribute_list(user),
            user_create_date: user.created,
            user_last_modified_date: user.modified,
            enabled: user.enabled,
            user_status: user.account.status(),
        }
    }

    /// The user of an access token that the owner of the pool has verified, if the token is good
    /// now.
    ///
    /// The order scope, expired, deleted, revoked is assumed, and so are the errors for a user whose
    /// status forbids tokens: they stand in the operations' modelled lists.
    pub(crate) fn user_of_access_token(
        &self,
        claims: Option<&AccessTokenClaims>,
        now: Timestamp,
    ) -> Result<&User, ServiceError> {
        let claims = claims.ok_or(ServiceError::AccessTokenInvalid)?;
        if claims.iss != self.issuer() || claims.token_use != "access" {
            return Err(ServiceError::AccessTokenInvalid);
        }
        if !claims.scope.split(' ').any(|scope| scope == SELF_SERVICE_SCOPE) {
            return Err(ServiceError::AccessTokenWithoutScope);
        }
        if claims.exp <= now.seconds() {
            return Err(ServiceError::AccessTokenExpired);
        }
        let sub = Uuid::parse(&claims.sub).ok_or(ServiceError::AccessTokenInvalid)?;
        let user = self.users.get(self.users.id(sub)).ok_or(ServiceError::UserNotFound)?;
        if self.is_signed_out(user, claims) || !user.enabled {
            return Err(ServiceError::AccessTokenRevoked);
        }
        // Who has an access token has been confirmed, and nothing takes that back.
        match user.account.status() {
            UserStatus::ResetRequired => Err(ServiceError::PasswordResetRequired),
            _ => Ok(user),
        }
    }

    fn is_signed_out(&self, user: &User, claims: &AccessTokenClaims) -> bool {
        // Cognito's observed cut-off on whole seconds: tokens of a sign-in in the second of the
        // sign-out are refused too (https://github.com/aws/aws-sdk-java/issues/2449).
        let by_second =
            user.signed_out.is_some_and(|signed_out| claims.auth_time <= signed_out.seconds());
        match claims.origin_jti.as_deref().and_then(Uuid::parse) {
            // Without token revocation there is nothing but the second to go by.
            None => by_second,
            Some(origin) => {
                let sign_in = self.sign_ins.get(origin);
                let is_live = sign_in.is_some_and(|sign_in| {
                    !sign_in.revoked && sign_in.generation == user.generation
                });
                !is_live || (self.settings.whole_second_sign_out && by_second)
            }
        }
    }
}

/// The region in a pool's id.
pub(crate) fn region(id: &str) -> &str {
    id.split('_').next().unwrap_or_default()
}

/// Name and value of an attribute (AWS: `AttributeType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The value; absent only in requests.
    pub value: Option<String>,
}

impl Attribute {
    /// An attribute with a value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: Some(value.into()) }
    }
}

/// A user as an administrator sees it (AWS: `UserType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserType {
    /// The real name.
    pub username: String,
    /// `sub` first.
    pub attributes: Vec<Attribute>,
    /// When the user was created.
    pub user_create_date: Timestamp,
    /// When attributes, password or status last changed.
    pub user_last_modified_date: Timestamp,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// Where the account stands.
    pub user_status: UserStatus,
}
