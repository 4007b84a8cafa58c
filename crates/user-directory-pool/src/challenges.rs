//! Challenges and their answers, of both operations that answer one.

use std::{collections::BTreeMap, sync::Arc};

use user_directory_srp::SrpServer;

use crate::{
    Attribute, AuthResponse, MfaType, Pool, Secret, ServiceError,
    authentication::{given, proceed, required},
    entropy, mfa_challenges,
    request::Call,
    schema::{Change, Write, is_verification},
    sessions::{self, Pending, Session},
    sign_ins::digest,
    srp,
    user::{Account, User},
};

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
    /// SMS_MFA or EMAIL_OTP, as the details say.
    Code {
        /// The real user name (`USER_ID_FOR_SRP`); absent after a choice of the user.
        username: Option<String>,
        /// Where the code went.
        details: crate::CodeDeliveryDetailsType,
    },
    /// SOFTWARE_TOKEN_MFA.
    SoftwareToken {
        /// The real user name (`USER_ID_FOR_SRP`); absent after a choice of the user.
        username: Option<String>,
        /// `FRIENDLY_DEVICE_NAME`, if the user gave one.
        friendly_device_name: Option<String>,
    },
    /// SELECT_MFA_TYPE.
    SelectMfaType {
        /// The real user name (`USER_ID_FOR_SRP`).
        username: String,
        /// `MFAS_CAN_CHOOSE`
        among: Vec<MfaType>,
    },
    /// MFA_SETUP.
    MfaSetup {
        /// The real user name (`USER_ID_FOR_SRP`).
        username: String,
        /// `MFAS_CAN_SETUP`
        among: Vec<MfaType>,
    },
}

pub(crate) const PASSWORD_VERIFIER: &str = "PASSWORD_VERIFIER";

impl Pool {
    /// Opens a session in which a user answers a challenge.
    pub(crate) fn open_session(
        &mut self,
        call: &mut Call<'_>,
        client_id: &str,
        user: &User,
        pending: Pending,
    ) -> Result<Secret, ServiceError> {
        let client = self.client(client_id)?;
        let session = Session {
            user: user.id,
            client_id: client.id.clone(),
            expires: call.now + client.settings.auth_session_validity,
            password_version: user.password_version,
            used: false,
            pending,
        };
        let token = entropy::session(call.entropy);
        self.sessions.insert(&token, session);
        Ok(token)
    }
}

/// NEW_PASSWORD_REQUIRED.
pub(crate) fn require_new_password(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
) -> Result<AuthResponse, ServiceError> {
    let parameters = ChallengeParameters::NewPasswordRequired {
        username: user.username.to_string(),
        required_attributes: missing_attributes(pool, user).map(str::to_owned).collect(),
        user_attributes: pool
            .attributes_in_order(user)
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    };
    let session = pool.open_session(call, client_id, user, Pending::NewPassword)?;
    Ok(AuthResponse::Challenge(IssuedChallenge { session: Some(session), parameters }))
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
        // They change a user, which a replica does not; and it has no software tokens:
        // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html
        "NEW_PASSWORD_REQUIRED" | "MFA_SETUP" | "SOFTWARE_TOKEN_MFA"
            if pool.answering_in.is_some() =>
        {
            Err(ServiceError::OperationNotEnabled)
        }
        "NEW_PASSWORD_REQUIRED"
        | "MFA_SETUP"
        | "SELECT_MFA_TYPE"
        | "SMS_MFA"
        | "EMAIL_OTP"
        | "SOFTWARE_TOKEN_MFA" => {
            respond_in_session(pool, call, client_id, challenge_name, session, responses)
        }
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
    challenge_name: &str,
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
    let answered = answer(pool, call, client_id, challenge_name, &session, username, responses);
    match &answered {
        Ok(_) => pool.sessions.mark_used(token),
        Err(refusal) if !sessions::outlives(refusal.code()) => {
            pool.spent.sessions.insert(digest(token));
        }
        Err(_) => {}
    }
    answered
}

/// An answer to an open session. That one to another challenge than the session's is refused as an
/// invalid session is assumed.
fn answer(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    challenge_name: &str,
    session: &Session,
    username: &str,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let user = pool.user_of_session(session)?;
    let named = pool.users.find(&pool.settings, username);
    if named.is_none_or(|named| named.id != user.id)
        || session.pending.challenge_name() != challenge_name
    {
        return Err(ServiceError::InvalidSession);
    }
    let user = user.clone();
    match &session.pending {
        Pending::NewPassword => set_new_password(pool, call, client_id, user, responses),
        pending => mfa_challenges::answer(pool, call, client_id, user, pending, responses),
    }
}

impl Pool {
    /// The user of a session, if it may go on.
    pub(crate) fn user_of_session(&self, session: &Session) -> Result<&User, ServiceError> {
        let user = self.users.get(session.user).filter(|user| session.is_for(user));
        let user = user.ok_or(ServiceError::InvalidSession)?;
        if user.enabled { Ok(user) } else { Err(ServiceError::UserDisabled) }
    }
}

/// An answer to NEW_PASSWORD_REQUIRED.
fn set_new_password(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    mut user: User,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    // Assumed: the lengths of the API model do not bind values inside ChallengeResponses (as they do
    // not inside AuthParameters), and an unknown attribute is refused in the words of an update.
    let password = given(responses, "NEW_PASSWORD").ok_or(ServiceError::NewPasswordMissing)?;
    pool.check_new_password(&user, password)?;
    let attributes = answered_attributes(&user, responses)?;
    for name in missing_attributes(pool, &user) {
        let is_given = |attribute: &Attribute| {
            attribute.name == name && attribute.value.as_ref().is_some_and(|v| !v.is_empty())
        };
        if !attributes.iter().any(is_given) {
            return Err(ServiceError::RequiredAttributeMissing { name: name.to_owned() });
        }
    }
    let change = Change::check(&attributes, Write::Update, &pool.settings)?;
    user.attributes = change.apply(&user.attributes, Write::Creation)?;
    let account = Account::Confirmed { password: password.clone() };
    user.set_account(account, call.now, pool.history());
    if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
        return Err(crate::users::alias_exists(alias));
    }

    pool.users.update(&pool.settings, user.id, |u| u.clone_from(&user));
    proceed(pool, call, client_id, &user)
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
