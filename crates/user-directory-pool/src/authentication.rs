//! What the four operations of a sign-in share: flows, challenges, refreshes. The administrator's
//! and the public operations differ in the flows they take and in nothing else.

use std::{collections::BTreeMap, sync::Arc};

use user_directory_srp::SrpServer;

use crate::{
    Attribute, AuthenticationResult, ExplicitAuthFlow, Pool, Secret, ServiceError, Timestamp,
    UserStatus,
    claims::issue,
    client::Client,
    entropy,
    request::Call,
    schema::{Change, Write, is_verification},
    sessions::{self, Session},
    sign_ins::{SignIn, digest},
    srp,
    user::{Account, User, UserId},
    uuid::Uuid,
};

/// What (Admin)InitiateAuth and (Admin)RespondToAuthChallenge answer; AWS gives the four shapes
/// the same members.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AuthResponse {
    /// `AuthenticationResult`: the user is signed in.
    Tokens(Box<AuthenticationResult>),
    /// `ChallengeName`, `Session` and `ChallengeParameters`.
    Challenge(IssuedChallenge),
}

/// A challenge with its session.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IssuedChallenge {
    /// To be sent back with the answer. PASSWORD_VERIFIER has none: its secret block takes that part.
    pub session: Option<Secret>,
    /// What is asked for. How it is written as `ChallengeParameters`, the wire knows.
    pub parameters: ChallengeParameters,
}

/// What a challenge says beside its session.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChallengeParameters {
    /// NEW_PASSWORD_REQUIRED.
    NewPasswordRequired {
        /// The real user name (`USER_ID_FOR_SRP`).
        username: String,
        /// The names of attributes that the pool requires and the user lacks.
        required_attributes: Vec<String>,
        /// The attributes that the user has, `sub` not among them.
        user_attributes: BTreeMap<String, String>,
    },
    /// PASSWORD_VERIFIER.
    PasswordVerifier {
        /// The real user name (`USER_ID_FOR_SRP`).
        username: String,
        /// `SALT`, hexadecimal.
        salt: String,
        /// `SECRET_BLOCK`, base64: to be sent back with the answer.
        secret_block: Secret,
        /// Computes `SRP_B`, which takes milliseconds, when it is asked for.
        server: Arc<SrpServer>,
    },
}

pub(crate) const PASSWORD_VERIFIER: &str = "PASSWORD_VERIFIER";

pub(crate) const NEW_PASSWORD_REQUIRED: &str = "NEW_PASSWORD_REQUIRED";

/// `AuthFlow`, as the two operations that take it see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Caller {
    /// AdminInitiateAuth, AdminRespondToAuthChallenge.
    Admin,
    /// InitiateAuth, RespondToAuthChallenge.
    Public,
}

/// A flow that this pool has, once it is known to be allowed.
enum Flow {
    Password,
    Srp,
    Refresh,
}

/// (Admin)InitiateAuth after the client is known. The order of the checks is that of sections
/// "flow, parameters, hash, user, password, status"; where nothing public shows it, it is assumed.
pub(crate) fn initiate(
    pool: &mut Pool,
    call: &mut Call<'_>,
    caller: Caller,
    client_id: &str,
    auth_flow: &str,
    parameters: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    match allowed_flow(client, caller, auth_flow)? {
        Flow::Password => sign_in(pool, call, client_id, parameters),
        Flow::Srp => srp::initiate(pool, call, client_id, parameters),
        Flow::Refresh => {
            let token = required(parameters, "REFRESH_TOKEN")?;
            let hash = given(parameters, "SECRET_HASH");
            // A missing hash shows before the token is looked at, a wrong one only after, because
            // the right one depends on the token's user.
            if hash.is_none() && !client.secrets.is_empty() {
                return Err(ServiceError::SecretHashNotReceived {
                    client_id: client_id.to_owned(),
                });
            }
            if hash.is_some() && client.secrets.is_empty() {
                return Err(ServiceError::UnableToVerifySecretHash {
                    client_id: client_id.to_owned(),
                });
            }
            let (origin, user) =
                live_refresh_token(pool, client, token, call.now, RefreshOperation::InitiateAuth)?;
            if hash.is_some_and(|hash| !client.accepts_hash(hash, &user.username)) {
                return Err(ServiceError::SecretHashDoesNotMatch {
                    client_id: client_id.to_owned(),
                });
            }
            Ok(AuthResponse::Tokens(Box::new(reissue(pool, call, client, origin, user, None))))
        }
    }
}

