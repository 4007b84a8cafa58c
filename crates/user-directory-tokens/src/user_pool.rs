use std::collections::BTreeSet;

use crate::SettingsError;

/// A user pool whose tokens are accepted, with the app clients that they may be made for.
///
/// Both forms of the issuer are accepted: `https://cognito-idp.<region>.amazonaws.com/<pool id>`,
/// and `https://issuer-cognito-idp.…` of pools that have opted into it. The keys are always fetched
/// from the first.
///
/// ```
/// use user_directory_tokens::UserPool;
///
/// let pool = UserPool::new("eu-central-1_Example01", ["1example23456789"]);
/// assert_eq!(
///     pool.jwks_url(),
///     "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example01/.well-known/jwks.json"
/// );
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserPool {
    pub(crate) pool_id: String,
    pub(crate) clients: BTreeSet<String>,
    /// `None`: any, and none.
    pub(crate) audiences: Option<BTreeSet<String>>,
    jwks_url: Option<String>,
}

impl UserPool {
    /// A pool by its id, and the ids of app clients. Tokens of other clients of the pool are
    /// refused.
    pub fn new<C: Into<String>>(
        pool_id: impl Into<String>,
        clients: impl IntoIterator<Item = C>,
    ) -> Self {
        Self {
            pool_id: pool_id.into(),
            clients: clients.into_iter().map(Into::into).collect(),
            audiences: None,
            jwks_url: None,
        }
    }

    /// Demands that access tokens name one of these resource servers as their `aud`, which they do
    /// where the sign-in asked for resource binding. Without this, `aud` of an access token is not
    /// looked at: most have none. An empty list is a [`SettingsError`].
    #[must_use]
    pub fn with_audiences<A: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = A>,
    ) -> Self {
        self.audiences = Some(audiences.into_iter().map(Into::into).collect());
        self
    }

    /// Fetches the keys from another address: a cache of one's own, or a server beside the tests.
    #[must_use]
    pub fn with_jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// The pool's id.
    pub fn pool_id(&self) -> &str {
        &self.pool_id
    }

    /// Where the keys are fetched from.
    pub fn jwks_url(&self) -> String {
        let [issuer, _] = self.issuers();
        self.jwks_url.clone().unwrap_or_else(|| format!("{issuer}/.well-known/jwks.json"))
    }

    /// Both forms of `iss`, the original first.
    ///
    /// The second: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>
    pub(crate) fn issuers(&self) -> [String; 2] {
        let pool_id = &self.pool_id;
        // A pool id is <region>_<name>; the builder refuses others.
        let region = pool_id.split_once('_').map_or("", |(region, _)| region);
        // Regions in China have a domain of their own.
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        ["cognito-idp", "issuer-cognito-idp"]
            .map(|service| format!("https://{service}.{region}.{domain}/{pool_id}"))
    }

    /// Whether it can be what it says.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let pool_id = &self.pool_id;
        check_pool_id(pool_id)?;
        let refuse = |what: &str, how_to_fix_it: &str| {
            Err(SettingsError::new(format!("{what} of the pool {pool_id} is {how_to_fix_it}")))
        };
        if self.clients.is_empty() {
            return refuse("no app client", "given: name those whose tokens are to be accepted");
        }
        // An app client's id is a word of letters and digits. A blank one is a variable that was
        // not set, or was cut out of a text.
        if self.clients.iter().any(|id| id.is_empty() || id.contains(char::is_whitespace)) {
            return refuse("an app client's id", "empty or has a blank: take it from the console");
        }
        let Some(audiences) = &self.audiences else { return Ok(()) };
        if audiences.is_empty() {
            return refuse(
                "no audience",
                "given: name the resource servers, or leave with_audiences out",
            );
        }
        if audiences.iter().any(|audience| audience.trim().is_empty()) {
            return refuse("an audience", "empty: take the resource server's identifier");
        }
        Ok(())
    }
}

/// Whether a text has the form of a pool id.
pub(crate) fn check_pool_id(pool_id: &str) -> Result<(), SettingsError> {
    let (region, name) = pool_id.split_once('_').unwrap_or_default();
    let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.is_empty()
        || name.is_empty()
        || !region.chars().all(is_region)
        || !name.chars().all(|c| c.is_ascii_alphanumeric())
    {
        return Err(SettingsError::new(format!(
            "the pool id {pool_id:?} is not <region>_<name>: take it from the console, such as \
             eu-west-1_Example01"
        )));
    }
    Ok(())
}
