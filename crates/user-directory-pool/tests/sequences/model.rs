//! What a pool ought to know: a second, simpler account of users, sign-ins and sessions. Where the
//! pool counts generations and versions, this one marks what dies at the moment it dies.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use user_directory_pool::{AccessTokenClaims, Secret, Timestamp, UserStatus};

use crate::calls::{Naming, Profile};

/// Why a call must be refused; none if nothing speaks against it.
pub(crate) type Refusal = Option<&'static str>;

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) profile: Profile,
    pub(crate) clients: Vec<ClientModel>,
    /// The deleted ones too, in the order of their creation.
    pub(crate) users: Vec<UserModel>,
    pub(crate) sign_ins: Vec<SignInModel>,
    pub(crate) refresh_tokens: Vec<RefreshModel>,
    pub(crate) access_tokens: Vec<AccessModel>,
    pub(crate) sessions: Vec<SessionModel>,
    pub(crate) pages: Vec<PageModel>,
    /// Every `origin_jti`, `jti` and `event_id` so far.
    pub(crate) ids: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct ClientModel {
    pub(crate) id: String,
    pub(crate) secrets: Vec<(String, Secret)>,
    pub(crate) deleted: Vec<Secret>,
    pub(crate) admin_password: bool,
    pub(crate) public_password: bool,
    pub(crate) refresh: bool,
    pub(crate) revocation: bool,
    pub(crate) grace_millis: Option<u64>,
    pub(crate) access_seconds: u64,
    pub(crate) refresh_millis: u64,
    pub(crate) session_millis: u64,
}

#[derive(Debug)]
pub(crate) struct UserModel {
    pub(crate) sub: String,
    pub(crate) real_name: String,
    /// What the user was created as.
    pub(crate) handle: String,
    pub(crate) exists: bool,
    pub(crate) enabled: bool,
    pub(crate) status: UserStatus,
    pub(crate) password: Option<Secret>,
    pub(crate) temporary_until: u64,
    pub(crate) signed_out_second: Option<u64>,
    pub(crate) attributes: BTreeMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct SignInModel {
    pub(crate) user: usize,
    pub(crate) client: usize,
    pub(crate) auth_second: u64,
    pub(crate) expires: u64,
    pub(crate) origin: Option<String>,
    pub(crate) dead: Refusal,
}

#[derive(Debug)]
pub(crate) struct RefreshModel {
    pub(crate) token: Secret,
    pub(crate) sign_in: usize,
    pub(crate) replaced: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct AccessModel {
    pub(crate) claims: AccessTokenClaims,
    pub(crate) sign_in: usize,
}

#[derive(Debug)]
pub(crate) struct SessionModel {
    pub(crate) token: Secret,
    pub(crate) user: usize,
    pub(crate) client: usize,
    pub(crate) expires: u64,
    pub(crate) dead: Refusal,
}

#[derive(Debug)]
pub(crate) struct PageModel {
    pub(crate) token: String,
    pub(crate) filter: Option<usize>,
    pub(crate) issued: u64,
}

impl Model {
    pub(crate) fn new(profile: Profile, clients: Vec<ClientModel>) -> Self {
        Self {
            profile,
            clients,
            users: Vec::new(),
            sign_ins: Vec::new(),
            refresh_tokens: Vec::new(),
            access_tokens: Vec::new(),
            sessions: Vec::new(),
            pages: Vec::new(),
            ids: BTreeSet::new(),
        }
    }

    pub(crate) fn fold(&self, value: &str) -> String {
        if self.profile.case_sensitive { value.to_owned() } else { value.to_lowercase() }
    }

    /// The existing user that a text names.
    pub(crate) fn resolve(&self, text: &str) -> Option<usize> {
        let folded = self.fold(text);
        let find = |is: &dyn Fn(&UserModel) -> bool| {
            self.users.iter().position(|user| user.exists && is(user))
        };
        find(&|user| user.real_name == folded)
            .or_else(|| {
                ["email", "phone_number", "preferred_username"].into_iter().find_map(|alias| {
                    find(&|user| self.alias(user, alias).as_deref() == Some(folded.as_str()))
                })
            })
            .or_else(|| find(&|user| user.sub == text))
    }

    /// What stands for the user's name, as it is compared.
    pub(crate) fn alias(&self, user: &UserModel, alias: &str) -> Option<String> {
        let is_true = |name: &str| user.attributes.get(name).is_some_and(|value| value == "true");
        let in_force = match (self.profile.naming, alias) {
            (Naming::EmailIsTheName, "email")
            | (Naming::PhoneIsTheName, "phone_number")
            | (Naming::EitherIsTheName, "email" | "phone_number")
            | (Naming::AllAliases, "preferred_username") => true,
            (Naming::EmailAlias | Naming::AllAliases, "email") => is_true("email_verified"),
            (Naming::AllAliases, "phone_number") => is_true("phone_number_verified"),
            _ => false,
        };
        user.attributes.get(alias).filter(|_| in_force).map(|value| self.fold(value))
    }

    pub(crate) fn missing_attributes(&self, user: usize) -> bool {
        self.profile.required
            && ["email", "given_name"]
                .into_iter()
                .any(|name| !self.users[user].attributes.contains_key(name))
    }

