use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
};

use async_trait::async_trait;

use crate::{
    AssociateSoftwareToken, Challenge, ChallengeAnswer, Error, Operation, Password, RefreshGrant,
    RefreshToken, Refreshed, Result, SoftwareTokenSetup, TokenSet, VerifiedSoftwareToken,
    VerifySoftwareToken,
};

/// Sign in, answer a challenge, refresh, revoke: what a login handler needs.
///
/// | method | what it does |
/// | --- | --- |
/// | [`sign_in`](Self::sign_in) | signs a user in: tokens, or a challenge |
/// | [`respond_to_challenge`](Self::respond_to_challenge) | answers a challenge |
/// | [`refresh`](Self::refresh) | gets new access and ID tokens |
/// | [`revoke`](Self::revoke) | ends one sign-in |
/// | [`associate_software_token`](Self::associate_software_token), [`verify_software_token`](Self::verify_software_token) | set up an authenticator app in a sign-in that demands one |
/// | [`pool_id`](Self::pool_id) | says which pool it serves |
///
/// Every [`UserDirectory`](crate::UserDirectory) and every [`SelfService`](crate::SelfService) is
/// one, and `Arc<dyn UserDirectory>` upcasts to `Arc<dyn Authentication>`. An administrator's
/// handle calls the `Admin*` operations, a self-service handle the unsigned ones; what they answer
/// is the same.
///
/// # Contract
///
/// An implementation passes the cases of `user-directory-contract`, and should deny
/// `clippy::missing_trait_methods`: a method that a later version adds answers `NotImplemented` until
/// it is written. A wrapper implements the trait's namesake in [`forward`](crate::forward) instead.
///
/// ```
/// use user_directory::{AuthOutcome, Authentication, Challenge, Refresh, Result, Revoke, SignIn};
///
/// async fn a_session(directory: &dyn Authentication) -> Result<()> {
///     let outcome = match directory.sign_in(SignIn::new("alice", "Temporary-1")).await? {
///         // An administrator has chosen the password so far.
///         AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) => {
///             directory.respond_to_challenge(challenge.answer("Correct-horse-9")).await?
///         }
///         outcome => outcome,
///     };
///     let Some(set) = outcome.tokens() else { return Ok(()) };
///     let refreshed = directory.refresh(Refresh::from(&set.grant)).await?;
///     assert_ne!(refreshed.tokens().access_token, set.tokens.access_token);
///     directory.revoke(Revoke::from(&set.grant)).await
/// }
/// ```
#[async_trait]
pub trait Authentication: Debug + Send + Sync + 'static {
    /// The user pool that it serves, such as `eu-west-1_Example01`; `None` if it does not say.
    ///
    /// So a wrapper that keeps records by pool can refuse the id of another pool.
    fn pool_id(&self) -> Option<&str> {
        None
    }

    /// Signs a user in.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for wrong credentials; also for an
    /// unknown user where the client hides existence errors (the console's default), and
    /// [`UserNotFound`](crate::ErrorKind::UserNotFound) only where it does not (the API's default):
    /// code that branches on [`UserNotFound`](crate::ErrorKind::UserNotFound) here never runs in
    /// most pools. [`PasswordResetRequired`](crate::ErrorKind::PasswordResetRequired),
    /// [`UserNotConfirmed`](crate::ErrorKind::UserNotConfirmed). After 5 wrong passwords in a row
    /// Cognito also refuses the right one for a second, and for twice as long after each further
    /// wrong one, up to 15 minutes: [`Reason::LockedOut`](crate::Reason::LockedOut).
    ///
    /// AWS: [AdminInitiateAuth](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html)
    /// or [InitiateAuth](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html),
    /// by password or by SRP as the configuration says: see [`SignInFlow`].
    #[doc(alias = "AdminInitiateAuth")]
    #[doc(alias = "InitiateAuth")]
    #[doc(alias = "USER_SRP_AUTH")]
    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome>;

    /// Answers a challenge with an answer that the challenge built.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for a session that has expired (3 minutes
    /// unless the client says otherwise), was used, or is not the client's;
    /// [`InvalidPassword`](crate::ErrorKind::InvalidPassword);
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a required attribute that is
    /// missing; [`CodeMismatch`](crate::ErrorKind::CodeMismatch) for a wrong code, after which another
    /// may be tried; [`ExpiredCode`](crate::ErrorKind::ExpiredCode) for a code of an authenticator app
    /// that was used.
    ///
    /// AWS: [AdminRespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html)
    /// or [RespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
    #[doc(alias = "AdminRespondToAuthChallenge")]
    #[doc(alias = "RespondToAuthChallenge")]
    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome>;

    /// Gets new access and ID tokens. This does not extend the life of the refresh token.
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for a token that has expired, was revoked
    /// or is not the client's; [`UserNotFound`](crate::ErrorKind::UserNotFound) after the user was
    /// deleted; [`RefreshTokenReuse`](crate::ErrorKind::RefreshTokenReuse) for a rotated token.
    ///
    /// AWS: AdminInitiateAuth or InitiateAuth with REFRESH_TOKEN_AUTH, or
    /// [GetTokensFromRefreshToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html),
    /// by configuration: see [`RefreshFlow`](crate::RefreshFlow).
    #[doc(alias = "REFRESH_TOKEN_AUTH")]
    #[doc(alias = "GetTokensFromRefreshToken")]
    async fn refresh(&self, request: Refresh) -> Result<Refreshed>;

    /// Ends one sign-in: its refresh token and every access token that came of it. Other sign-ins
    /// of the user go on. Revoking again succeeds.
    ///
    /// The ID token still verifies until it expires, and so does the access token for whoever
    /// verifies it offline.
    ///
    /// # Errors
    ///
    /// [`UnsupportedTokenType`](crate::ErrorKind::UnsupportedTokenType) for anything but a refresh
    /// token, [`Unauthorized`](crate::ErrorKind::Unauthorized) for a wrong client or secret,
    /// [`UnsupportedOperation`](crate::ErrorKind::UnsupportedOperation) where the client has token
    /// revocation switched off.
    ///
    /// AWS: [RevokeToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html).
    #[doc(alias = "RevokeToken")]
    async fn revoke(&self, request: Revoke) -> Result<()>;

    /// Begins to set up an authenticator app in a sign-in that demands one: see
    /// [`MfaSetup`](crate::MfaSetup).
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for a session that has expired, was used, or
    /// sets up nothing; [`SoftwareTokenMfaNotFound`](crate::ErrorKind::SoftwareTokenMfaNotFound) in a
    /// pool without software tokens; [`NotImplemented`](crate::ErrorKind::NotImplemented) from an
    /// implementation that does not have the method yet.
    ///
    /// AWS: [AssociateSoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html)
    /// with a session.
    #[doc(alias = "AssociateSoftwareToken")]
    async fn associate_software_token(
        &self,
        _: AssociateSoftwareToken,
    ) -> Result<SoftwareTokenSetup> {
        Err(Error::not_implemented(Operation::AssociateSoftwareToken))
    }

    /// Verifies an authenticator app in a sign-in, by a code that it shows, good for 30 seconds on
    /// either side.
    ///
    /// # Errors
    ///
    /// [`EnableSoftwareTokenMfa`](crate::ErrorKind::EnableSoftwareTokenMfa) for a wrong code: another
    /// may be tried; otherwise as
    /// [`associate_software_token`](Self::associate_software_token).
    ///
    /// AWS: [VerifySoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html)
    /// with a session.
    #[doc(alias = "VerifySoftwareToken")]
    async fn verify_software_token(&self, _: VerifySoftwareToken) -> Result<VerifiedSoftwareToken> {
        Err(Error::not_implemented(Operation::VerifySoftwareToken))
    }
}

