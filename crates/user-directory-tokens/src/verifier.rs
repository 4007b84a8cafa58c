use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Header, dangerous::insecure_decode_claims};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    AccessClaims, Claims, IdClaims, JwksFetcher, SettingsError, SignOutLedger, TokenError,
    TokenErrorKind, TokenUse, UserPool,
    claims::Reader,
    keys::{Clock, Keys},
    payload::Payload,
    user_pool::Issuer,
};

/// A longer token is refused before anything in it is read. Servers take no more in a header.
pub const LONGEST_TOKEN: usize = 16 * 1024;

/// The longest leeway: 5 minutes. A ledger keeps its records that much longer than tokens live.
pub const LONGEST_LEEWAY: Duration = Duration::from_secs(5 * 60);

/// Verifies tokens of one or several user pools.
///
/// It accepts RS256 alone, and checks signature, issuer, app client, use, times and, where there is
/// one, the [sign-out ledger](SignOutLedger). Keys are fetched when a token first needs them, kept,
/// and fetched again after [`KEY_LIFE`](crate::KEY_LIFE), or for a key id that is not known, at most
/// every [`PAUSE`](crate::PAUSE). While they cannot be fetched, those that are there stay in use for
/// [`STALE_LIFE`](crate::STALE_LIFE).
///
/// It needs a tokio runtime with its timer. A fetch runs there in a task of its own, which goes on
/// when the request that wanted it is dropped, and which all share that need keys meanwhile. None of
/// them waits longer than [`LONGEST_WAIT`](crate::LONGEST_WAIT).
///
/// A clone is another handle to the same keys. The last one that is dropped ends a fetch.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
/// use user_directory_fake::FakeDirectory;
/// use user_directory_tokens::{BackendError, TokenErrorKind, TokenVerifier, UserPool, fetch_with};
///
/// let directory = FakeDirectory::new();
/// let _ = directory.register(Register::new("alice", "Correct-horse-9")).await?;
/// let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await?;
/// let tokens = outcome.tokens().expect("alice has a permanent password");
///
/// let fake = directory.fake().clone();
/// let client = fake.first_client().clone();
/// let pool = UserPool::new(&client.pool_id, [&client.client_id]);
/// // In production: `TokenVerifier::new(pool)?`, which fetches the keys from Cognito.
/// let verifier = TokenVerifier::builder(pool)
///     .fetcher(fetch_with(move |_| {
///         fake.jwks(&client.pool_id).map(String::into_bytes).ok_or(BackendError::new("no such pool"))
///     }))
///     .trust_public_test_keys()
///     .build()
///     .expect("the settings are valid");
///
/// let claims = verifier.access_token(tokens.access_token().expose()).await.unwrap();
/// assert_eq!(claims.username.as_deref(), Some("alice"));
/// assert!(claims.has_scope("aws.cognito.signin.user.admin"));
///
/// let error = verifier.access_token(tokens.id_token().expose()).await.unwrap_err();
/// assert_eq!(error.kind(), TokenErrorKind::TokenUse);
/// # Ok::<(), user_directory::Error>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct TokenVerifier(Arc<Inner>);

struct Inner {
    /// By issuer: a pool has several.
    pools: HashMap<String, Issued>,
    leeway: Duration,
    clock: Clock,
    ledger: Option<Arc<dyn SignOutLedger>>,
    fails_open: bool,
}

/// What an issuer makes its tokens for, and with.
struct Issued {
    pool: Arc<UserPool>,
    keys: Keys,
    /// Whether pools have this issuer only if they have opted into it.
    is_optional: bool,
}

/// Which uses a caller takes.
#[derive(Clone, Copy)]
enum Wanted {
    One(TokenUse),
    Either,
}

impl TokenVerifier {
    /// Verifies tokens of one pool with keys from Cognito, without a ledger.
    ///
    /// # Errors
    ///
    /// One sentence about what is wrong with the settings.
    #[cfg(feature = "https")]
    pub fn new(pool: UserPool) -> Result<Self, SettingsError> {
        Self::builder(pool).build()
    }

    /// Starts the settings of a verifier.
    pub fn builder(pool: UserPool) -> TokenVerifierBuilder {
        TokenVerifierBuilder {
            pools: vec![pool],
            fetcher: None,
            clock: Arc::new(SystemTime::now),
            leeway: Duration::ZERO,
            trust_public_test_keys: false,
            ledger: None,
            fails_open: false,
        }
    }

