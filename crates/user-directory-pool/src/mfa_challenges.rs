//! The challenges for a second factor: how each is issued, and what its answer does.

use std::collections::BTreeMap;

use crate::{
    Attribute, AuthResponse, ChallengeParameters, DeliveryMedium, IssuedChallenge, MessageContent,
    MfaType, Pool, Secret, ServiceError, Timestamp,
    attributes::verified_attribute,
    authentication::{first_tokens, given, required},
    codes::details,
    entropy,
    message::Draft,
    mfa::{Demand, UserMfa},
    request::Call,
    schema::{Change, Write},
    sessions::{Pending, PendingCode, Session},
    sign_ins::digest,
    software_token::BadCode,
    user::User,
    users::alias_exists,
};

/// Asks for what a user must still show.
pub(crate) fn issue(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
    demand: Demand,
) -> Result<AuthResponse, ServiceError> {
    let username = user.username.to_string();
    let (pending, parameters) = match demand {
        Demand::Nothing => return first_tokens(pool, call, client_id, user),
        Demand::Factor { factor, enrols } => {
            return ask_for_code(pool, call, client_id, user, factor, enrols, Some(username));
        }
        Demand::Choice { among, enrols } => (
            Pending::Choice { among: among.clone(), enrols },
            ChallengeParameters::SelectMfaType { username, among },
        ),
        Demand::Setup { among } => (
            Pending::Setup { among: among.clone(), software_token: None },
            ChallengeParameters::MfaSetup { username, among },
        ),
    };
    let session = pool.open_session(call, client_id, user, pending)?;
    Ok(AuthResponse::Challenge(IssuedChallenge { session: Some(session), parameters }))
}

/// The challenge of one factor. `username`: as the challenge names the user.
fn ask_for_code(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
    factor: MfaType,
    enrols: bool,
    username: Option<String>,
) -> Result<AuthResponse, ServiceError> {
    let medium = match factor {
        MfaType::SmsMfa => DeliveryMedium::Sms,
        MfaType::EmailOtp => DeliveryMedium::Email,
        MfaType::SoftwareTokenMfa => {
            let token = user.software_token();
            let name = token.and_then(|token| token.friendly_device_name.as_deref());
            let friendly_device_name = name.map(str::to_owned);
            let pending = Pending::SoftwareToken { enrols };
            let session = pool.open_session(call, client_id, user, pending)?;
            let parameters = ChallengeParameters::SoftwareToken { username, friendly_device_name };
            return Ok(AuthResponse::Challenge(IssuedChallenge {
                session: Some(session),
                parameters,
            }));
        }
    };
    let destination = user.attributes.get(medium.attribute()).unwrap_or_default().to_owned();
    send_code(pool, call, client_id, user, &destination, medium, enrols, username)
}

/// The challenge of a factor whose code is a message. Six digits, measured:
/// <https://github.com/aws-devtools-labs/aws-blocks>.
#[expect(clippy::too_many_arguments, reason = "each says something else of one message")]
fn send_code(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
    destination: &str,
    medium: DeliveryMedium,
    enrols: bool,
    username: Option<String>,
) -> Result<AuthResponse, ServiceError> {
    let code = entropy::code(call.entropy);
    let is_new = user.attributes.get(medium.attribute()) != Some(destination);
    let pending = Pending::Code(PendingCode {
        code: code.clone(),
        medium,
        destination: destination.into(),
        enrols,
        is_new,
    });
    let session = pool.open_session(call, client_id, user, pending)?;
    call.messages.push(Draft {
        username: user.username.to_string(),
        medium,
        destination: destination.to_owned(),
        content: MessageContent::Authentication { code },
    });
    let details = details(medium, destination);
    let parameters = ChallengeParameters::Code { username, details };
    Ok(AuthResponse::Challenge(IssuedChallenge { session: Some(session), parameters }))
}

/// An answer to a challenge for a second factor.
pub(crate) fn answer(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    mut user: User,
    pending: &Pending,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let enrolled = match pending {
        Pending::NewPassword => return Err(ServiceError::InvalidSession),
        Pending::Choice { among, enrols } => {
            let chosen = MfaType::from_name(required(responses, "ANSWER")?.expose());
            let chosen = chosen.filter(|factor| among.contains(factor) && user.can_use(*factor));
            let factor = chosen.ok_or(ServiceError::MfaTypeNotOffered)?;
            return ask_for_code(pool, call, client_id, &user, factor, *enrols, None);
        }
        Pending::Setup { among, .. } => {
            // Without an address the answer says that the app is set up, which VerifySoftwareToken
            // would have noted.
            let email = given(responses, "EMAIL").filter(|_| among.contains(&MfaType::EmailOtp));
            let email = email.ok_or(ServiceError::SoftwareTokenNotSetUp)?;
            return set_up_email(pool, call, client_id, &user, email.expose());
        }
        Pending::SetUp => None,
        Pending::Code(pending) => {
            let code = required(responses, pending.factor().code_name())?;
            let is_right = pending.code == *code;
            let accepted = is_right.then_some(()).ok_or(ServiceError::MfaCodeMismatch);
            count_code(pool, call, &user, accepted)?;
            verify_contact(pool, &mut user, pending)?;
            pending.enrols.then_some(pending.factor())
        }
        Pending::SoftwareToken { enrols } => {
            let factor = MfaType::SoftwareTokenMfa;
            let code = required(responses, factor.code_name())?;
            let mfa = user.mfa.as_deref_mut();
            let token = mfa.and_then(|mfa| mfa.software_token.as_mut());
            // It may have been deleted, or replaced by one that is not verified, meanwhile.
            let token = token.filter(|token| token.is_verified);
            let token = token.ok_or(ServiceError::SoftwareTokenNotSetUp)?;
            let accepted = token.accept(code, call.now).map_err(|bad| match bad {
                BadCode::Wrong => ServiceError::SoftwareTokenCodeInvalid,
                BadCode::Used => ServiceError::SoftwareTokenUsedOnce,
            });
            count_code(pool, call, &user, accepted)?;
            enrols.then_some(factor)
        }
    };
    if let Some(factor) = enrolled {
        // It changes the user, which a replica does not.
        if pool.answering_in.is_some() {
            return Err(ServiceError::OperationNotEnabled);
        }
        user.mfa.get_or_insert_default().enrol(factor);
    }
    pool.users.update(&pool.settings, user.id, |u| u.clone_from(&user));
    first_tokens(pool, call, client_id, &user)
}