/// A request to [`Authentication::sign_in`].
///
/// ```
/// use user_directory::SignIn;
///
/// let request = SignIn::new("alice", "correct horse 9 Battery!")
///     .with_client_metadata([("channel", "web")]);
/// assert!(!format!("{request:?}").contains("horse"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignIn {
    /// What the user typed: a user name, or an alias where the pool has aliases.
    pub username: String,
    /// How the user proves who it is.
    pub credential: Credential,
    /// Data for the pool's triggers. Cognito neither stores nor validates it.
    pub client_metadata: BTreeMap<String, String>,
    /// What the application knows about the end user's device.
    pub context: Option<EndUserContext>,
}

impl SignIn {
    /// A sign-in by password.
    pub fn new(username: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            username: username.into(),
            credential: Credential::Password(password.into()),
            client_metadata: BTreeMap::new(),
            context: None,
        }
    }

    with_client_metadata!();

    /// Adds what the application knows about the end user's device.
    #[must_use]
    pub fn with_context(mut self, context: EndUserContext) -> Self {
        self.context = Some(context);
        self
    }
}

/// How a user proves who it is. The choice-based flow will bring further kinds.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Credential {
    /// A password. Whether it is sent or only proved, the implementation's configuration says:
    /// [`SignInFlow`].
    Password(Password),
}

