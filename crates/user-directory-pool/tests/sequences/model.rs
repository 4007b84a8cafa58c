//! What a pool ought to know: a second, simpler account of users, sign-ins and sessions. Where the
//! pool counts generations and versions, this one marks what dies at the moment it dies.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use user_directory_pool::{
    AccessTokenClaims, CodeDeliveryDetailsType, Secret, Timestamp, UserStatus,
};

use crate::{
    attributes::Faults,
    calls::Profile,
    codes::{CodeModel, Limit},
    groups::GroupModel,
};

/// Why a call must be refused; none if nothing speaks against it.
pub(crate) type Refusal = Option<&'static str>;

#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) profile: Profile,
    pub(crate) clients: Vec<ClientModel>,
    /// The deleted ones too, in the order of their creation.
    pub(crate) users: Vec<UserModel>,
    /// Names that nobody has, and whose password was guessed all the same.
    pub(crate) strangers: BTreeMap<String, Strikes>,
    pub(crate) sign_ins: Vec<SignInModel>,
    pub(crate) refresh_tokens: Vec<RefreshModel>,
    pub(crate) access_tokens: Vec<AccessModel>,
    pub(crate) sessions: Vec<SessionModel>,
    pub(crate) pages: Vec<PageModel>,
    pub(crate) groups: BTreeMap<String, GroupModel>,
    /// Users with the names of their groups.
    pub(crate) memberships: BTreeSet<(usize, String)>,
    /// In the order of their sending.
    pub(crate) codes: Vec<CodeModel>,
    /// The first try of an hour, and how many there were since.
    pub(crate) tries: BTreeMap<(usize, Limit), (u64, u32)>,
    /// Made-up details by the name that they are for.
    pub(crate) simulated: BTreeMap<String, CodeDeliveryDetailsType>,
    /// Whether the attribute `custom:tier` has been added.
    pub(crate) has_tier: bool,
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
    pub(crate) srp: bool,
    pub(crate) refresh: bool,
    pub(crate) revocation: bool,
    pub(crate) hides_existence: bool,
    /// All attributes if empty.
    pub(crate) readable: Vec<String>,
    /// All attributes if empty.
    pub(crate) writable: Vec<String>,
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
    /// The passwords that the user chose or got for good, the last one last.
    pub(crate) chosen: Vec<Secret>,
    pub(crate) strikes: Strikes,
    pub(crate) signed_out_second: Option<u64>,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// Wrong passwords in a row, the moment of the last one, and until when that locks.
#[derive(Debug, Default)]
pub(crate) struct Strikes {
    count: u32,
    last: u64,
    locked_until: u64,
}

impl Strikes {
    /// The fifth in a row locks for a second, each further one for twice as long, a quarter of an
    /// hour at most.
    fn strike(&mut self, now: u64) {
        const QUARTER: u64 = 15 * 60 * 1000;
        if now >= self.last + QUARTER {
            self.count = 0;
        }
        self.count += 1;
        self.last = now;
        self.locked_until = match self.count.checked_sub(5) {
            None => now,
            Some(more) => now + QUARTER.min(1000 << more.min(20)),
        };
    }
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
    pub(crate) list: List,
    pub(crate) issued: u64,
}

/// What a pagination token is good for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum List {
    Users(Option<usize>),
    Groups,
    /// By the `sub`.
    GroupsOf(String),
    UsersIn(String),
}

impl Model {
    pub(crate) fn new(profile: Profile, clients: Vec<ClientModel>) -> Self {
        Self {
            profile,
            clients,
            users: Vec::new(),
            strangers: BTreeMap::new(),
            sign_ins: Vec::new(),
            refresh_tokens: Vec::new(),
            access_tokens: Vec::new(),
            sessions: Vec::new(),
            pages: Vec::new(),
            groups: BTreeMap::new(),
            memberships: BTreeSet::new(),
            codes: Vec::new(),
            tries: BTreeMap::new(),
            simulated: BTreeMap::new(),
            has_tier: false,
            ids: BTreeSet::new(),
        }
    }

    pub(crate) fn fold(&self, value: &str) -> String {
        if self.profile.case_sensitive { value.to_owned() } else { value.to_lowercase() }
    }

    /// The existing user that a text names.
    pub(crate) fn resolve(&self, text: &str) -> Option<usize> {
        let by_sub = || self.users.iter().position(|user| user.exists && user.sub == text);
        self.resolve_name(text).or_else(by_sub)
    }