/// Counts a code that is not accepted, and refuses any while the user is locked out for those before. A
/// used code counts as a wrong one: if it cleared the count, whoever has seen one could guess on.
fn count_code(
    pool: &mut Pool,
    call: &Call<'_>,
    user: &User,
    accepted: Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let counts = pool.settings.lockout;
    if counts && pool.spent.codes.check(user.id, call.now).is_err() {
        return Err(ServiceError::CodeAttemptsExceeded);
    }
    match accepted {
        Ok(()) => pool.spent.codes.reset(user.id),
        Err(_) if counts => pool.spent.codes.fail(user.id, call.now),
        Err(_) => {}
    }
    accepted
}

/// A code verifies the address or number that it went to: documented,
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>. That it is
/// worth nothing once the user has another one is assumed.
fn verify_contact(pool: &Pool, user: &mut User, pending: &PendingCode) -> Result<(), ServiceError> {
    let name = pending.medium.attribute();
    if pending.is_new {
        user.attributes.set(name.into(), &pending.destination);
    } else if user.attributes.get(name) != Some(&*pending.destination) {
        return Err(ServiceError::InvalidSession);
    }
    user.attributes.set(verified_attribute(pending.medium).into(), "true");
    match pool.users.alias_owner(&pool.settings, user) {
        Some((alias, _)) => Err(alias_exists(alias)),
        None => Ok(()),
    }
}

/// MFA_SETUP answered with an address: it gets a code, and is stored with the right answer to that.
fn set_up_email(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    user: &User,
    email: &str,
) -> Result<AuthResponse, ServiceError> {
    pool.require_setup(user)?;
    let attribute = [Attribute::new("email", email)];
    let attributes = Change::check(&attribute, Write::Update, &pool.settings)?
        .apply(&user.attributes, Write::Update)?;
    let email = attributes.get("email").unwrap_or_default().to_owned();
    let username = Some(user.username.to_string());
    let medium = DeliveryMedium::Email;
    send_code(pool, call, client_id, user, &email, medium, true, username)
}

impl Pool {
    /// Refuses to set up a factor in a session of a user who has set one up since: whoever knows the
    /// password alone must not add a second one. Assumed; nothing public says what Cognito does then.
    pub(crate) fn require_setup(&self, user: &User) -> Result<(), ServiceError> {
        match self.demand(user) {
            Demand::Setup { .. } => Ok(()),
            _ => Err(ServiceError::InvalidSession),
        }
    }

    /// Refuses software tokens where the pool does not have them.
    pub(crate) fn require_software_tokens(&self) -> Result<(), ServiceError> {
        if self.settings.has_factor(MfaType::SoftwareTokenMfa) {
            Ok(())
        } else {
            Err(ServiceError::SoftwareTokenNotEnabled)
        }
    }

    /// The session of a sign-in that sets up a software token, with its user.
    pub(crate) fn session_of_setup(
        &self,
        token: Option<&Secret>,
        now: Timestamp,
    ) -> Result<(Session, User), ServiceError> {
        // The text for neither a session nor an access token is assumed.
        let missing = || ServiceError::MissingParameter { name: "Session".to_owned() };
        let token = token.ok_or_else(missing)?;
        if self.spent.sessions.contains(&digest(token)) {
            return Err(ServiceError::InvalidSession);
        }
        let session = self.sessions.open_without_client(token, now)?.clone();
        let user = self.user_of_session(&session)?.clone();
        self.require_software_tokens()?;
        match &session.pending {
            Pending::Setup { among, .. } if among.contains(&MfaType::SoftwareTokenMfa) => {
                self.require_setup(&user)?;
                Ok((session, user))
            }
            _ => Err(ServiceError::InvalidSession),
        }
    }

    /// Counts a wrong code of an app that is set up in a session. The third ends the session: reported,
    /// <https://github.com/aws-devtools-labs/aws-blocks>, `packages/bb-auth-cognito/src/types.ts`.
    pub(crate) fn count_failed_setup(&mut self, session: Option<&Secret>) {
        const TRIES: u32 = 3;
        let Some(session) = session.map(digest) else { return };
        let failed = self.spent.setups.entry(session).or_default();
        *failed += 1;
        if *failed >= TRIES {
            self.spent.setups.remove(&session);
            self.spent.sessions.insert(session);
        }
    }

    /// Whether a session is, or was, this pool's: some calls name nothing else.
    pub fn has_session(&self, session: &Secret) -> bool {
        self.sessions.has(session)
    }

    /// Changes what a user has of second factors.
    pub(crate) fn update_mfa(&mut self, user: &User, change: impl FnOnce(&mut UserMfa)) {
        self.users.update(&self.settings, user.id, |user| {
            let mut mfa = user.mfa.take().unwrap_or_default();
            change(&mut mfa);
            user.mfa = Some(mfa).filter(|mfa| **mfa != UserMfa::default());
        });
    }
}