    /// Verifies an access token: what an API gets as a bearer token.
    ///
    /// # Errors
    ///
    /// [`TokenErrorKind`] says why.
    pub async fn access_token(&self, token: &str) -> Result<AccessClaims, TokenError> {
        match self.verify(token, Wanted::One(TokenUse::Access)).await? {
            Claims::Access(claims) => Ok(claims),
            Claims::Id(_) => Err(TokenErrorKind::TokenUse.into()),
        }
    }

    /// Verifies an ID token: what tells an application who has signed in.
    ///
    /// # Errors
    ///
    /// [`TokenErrorKind`] says why.
    pub async fn id_token(&self, token: &str) -> Result<IdClaims, TokenError> {
        match self.verify(token, Wanted::One(TokenUse::Id)).await? {
            Claims::Id(claims) => Ok(claims),
            Claims::Access(_) => Err(TokenErrorKind::TokenUse.into()),
        }
    }

    /// Verifies a token of either use: for an API that takes ID tokens as bearer tokens, too, which
    /// it should not without need, as they hold personal data and no scopes.
    ///
    /// # Errors
    ///
    /// [`TokenErrorKind`] says why.
    pub async fn either_token(&self, token: &str) -> Result<Claims, TokenError> {
        self.verify(token, Wanted::Either).await
    }

    /// Fetches the keys of all pools and their replicas: at the start of a service, so that the first
    /// request need not wait, and a wrong pool id shows at once. Keys of updated issuers are fetched when
    /// a token of one comes: the address of a pool that has not opted in answers 403.
    ///
    /// # Errors
    ///
    /// `KeysUnavailable` for the first pool whose keys cannot be fetched.
    pub async fn load_keys(&self) -> Result<(), TokenError> {
        for issued in self.0.pools.values().filter(|issued| !issued.is_optional) {
            issued.keys.load().await?;
        }
        Ok(())
    }

    async fn verify(&self, token: &str, wanted: Wanted) -> Result<Claims, TokenError> {
        if token.len() > LONGEST_TOKEN {
            return Err(TokenErrorKind::Oversized.into());
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| fault_of_header(token))?;
        let key_id = judge(&header)?;
        // Not to be believed before the signature is checked. Until then only the issuer is read,
        // to know whose keys to check with.
        let unverified: Payload =
            insecure_decode_claims(token).map_err(|_| TokenErrorKind::Malformed)?;
        let Issued { pool, keys, .. } = self.issued(&unverified)?;
        let key = keys.find(key_id).await?;
        check_signature(token, &key)?;
        // Only now: waiting for the key may have taken seconds.
        let claims = self.read(unverified, pool, wanted, (self.0.clock)())?;
        self.ask_ledger(&claims).await?;
        Ok(claims)
    }

    /// Where a token says that it comes from. The signature then shows whether that is so.
    fn issued(&self, unverified: &Payload) -> Result<&Issued, TokenErrorKind> {
        let issuer = unverified.claims.get("iss").ok_or(TokenErrorKind::MissingClaim)?;
        let issuer = issuer.as_str().ok_or(TokenErrorKind::Malformed)?;
        self.0.pools.get(issuer).ok_or(TokenErrorKind::Issuer)
    }

