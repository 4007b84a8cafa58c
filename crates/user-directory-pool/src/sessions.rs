use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    DeliveryMedium, ErrorCode, MfaType, Secret, ServiceError, Timestamp,
    client::Client,
    sign_ins::{Digest, digest},
    snapshot,
    software_token::SoftwareToken,
    user::{User, UserId},
};

/// The sessions of challenges that were given out. Used and expired ones are kept, because Cognito
/// tells them from garbage.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Sessions(BTreeMap<Digest, Session>);

impl fmt::Debug for Sessions {
    /// Without the digests of their tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}

/// A session, and what answers it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Session {
    pub(crate) user: UserId,
    pub(crate) client_id: Arc<str>,
    pub(crate) expires: Timestamp,
    pub(crate) password_version: u64,
    pub(crate) used: bool,
    pub(crate) pending: Pending,
}

/// What answers a challenge.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Pending {
    /// NEW_PASSWORD_REQUIRED
    NewPassword,
    /// SMS_MFA or EMAIL_OTP
    Code(PendingCode),
    /// SOFTWARE_TOKEN_MFA. `enrols`: the factor is enabled and preferred from then on.
    SoftwareToken { enrols: bool },
    /// SELECT_MFA_TYPE
    Choice { among: Vec<MfaType>, enrols: bool },
    /// MFA_SETUP
    Setup { among: Vec<MfaType>, software_token: Option<SoftwareToken> },
    /// MFA_SETUP, after VerifySoftwareToken
    SetUp,
}

/// A code that was sent for one session. Another session's is worth nothing.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct PendingCode {
    #[serde(with = "snapshot::clear")]
    pub(crate) code: Secret,
    pub(crate) medium: DeliveryMedium,
    pub(crate) destination: Box<str>,
    /// Whether the factor is enabled and preferred from then on.
    pub(crate) enrols: bool,
    /// Whether the user has given the address in this sign-in: it is stored once it is verified.
    pub(crate) is_new: bool,
}

impl PendingCode {
    pub(crate) fn factor(&self) -> MfaType {
        MfaType::of_medium(self.medium)
    }
}

impl Pending {
    /// The AWS name of the challenge.
    pub(crate) fn challenge_name(&self) -> &'static str {
        match self {
            Self::NewPassword => "NEW_PASSWORD_REQUIRED",
            Self::Code(code) => code.factor().name(),
            Self::SoftwareToken { .. } => MfaType::SoftwareTokenMfa.name(),
            Self::Choice { .. } => "SELECT_MFA_TYPE",
            Self::Setup { .. } | Self::SetUp => "MFA_SETUP",
        }
    }
}

impl Sessions {
    pub(crate) fn insert(&mut self, token: &Secret, session: Session) {
        self.0.insert(digest(token), session);
    }

    /// Finds a session that this client may answer now.
    pub(crate) fn open(
        &self,
        token: &Secret,
        client: &Client,
        now: Timestamp,
    ) -> Result<&Session, ServiceError> {
        let session = self.0.get(&digest(token)).filter(|session| session.client_id == client.id);
        Self::live(session, now)
    }

    /// Finds a session that may be continued now by whoever has it: AssociateSoftwareToken and
    /// VerifySoftwareToken name no client.
    pub(crate) fn open_without_client(
        &self,
        token: &Secret,
        now: Timestamp,
    ) -> Result<&Session, ServiceError> {
        Self::live(self.0.get(&digest(token)), now)
    }

    /// Whether there is, or was, such a session.
    pub(crate) fn has(&self, token: &Secret) -> bool {
        self.0.contains_key(&digest(token))
    }

    fn live(session: Option<&Session>, now: Timestamp) -> Result<&Session, ServiceError> {
        let session = session.ok_or(ServiceError::InvalidSession)?;
        if session.used {
            Err(ServiceError::SessionUsed)
        } else if session.expires <= now {
            Err(ServiceError::SessionExpired)
        } else {
            Ok(session)
        }
    }

    /// The clients that sessions name.
    pub(crate) fn client_ids_mut(&mut self) -> impl Iterator<Item = &mut Arc<str>> {
        self.0.values_mut().map(|session| &mut session.client_id)
    }

    /// Forgets the sessions of a client that is deleted, as its refresh tokens.
    pub(crate) fn remove(&mut self, client_id: &str) {
        self.0.retain(|_, session| *session.client_id != *client_id);
    }

    pub(crate) fn mark_used(&mut self, token: &Secret) {
        if let Some(session) = self.0.get_mut(&digest(token)) {
            session.used = true;
        }
    }
}

/// What becomes of a session whose answer was refused: whether it can be answered again. Reported, as
/// measured on AWS: <https://github.com/aws-devtools-labs/aws-blocks>,
/// `packages/bb-auth-cognito/src/types.ts`. That the codes which are not named there end nothing is
/// assumed.
pub(crate) fn outlives(refusal: ErrorCode) -> bool {
    !matches!(refusal, ErrorCode::NotAuthorized | ErrorCode::ExpiredCode)
}

impl Session {
    /// Whether the session is for this user, and no administrator has touched the password since
    /// (assumed: nothing public says what Cognito does then).
    pub(crate) fn is_for(&self, user: &User) -> bool {
        self.user == user.id && self.password_version == user.password_version
    }
}