    /// Why this user can have no tokens at all.
    pub(crate) fn user_refusal(&self, user: usize) -> Refusal {
        let user = &self.users[user];
        if !user.exists {
            return Some("the user is deleted");
        }
        if !user.enabled {
            return Some("the user is disabled");
        }
        match user.status {
            UserStatus::Unconfirmed => Some("the user is unconfirmed"),
            UserStatus::ResetRequired => Some("the user must reset the password"),
            UserStatus::ExternalProvider => Some("the user comes from elsewhere"),
            _ => None,
        }
    }

    pub(crate) fn password_refusal(
        &self,
        user: usize,
        password: &Secret,
        now: Timestamp,
    ) -> Refusal {
        let model = &self.users[user];
        if model.password.as_ref() != Some(password) {
            return Some("the password is wrong");
        }
        if model.status == UserStatus::ForceChangePassword && model.temporary_until <= now.millis()
        {
            return Some("the temporary password has expired");
        }
        self.user_refusal(user)
    }

    pub(crate) fn refresh_refusal(&self, token: usize, client: usize, now: Timestamp) -> Refusal {
        let token = &self.refresh_tokens[token];
        let sign_in = &self.sign_ins[token.sign_in];
        if sign_in.client != client {
            return Some("the token is another client's");
        }
        if sign_in.dead.is_some() {
            return sign_in.dead;
        }
        if sign_in.expires <= now.millis() {
            return Some("the refresh token has expired");
        }
        if let (Some(replaced), Some(grace)) = (token.replaced, self.clients[client].grace_millis)
            && now.millis() >= replaced + grace
        {
            return Some("the refresh token was rotated, past its grace");
        }
        self.user_refusal(sign_in.user)
    }

    pub(crate) fn access_refusal(&self, token: usize, now: Timestamp) -> Refusal {
        let token = &self.access_tokens[token];
        let sign_in = &self.sign_ins[token.sign_in];
        if token.claims.exp <= now.seconds() {
            return Some("the access token has expired");
        }
        if sign_in.dead.is_some() {
            return sign_in.dead;
        }
        let same_second = self.users[sign_in.user]
            .signed_out_second
            .is_some_and(|second| token.claims.auth_time <= second);
        if same_second && (sign_in.origin.is_none() || self.profile.whole_second_sign_out) {
            return Some("the user signed out in the second of the sign-in");
        }
        self.user_refusal(sign_in.user)
    }

    pub(crate) fn session_refusal(
        &self,
        session: usize,
        client: usize,
        user: Option<usize>,
        now: Timestamp,
    ) -> Refusal {
        let session = &self.sessions[session];
        if session.client != client {
            return Some("the session is another client's");
        }
        if session.dead.is_some() {
            return session.dead;
        }
        if session.expires <= now.millis() {
            return Some("the session has expired");
        }
        if user != Some(session.user) {
            return Some("the session is another user's");
        }
        self.user_refusal(session.user)
    }

    /// All sign-ins so far are over.
    pub(crate) fn sign_out(&mut self, user: usize, now: Timestamp, why: &'static str) {
        self.users[user].signed_out_second = Some(now.seconds());
        for sign_in in self.sign_ins.iter_mut().filter(|sign_in| sign_in.user == user) {
            sign_in.dead.get_or_insert(why);
        }
    }

    pub(crate) fn delete(&mut self, user: usize, now: Timestamp) {
        self.sign_out(user, now, "the user was deleted");
        self.end_sessions(user, "the user was deleted");
        self.users[user].exists = false;
    }

    /// Status and password change: sessions from before are over.
    pub(crate) fn set_account(
        &mut self,
        user: usize,
        status: UserStatus,
        password: Option<Secret>,
        now: Timestamp,
    ) {
        self.end_sessions(user, "the password was touched since");
        let user = &mut self.users[user];
        user.status = status;
        user.password = password;
        user.temporary_until = now.millis() + 7 * 24 * 60 * 60 * 1000;
    }

    fn end_sessions(&mut self, user: usize, why: &'static str) {
        for session in self.sessions.iter_mut().filter(|session| session.user == user) {
            session.dead.get_or_insert(why);
        }
    }
}

impl ClientModel {
    pub(crate) fn hash_refusal(&self, hash: Option<&str>, username: &str) -> Refusal {
        match hash.filter(|hash| !hash.is_empty()) {
            None if self.secrets.is_empty() => None,
            None => Some("the secret hash is missing"),
            Some(hash) => {
                let is_right =
                    self.secrets.iter().any(|(_, s)| secret_hash(s, username, &self.id) == hash);
                (!is_right).then_some("the secret hash is wrong")
            }
        }
    }

    pub(crate) fn secret_refusal(&self, secret: Option<&Secret>) -> Refusal {
        match secret {
            None if self.secrets.is_empty() => None,
            None => Some("the client secret is missing"),
            Some(secret) => {
                let is_right = self.secrets.iter().any(|(_, active)| active == secret);
                (!is_right).then_some("the client secret is wrong")
            }
        }
    }
}

/// As <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
/// has it.
pub(crate) fn secret_hash(secret: &Secret, username: &str, client_id: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(username.as_bytes());
    mac.update(client_id.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