fn allowed_flow(client: &Client, caller: Caller, auth_flow: &str) -> Result<Flow, ServiceError> {
    use ExplicitAuthFlow as Explicit;
    let allows = |flows: &[Explicit]| flows.iter().any(|flow| client.allows(*flow));
    let not_enabled = |flow: &str| ServiceError::FlowNotEnabled { flow: flow.to_owned() };
    let enabled = |is_enabled: bool, flow: &str| {
        if is_enabled {
            let what = format!("the flow {flow}");
            Err(ServiceError::NotImplemented { what })
        } else {
            Err(not_enabled(flow))
        }
    };
    match (auth_flow, caller) {
        ("ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH", Caller::Admin) => {
            if allows(&[Explicit::AllowAdminUserPasswordAuth, Explicit::AdminNoSrpAuth]) {
                Ok(Flow::Password)
            } else {
                Err(ServiceError::AdminFlowNotEnabled)
            }
        }
        ("USER_PASSWORD_AUTH", Caller::Public) => {
            if allows(&[Explicit::AllowUserPasswordAuth, Explicit::UserPasswordAuth]) {
                Ok(Flow::Password)
            } else {
                Err(ServiceError::UserPasswordAuthNotEnabled)
            }
        }
        ("REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN", _) => {
            // With rotation on, only GetTokensFromRefreshToken refreshes.
            let allowed = allows(&[Explicit::AllowRefreshTokenAuth]) || client.is_legacy();
            if allowed && client.settings.rotation().is_none() {
                Ok(Flow::Refresh)
            } else {
                Err(not_enabled("REFRESH_TOKEN_AUTH"))
            }
        }
        ("USER_SRP_AUTH", _) => {
            if allows(&[Explicit::AllowUserSrpAuth]) || client.is_legacy() {
                Ok(Flow::Srp)
            } else {
                Err(not_enabled("USER_SRP_AUTH"))
            }
        }
        ("CUSTOM_AUTH", _) => {
            let flows = [Explicit::AllowCustomAuth, Explicit::CustomAuthFlowOnly];
            enabled(allows(&flows), "CUSTOM_AUTH")
        }
        ("USER_AUTH", _) => enabled(allows(&[Explicit::AllowUserAuth]), "USER_AUTH"),
        _ => Err(ServiceError::InitiateAuthMethodNotSupported),
    }
}

/// A sign-in by password.
fn sign_in(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    parameters: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    let username = required(parameters, "USERNAME")?;
    let password = required(parameters, "PASSWORD")?;
    client.check_secret_hash(given(parameters, "SECRET_HASH"), username.expose())?;
    let user = pool.users.find(&pool.settings, username.expose());
    let known = usable_password(client, user)?;
    // The same steps for every name, so that neither the answer nor its time tells who is there:
    // unknown names lock, too (assumed), and something is compared with the password.
    let stranger = pool.users.stranger(&pool.settings, username.expose());
    let id = user.map_or(stranger, |user| user.id);
    if pool.settings.lockout {
        pool.spent.lockout.check(id, call.now)?;
    }
    let is_right = known.unwrap_or(username) == password;
    let (Some(user), true) = (user, is_right && known.is_some()) else {
        if pool.settings.lockout {
            pool.spent.lockout.fail(id, call.now);
        }
        return Err(ServiceError::IncorrectUsernameOrPassword);
    };
    let id = user.id;
    welcome(pool, call, client_id, id)
}

/// The password that a sign-in must prove; `None` where none could be right.
///
/// The status is looked at before the password: reported over nine years, for SRP as well, and called
/// intended by the service's team,
/// <https://github.com/amazon-archives/amazon-cognito-identity-js/issues/288>. Before the user's being
/// disabled, and with SRP at its first step, as unknown names are (both assumed).
pub(crate) fn usable_password<'a>(
    client: &Client,
    user: Option<&'a User>,
) -> Result<Option<&'a Secret>, ServiceError> {
    let hides = client.hides_existence();
    match user.map(|user| &user.account) {
        Some(Account::Unconfirmed { .. }) => Err(ServiceError::UserNotConfirmed),
        Some(Account::Confirmed { password }) => Ok(Some(password)),
        Some(Account::ForceChangePassword { temporary_password, .. }) => {
            Ok(Some(temporary_password))
        }
        // For users whom an administrator reset, the hiding is assumed: the guide speaks of imported
        // ones.
        Some(Account::ResetRequired) if !hides => Err(ServiceError::PasswordResetRequired),
        None if !hides => Err(ServiceError::UserNotFound),
        // Assumed: without a password that could be right, they are like an unknown name.
        Some(Account::ResetRequired | Account::ExternalProvider) | None => Ok(None),
    }
}