    fn read(
        &self,
        payload: Payload,
        pool: &UserPool,
        wanted: Wanted,
        now: SystemTime,
    ) -> Result<Claims, TokenErrorKind> {
        if payload.has_duplicates {
            return Err(TokenErrorKind::DuplicateClaim);
        }
        let mut reader = Reader(payload.claims);
        let token_use: String = reader.required("token_use")?;
        let token_use = [TokenUse::Access, TokenUse::Id]
            .into_iter()
            .find(|known| known.name() == token_use)
            .ok_or(TokenErrorKind::TokenUse)?;
        match wanted {
            Wanted::One(wanted) if wanted != token_use => return Err(TokenErrorKind::TokenUse),
            _ => {}
        }
        let expires_at = reader.required_time("exp")?;
        // With a leeway of n seconds a token is good until n seconds after its last one.
        if now.duration_since(expires_at).is_ok_and(|late| late >= self.0.leeway) {
            return Err(TokenErrorKind::Expired);
        }
        let start = reader.optional_time("nbf")?.unwrap_or(UNIX_EPOCH);
        if start.duration_since(now).is_ok_and(|early| early > self.0.leeway) {
            return Err(TokenErrorKind::NotYetValid);
        }
        match token_use {
            TokenUse::Access => {
                let client_id: String = reader.required("client_id")?;
                if !pool.clients.contains(&client_id) {
                    return Err(TokenErrorKind::Client);
                }
                if let Some(audiences) = &pool.audiences {
                    let audience: Value =
                        reader.required("aud").map_err(|_| TokenErrorKind::Audience)?;
                    if !names_one_of(&audience, audiences) {
                        return Err(TokenErrorKind::Audience);
                    }
                }
                Ok(Claims::Access(reader.access(&pool.pool_id, expires_at, client_id)?))
            }
            TokenUse::Id => {
                let client_id: String = reader.required("aud")?;
                if !pool.clients.contains(&client_id) {
                    return Err(TokenErrorKind::Client);
                }
                Ok(Claims::Id(reader.id(&pool.pool_id, expires_at, client_id)?))
            }
        }
    }

    async fn ask_ledger(&self, claims: &Claims) -> Result<(), TokenError> {
        let Some(ledger) = &self.0.ledger else { return Ok(()) };
        let Some(sign_in) = claims.sign_in()? else { return Ok(()) };
        match ledger.has_ended(&sign_in).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(TokenErrorKind::SignedOut.into()),
            Err(error) if self.0.fails_open => {
                tracing::warn!(%error, "a token passed although the sign-out ledger cannot be \
                                        asked");
                Ok(())
            }
            Err(error) => {
                Err(TokenError::new(TokenErrorKind::LedgerUnavailable).with_source(error))
            }
        }
    }
}

/// The key id of a header that is in order.
fn judge(header: &Header) -> Result<&str, TokenErrorKind> {
    if header.alg != Algorithm::RS256 {
        return Err(TokenErrorKind::Algorithm);
    }
    let brings_a_key = header.jwk.is_some()
        || header.jku.is_some()
        || header.x5u.is_some()
        || header.x5c.is_some();
    if brings_a_key {
        return Err(TokenErrorKind::EmbeddedKey);
    }
    // RFC 7515, section 4.1.11: whoever does not know what it names refuses.
    if header.crit.is_some() {
        return Err(TokenErrorKind::Malformed);
    }
    header.kid.as_deref().ok_or(TokenErrorKind::MissingKeyId)
}

/// Why the library cannot read a header: it knows no `none`, for instance.
fn fault_of_header(token: &str) -> TokenErrorKind {
    #[derive(Deserialize)]
    struct Algorithm {
        alg: String,
    }

    let parts: Vec<_> = token.split('.').collect();
    let header = URL_SAFE_NO_PAD.decode(parts[0]).unwrap_or_default();
    match serde_json::from_slice::<Algorithm>(&header) {
        Ok(Algorithm { alg }) if parts.len() == 3 && alg != "RS256" => TokenErrorKind::Algorithm,
        _ => TokenErrorKind::Malformed,
    }
}

fn check_signature(token: &str, key: &DecodingKey) -> Result<(), TokenErrorKind> {
    let (message, signature) = token.rsplit_once('.').ok_or(TokenErrorKind::Malformed)?;
    match jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, Algorithm::RS256) {
        Ok(true) => Ok(()),
        Ok(false) => Err(TokenErrorKind::Signature),
        Err(_) => Err(TokenErrorKind::Malformed),
    }
}

/// RFC 7519, section 4.1.3: one text, or a list of them.
fn names_one_of(audience: &Value, audiences: &BTreeSet<String>) -> bool {
    let is_known =
        |audience: &Value| audience.as_str().is_some_and(|audience| audiences.contains(audience));
    match audience {
        Value::Array(list) => list.iter().any(is_known),
        one => is_known(one),
    }
}

impl fmt::Debug for TokenVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifier")
            .field("issuers", &self.0.pools.keys())
            .field("ledger", &self.0.ledger)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`TokenVerifier`].