/// How an implementation proves a user's password to Cognito. You choose it by configuration.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignInFlow {
    /// The password is sent, inside TLS: ADMIN_USER_PASSWORD_AUTH from an administrator's handle,
    /// USER_PASSWORD_AUTH from a self-service one. One call.
    #[default]
    Password,
    /// The password is proved and never sent: USER_SRP_AUTH, and an answer to the challenge
    /// PASSWORD_VERIFIER. Two calls, and some milliseconds of arithmetic on the thread that polls the
    /// sign-in.
    ///
    /// Passwords are still sent where one is chosen or changed.
    Srp,
}

/// What the application knows about the end user's device (AWS: `ContextDataType`,
/// `UserContextDataType`). Cognito's threat protection uses it.
#[derive(Clone, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct EndUserContext {
    /// The end user's IP address.
    pub ip_address: Option<String>,
    /// The name of the server that the end user called.
    pub server_name: Option<String>,
    /// The path that the end user called.
    pub server_path: Option<String>,
    /// The HTTP headers of the end user's request.
    pub http_headers: Vec<(String, String)>,
    /// The device fingerprint that a client-side library encoded.
    pub encoded_data: Option<String>,
}

impl fmt::Debug for EndUserContext {
    /// Shows no values of headers, which hold cookies and tokens, and no device data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.http_headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("EndUserContext")
            .field("ip_address", &self.ip_address)
            .field("server_name", &self.server_name)
            .field("server_path", &self.server_path)
            .field("http_headers", &headers)
            .finish_non_exhaustive()
    }
}

impl EndUserContext {
    /// Nothing known; set the fields that are.
    pub fn new() -> Self {
        Self::default()
    }
}

/// What a sign-in or an answer to a challenge brings. The enum is exhaustive on purpose, so that an
/// application handles both.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "the compiler should ask for both arms")]
pub enum AuthOutcome {
    /// The user is signed in.
    Tokens(TokenSet),
    /// Cognito wants to know more first.
    Challenge(Challenge),
}

impl AuthOutcome {
    /// The tokens, if there are any.
    pub fn tokens(self) -> Option<TokenSet> {
        match self {
            Self::Tokens(tokens) => Some(tokens),
            Self::Challenge(_) => None,
        }
    }

    /// The challenge, if there is one.
    pub fn challenge(self) -> Option<Challenge> {
        match self {
            Self::Tokens(_) => None,
            Self::Challenge(challenge) => Some(challenge),
        }
    }
}

/// A request to [`Authentication::refresh`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refresh {
    /// What the sign-in brought.
    pub grant: RefreshGrant,
    /// Data for the pool's triggers; only GetTokensFromRefreshToken passes it on.
    pub client_metadata: BTreeMap<String, String>,
}

impl Refresh {
    /// A refresh with this grant.
    pub fn new(grant: impl Into<RefreshGrant>) -> Self {
        Self { grant: grant.into(), client_metadata: BTreeMap::new() }
    }

    with_client_metadata!();
}

impl From<RefreshGrant> for Refresh {
    fn from(grant: RefreshGrant) -> Self {
        Self::new(grant)
    }
}

impl From<&RefreshGrant> for Refresh {
    fn from(grant: &RefreshGrant) -> Self {
        Self::new(grant.clone())
    }
}

/// A request to [`Authentication::revoke`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Revoke {
    /// The refresh token of the sign-in to end.
    pub refresh_token: RefreshToken,
    /// Whose sign-in it is. It is not sent to Cognito; a ledger of ended sign-ins needs it.
    pub sub: Option<String>,
    /// What the tokens of the sign-in share. It is not sent either.
    pub origin_jti: Option<String>,
}

impl Revoke {
    /// Ends the sign-in that this refresh token belongs to. If you have its grant, make the request
    /// from the grant: it says more.
    pub fn new(refresh_token: impl Into<RefreshToken>) -> Self {
        Self { refresh_token: refresh_token.into(), sub: None, origin_jti: None }
    }
}

impl From<&RefreshGrant> for Revoke {
    fn from(grant: &RefreshGrant) -> Self {
        Self {
            refresh_token: grant.refresh_token().clone(),
            sub: Some(grant.sub().to_owned()),
            origin_jti: grant.origin_jti().map(str::to_owned),
        }
    }
}