/// What a user gets who has proved the password.
pub(crate) fn welcome(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    id: UserId,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    let user = pool.users.get(id).ok_or(ServiceError::UserNotFound)?;
    if !user.enabled {
        return Err(ServiceError::UserDisabled);
    }
    match &user.account {
        Account::ForceChangePassword { expires, .. } if *expires <= call.now => {
            Err(ServiceError::TemporaryPasswordExpired)
        }
        Account::ForceChangePassword { .. } => {
            let session = Session {
                user: user.id,
                client_id: client.id.clone(),
                expires: call.now + client.settings.auth_session_validity,
                password_version: user.password_version,
                used: false,
            };
            let parameters = ChallengeParameters::NewPasswordRequired {
                username: user.username.to_string(),
                required_attributes: missing_attributes(pool, user).map(str::to_owned).collect(),
                user_attributes: pool
                    .attributes_in_order(user)
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
            };
            let token = entropy::session(call.entropy);
            pool.spent.lockout.reset(id);
            pool.sessions.insert(&token, session);
            Ok(AuthResponse::Challenge(IssuedChallenge { session: Some(token), parameters }))
        }
        _ => {
            let user = user.clone();
            pool.spent.lockout.reset(id);
            Ok(AuthResponse::Tokens(Box::new(first_tokens(pool, call, client_id, &user)?)))
        }
    }
}

/// Reported: the required attributes carry a prefix and are the missing ones, `sub` is left out.
fn missing_attributes<'a>(pool: &'a Pool, user: &'a User) -> impl Iterator<Item = &'a str> {
    pool.settings.schema.missing(&user.attributes)
}

/// (Admin)RespondToAuthChallenge after the client is known.
pub(crate) fn respond(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    challenge_name: &str,
    session: Option<&Secret>,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    match challenge_name {
        // It changes a user, which a replica does not.
        NEW_PASSWORD_REQUIRED if pool.answering_in.is_some() => {
            Err(ServiceError::OperationNotEnabled)
        }
        NEW_PASSWORD_REQUIRED => respond_in_session(pool, call, client_id, session, responses),
        PASSWORD_VERIFIER => srp::respond(pool, call, client_id, responses),
        _ => {
            // An unknown client shows first, as with any challenge.
            pool.client(client_id)?;
            let what = format!("the challenge {challenge_name}");
            Err(ServiceError::NotImplemented { what })
        }
    }
}

/// An answer to a challenge that has a session.
fn respond_in_session(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    session: Option<&Secret>,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    let username = required(responses, "USERNAME")?.expose();
    client.check_secret_hash(given(responses, "SECRET_HASH"), username)?;
    // Which text AWS has for no session at all is not known; that it is a parameter like any other is
    // assumed.
    let missing = || ServiceError::MissingParameter { name: "Session".to_owned() };
    let token = session.ok_or_else(missing)?;
    if pool.spent.sessions.contains(&digest(token)) {
        return Err(ServiceError::InvalidSession);
    }
    let session = pool.sessions.open(token, client, call.now)?.clone();
    let answered = answer(pool, call, client_id, token, &session, username, responses);
    if let Err(refusal) = &answered
        && !sessions::outlives(refusal.code())
    {
        pool.spent.sessions.insert(digest(token));
    }
    answered
}

/// An answer to an open session.
fn answer(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    token: &Secret,
    session: &Session,
    username: &str,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let user = pool.users.get(session.user).ok_or(ServiceError::InvalidSession)?;
    let named = pool.users.find(&pool.settings, username);
    if named.is_none_or(|named| named.id != user.id) || !session.is_for(user) {
        return Err(ServiceError::InvalidSession);
    }
    if !user.enabled {
        return Err(ServiceError::UserDisabled);
    }
    // Assumed: the lengths of the API model do not bind values inside ChallengeResponses (as they do
    // not inside AuthParameters), and an unknown attribute is refused in the words of an update.
    let password = given(responses, "NEW_PASSWORD").ok_or(ServiceError::NewPasswordMissing)?;
    pool.check_new_password(user, password)?;
    let attributes = answered_attributes(user, responses)?;
    for name in missing_attributes(pool, user) {
        let is_given = |attribute: &Attribute| {
            attribute.name == name && attribute.value.as_ref().is_some_and(|v| !v.is_empty())
        };
        if !attributes.iter().any(is_given) {
            return Err(ServiceError::RequiredAttributeMissing { name: name.to_owned() });
        }
    }
    let change = Change::check(&attributes, Write::Update, &pool.settings)?;
    let attributes = change.apply(&user.attributes, Write::Creation)?;
    let mut user = user.clone();
    user.attributes = attributes;
    let account = Account::Confirmed { password: password.clone() };
    user.set_account(account, call.now, pool.history());
    if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
        return Err(crate::users::alias_exists(alias));
    }

    pool.sessions.mark_used(token);
    pool.users.update(&pool.settings, user.id, |u| u.clone_from(&user));
    Ok(AuthResponse::Tokens(Box::new(first_tokens(pool, call, client_id, &user)?)))
}