pub struct TokenVerifierBuilder {
    pools: Vec<UserPool>,
    fetcher: Option<Arc<dyn JwksFetcher>>,
    clock: Clock,
    leeway: Duration,
    trust_public_test_keys: bool,
    ledger: Option<Arc<dyn SignOutLedger>>,
    fails_open: bool,
}

impl TokenVerifierBuilder {
    /// Accepts tokens of another pool, too.
    #[must_use]
    pub fn pool(mut self, pool: UserPool) -> Self {
        self.pools.push(pool);
        self
    }

    /// Gets the keys another way than by an [`HttpsFetcher`](crate::HttpsFetcher).
    #[must_use]
    pub fn fetcher(mut self, fetcher: impl JwksFetcher) -> Self {
        self.fetcher = Some(Arc::new(fetcher));
        self
    }

    /// Sets the clock: a test's.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How far this clock and Cognito's may differ: for as long a token is accepted after its `exp`
    /// and before its `nbf`. None unless set, and [`LONGEST_LEEWAY`] at most.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Accepts tokens of `user-directory-fake`. **Never in production**: everybody has the private
    /// keys. Without this a verifier refuses them even where a key set serves their keys.
    #[must_use]
    pub fn trust_public_test_keys(mut self) -> Self {
        self.trust_public_test_keys = true;
        self
    }

    /// Refuses tokens of sign-ins that the ledger has as ended. A token without `username`,
    /// `auth_time` or `origin_jti` is then refused, too. A token that an app client has for itself is
    /// not looked up: an access token without `username` and `act` whose `sub` is the client's id.
    #[must_use]
    pub fn ledger(mut self, ledger: Arc<dyn SignOutLedger>) -> Self {
        self.ledger = Some(ledger);
        self
    }

    /// Lets tokens pass while the ledger cannot be asked, which is logged each time. Without this
    /// they are refused with [`TokenErrorKind::LedgerUnavailable`].
    #[must_use]
    pub fn fail_open_without_ledger(mut self) -> Self {
        self.fails_open = true;
        self
    }

    /// Builds the verifier.
    ///
    /// # Errors
    ///
    /// One sentence about what is wrong with the settings.
    pub fn build(self) -> Result<TokenVerifier, SettingsError> {
        self.pools.iter().try_for_each(UserPool::check)?;
        if self.leeway > LONGEST_LEEWAY {
            let leeway = self.leeway;
            return Err(SettingsError::new(format!(
                "the leeway of {leeway:?} is more than 5 minutes: correct the clock of this \
                 machine instead"
            )));
        }
        let fetcher = match self.fetcher {
            Some(fetcher) => fetcher,
            None => default_fetcher()?,
        };
        let mut pools = HashMap::new();
        for pool in self.pools.into_iter().map(Arc::new) {
            for Issuer { iss, jwks_url, is_optional } in pool.issuers() {
                let (fetcher, clock) = (fetcher.clone(), self.clock.clone());
                let keys = Keys::new(jwks_url, fetcher, clock, self.trust_public_test_keys);
                let issued = Issued { pool: pool.clone(), keys, is_optional };
                if pools.insert(iss, issued).is_some() {
                    let pool_id = &pool.pool_id;
                    return Err(SettingsError::new(format!(
                        "the pool {pool_id} is given twice: give it once, with all its clients"
                    )));
                }
            }
        }
        Ok(TokenVerifier(Arc::new(Inner {
            pools,
            leeway: self.leeway,
            clock: self.clock,
            ledger: self.ledger,
            fails_open: self.fails_open,
        })))
    }
}

#[cfg(feature = "https")]
fn default_fetcher() -> Result<Arc<dyn JwksFetcher>, SettingsError> {
    let fetcher =
        crate::HttpsFetcher::new().map_err(|error| SettingsError::new(error.to_string()))?;
    Ok(Arc::new(fetcher))
}

#[cfg(not(feature = "https"))]
fn default_fetcher() -> Result<Arc<dyn JwksFetcher>, SettingsError> {
    Err(SettingsError::new("there is no fetcher for keys: set one, or use the feature `https`"))
}

impl fmt::Debug for TokenVerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenVerifierBuilder")
            .field("pools", &self.pools)
            .field("ledger", &self.ledger)
            .finish_non_exhaustive()
    }
}