    /// The user of a real name or an alias.
    pub(crate) fn resolve_name(&self, text: &str) -> Option<usize> {
        let folded = self.fold(text);
        let find = |is: &dyn Fn(&UserModel) -> bool| {
            self.users.iter().position(|user| user.exists && is(user))
        };
        find(&|user| user.real_name == folded).or_else(|| {
            ["email", "phone_number", "preferred_username"].into_iter().find_map(|alias| {
                find(&|user| self.alias(user, alias).as_deref() == Some(folded.as_str()))
            })
        })
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

    /// What speaks against a sign-in with this password, by a user or by a name that nobody has.
    /// Counts a wrong one.
    pub(crate) fn password_faults(
        &mut self,
        user: Option<usize>,
        name: &str,
        password: &Secret,
        hides_existence: bool,
        now: Timestamp,
    ) -> Faults {
        match self.status_fault(user, hides_existence) {
            Some(fault) => vec![fault],
            None => self.proof_faults(user, name, password, now),
        }
    }

    /// What speaks against a sign-in whatever the password is.
    pub(crate) fn status_fault(
        &self,
        user: Option<usize>,
        hides_existence: bool,
    ) -> Option<&'static str> {
        match user.map(|user| self.users[user].status) {
            None if !hides_existence => Some("UserNotFound"),
            Some(UserStatus::ResetRequired) if !hides_existence => Some("PasswordResetRequired"),
            Some(UserStatus::Unconfirmed) => Some("UserNotConfirmed"),
            _ => None,
        }
    }

    /// What speaks against a sign-in once a password is given or proved. Counts a wrong one.
    pub(crate) fn proof_faults(
        &mut self,
        user: Option<usize>,
        name: &str,
        password: &Secret,
        now: Timestamp,
    ) -> Faults {
        let (now, lockout) = (now.millis(), self.profile.lockout);
        let status = user.map(|user| self.users[user].status);
        let known = user.and_then(|user| self.users[user].password.clone()).filter(|_| {
            !matches!(status, Some(UserStatus::ResetRequired | UserStatus::ExternalProvider))
        });
        let stranger = self.fold(name);
        let strikes = match user {
            Some(user) => &mut self.users[user].strikes,
            None => self.strangers.entry(stranger).or_default(),
        };
        if lockout && now < strikes.locked_until {
            return vec!["PasswordAttemptsExceeded"];
        }
        let (Some(user), true) = (user, known.as_ref() == Some(password)) else {
            strikes.strike(now);
            return vec!["IncorrectUsernameOrPassword"];
        };
        let model = &mut self.users[user];
        let mut faults = Faults::new();
        if !model.enabled {
            faults.push("UserDisabled");
        }
        if model.status == UserStatus::ForceChangePassword && model.temporary_until <= now {
            faults.push("TemporaryPasswordExpired");
        }
        if faults.is_empty() {
            model.forgive();
        }
        faults
    }

    /// What speaks against a new password of a user, besides the policy.
    pub(crate) fn history_fault(&self, user: usize, password: &Secret) -> Option<&'static str> {
        let newest = self.users[user].chosen.iter().rev().take(self.profile.history as usize);
        newest.into_iter().any(|old| old == password).then_some("PasswordUsedBefore")
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
        self.memberships.retain(|(member, _)| *member != user);
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
        if matches!(status, UserStatus::Confirmed | UserStatus::Unconfirmed)
            && user.chosen.last() != password.as_ref()
        {
            user.chosen.extend(password.clone());
        }
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

impl UserModel {
    /// Wrong passwords so far do not count any more.
    pub(crate) fn forgive(&mut self) {
        self.strikes = Strikes::default();
    }
}

impl ClientModel {
    pub(crate) fn may_read(&self, attribute: &str) -> bool {
        self.readable.is_empty() || self.readable.iter().any(|name| name == attribute)
    }

    pub(crate) fn may_write(&self, attribute: &str) -> bool {
        self.writable.is_empty() || self.writable.iter().any(|name| name == attribute)
    }

    /// The attributes that a user sees through this client.
    pub(crate) fn visible(&self, user: &UserModel) -> BTreeMap<String, String> {
        let mut visible = user.attributes.clone();
        visible.retain(|name, _| self.may_read(name));
        visible
    }

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