/// The attributes of an answer, under `userAttributes.<name>`. What the user has already, and
/// whether a contact is verified, is not for the user to say.
fn answered_attributes(
    user: &User,
    responses: &BTreeMap<String, Secret>,
) -> Result<Vec<Attribute>, ServiceError> {
    let mut attributes = Vec::new();
    for (key, value) in responses {
        let Some(name) = key.strip_prefix("userAttributes.") else { continue };
        if is_verification(name) {
            return Err(ServiceError::AttributeNotMutable { name: name.to_owned() });
        }
        if user.attributes.get(name).is_some() {
            return Err(ServiceError::AttributeAlreadyProvided { name: name.to_owned() });
        }
        attributes.push(Attribute::new(name, value.expose()));
    }
    Ok(attributes)
}

/// Opens a sign-in and issues its first tokens.
fn first_tokens(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
) -> Result<AuthenticationResult, ServiceError> {
    let client = pool.client(client_id)?;
    let sign_in = SignIn {
        user: user.id,
        client_id: client.id.clone(),
        auth_time: call.now,
        generation: user.generation,
        revoked: false,
        expires: call.now + client.settings.refresh_token_time(),
    };
    let origin = Uuid::random(call.entropy);
    let token = entropy::refresh_token(call.entropy);
    let result = issue(pool, call, client, user, origin, &sign_in, Some(token.clone()));
    pool.sign_ins.insert(origin, sign_in);
    pool.sign_ins.insert_refresh_token(&token, origin);
    Ok(result)
}

/// The operation that refreshes: the lists of modelled errors differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RefreshOperation {
    InitiateAuth,
    GetTokensFromRefreshToken,
}

/// The sign-in of a refresh token that this client may use now, and its user.
///
/// The order of the checks is assumed: client, user, sign-out, expiry, reuse, status.
pub(crate) fn live_refresh_token<'a>(
    pool: &'a Pool,
    client: &Client,
    token: &Secret,
    now: Timestamp,
    operation: RefreshOperation,
) -> Result<(Uuid, &'a User), ServiceError> {
    let known = pool.sign_ins.refresh_token(token).ok_or(ServiceError::RefreshTokenInvalid)?;
    let sign_in = pool.sign_ins.get(known.origin).ok_or(ServiceError::RefreshTokenInvalid)?;
    if sign_in.client_id != client.id {
        return Err(ServiceError::RefreshTokenOfOtherClient);
    }
    let user = pool.users.get(sign_in.user).ok_or(ServiceError::UserNotFound)?;
    // A disabled user's sign-ins are signed out as well (assumed to look alike).
    if sign_in.revoked || sign_in.generation != user.generation || !user.enabled {
        return Err(ServiceError::RefreshTokenRevoked);
    }
    if sign_in.expires <= now {
        return Err(ServiceError::RefreshTokenExpired);
    }
    if known.grace_ends.is_some_and(|grace_ends| grace_ends <= now) {
        return Err(ServiceError::RefreshTokenReused);
    }
    // Assumed: a user who must reset the password gets no tokens from an old sign-in either. The
    // class differs, because GetTokensFromRefreshToken does not model PasswordResetRequired.
    match (user.account.status(), operation) {
        (UserStatus::ResetRequired, RefreshOperation::InitiateAuth) => {
            Err(ServiceError::PasswordResetRequired)
        }
        (UserStatus::ResetRequired, RefreshOperation::GetTokensFromRefreshToken) => {
            Err(ServiceError::RefreshTokenRevoked)
        }
        _ => Ok((known.origin, user)),
    }
}

/// New tokens of an existing sign-in.
pub(crate) fn reissue(
    pool: &Pool,
    call: &mut Call<'_>,
    client: &Client,
    origin: Uuid,
    user: &User,
    rotated: Option<Secret>,
) -> AuthenticationResult {
    let sign_in = pool.sign_ins.get(origin).expect("the refresh token has just led to it");
    issue(pool, call, client, user, origin, sign_in, rotated)
}

/// A parameter that must be there and not empty.
pub(crate) fn required<'a>(
    parameters: &'a BTreeMap<String, Secret>,
    name: &str,
) -> Result<&'a Secret, ServiceError> {
    given(parameters, name).ok_or_else(|| ServiceError::MissingParameter { name: name.to_owned() })
}

/// A parameter, if it is there and not empty.
pub(crate) fn given<'a>(
    parameters: &'a BTreeMap<String, Secret>,
    name: &str,
) -> Option<&'a Secret> {
    parameters.get(name).filter(|value| !value.expose().is_empty())
}
