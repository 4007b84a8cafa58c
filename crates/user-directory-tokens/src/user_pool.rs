use std::collections::BTreeSet;

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
    pub(crate) audiences: BTreeSet<String>,
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
            audiences: BTreeSet::new(),
            jwks_url: None,
        }
    }

    /// Demands that access tokens name one of these resource servers as their `aud`, which they do
    /// where the sign-in asked for resource binding. Without this, `aud` of an access token is not
    /// looked at: most have none.
    #[must_use]
    pub fn with_audiences<A: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = A>,
    ) -> Self {
        self.audiences = audiences.into_iter().map(Into::into).collect();
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

    /// One sentence about what is wrong with it.
    pub(crate) fn fault(&self) -> Option<String> {
        let pool_id = &self.pool_id;
        let (region, name) = pool_id.split_once('_').unwrap_or_default();
        let is_region = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_empty()
            || name.is_empty()
            || !region.chars().all(is_region)
            || !name.chars().all(|c| c.is_ascii_alphanumeric())
        {
            let mend = "take it from the console, such as eu-west-1_Example01";
            return Some(format!("the pool id {pool_id:?} is not <region>_<name>: {mend}"));
        }
        if self.clients.is_empty() {
            let mend = "name those whose tokens are to be accepted";
            return Some(format!("no app client of the pool {pool_id} is given: {mend}"));
        }
        None
    }
}
