//! What the operations of a sign-in share: flows, passwords, first tokens, refreshes. The
//! administrator's and the public operations differ in the flows they take and in nothing else.

use std::collections::BTreeMap;

use crate::{
    AuthenticationResult, ExplicitAuthFlow, IssuedChallenge, Pool, Secret, ServiceError, Timestamp,
    UserStatus,
    challenges::require_new_password,
    claims::issue,
    client::Client,
    entropy,
    mfa::Demand,
    mfa_challenges,
    request::Call,
    sign_ins::SignIn,
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
    let user = pool.users.get(id).ok_or(ServiceError::UserNotFound)?;
    if !user.enabled {
        return Err(ServiceError::UserDisabled);
    }
    match &user.account {
        Account::ForceChangePassword { expires, .. } if *expires <= call.now => {
            Err(ServiceError::TemporaryPasswordExpired)
        }
        account => {
            let is_temporary = matches!(account, Account::ForceChangePassword { .. });
            let user = user.clone();
            pool.spent.lockout.reset(id);
            if is_temporary {
                require_new_password(pool, call, client_id, &user)
            } else {
                proceed(pool, call, client_id, &user)
            }
        }
    }
}

/// What a user gets who has proved a password of the user's own: tokens, or a challenge for a second
/// factor.
pub(crate) fn proceed(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
) -> Result<AuthResponse, ServiceError> {
    match pool.demand(user) {
        Demand::Nothing => first_tokens(pool, call, client_id, user),
        demand => mfa_challenges::issue(pool, call, client_id, user, demand),
    }
}

/// Opens a sign-in and issues its first tokens.
pub(crate) fn first_tokens(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
) -> Result<AuthResponse, ServiceError> {
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
    Ok(AuthResponse::Tokens(Box::new(result)))
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
