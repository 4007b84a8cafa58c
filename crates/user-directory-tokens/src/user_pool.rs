use std::collections::{BTreeMap, BTreeSet};

use crate::SettingsError;

/// A user pool whose tokens are accepted, with the app clients that they may be made for.
///
/// Both forms of the issuer are accepted: the original one,
/// `https://cognito-idp.<region>.amazonaws.com/<pool id>`, and the updated one of pools that have opted
/// into it, `https://issuer-cognito-idp.…`. Each has its own keys at its own address. Those of the updated
/// issuer are fetched when a token of it comes, and not before: for other pools its address answers 403.
///
/// A pool with a replica makes tokens in both Regions; name the other one by
/// [`with_region`](Self::with_region).
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
    updated_issuer_jwks_url: Option<String>,
    /// The Regions of replicas, with the addresses of their keys.
    regions: BTreeMap<String, Option<String>>,
    /// One that was named twice.
    repeated_region: Option<String>,
}

/// An issuer of a pool, and its keys.
pub(crate) struct Issuer {
    pub(crate) iss: String,
    pub(crate) jwks_url: String,
    /// Whether pools have it only if they have opted into it.
    pub(crate) is_optional: bool,
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
            updated_issuer_jwks_url: None,
            regions: BTreeMap::new(),
            repeated_region: None,
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

    /// Fetches the keys of the original issuer from another address: a cache of yours, or a server
    /// beside the tests.
    #[must_use]
    pub fn with_jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Fetches the keys of the updated issuer from another address.
    #[must_use]
    pub fn with_updated_issuer_jwks_url(mut self, url: impl Into<String>) -> Self {
        self.updated_issuer_jwks_url = Some(url.into());
        self
    }

    /// Accepts the tokens of the pool's replica in another Region, too. Tokens of all other Regions stay
    /// refused.
    ///
    /// That they have the replica's Region in their issuer is assumed, for the original issuer; those
    /// of the updated issuer keep the primary Region:
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html>
    ///
    /// ```
    /// use user_directory_tokens::UserPool;
    ///
    /// let pool = UserPool::new("eu-central-1_Example01", ["1example23456789"]).with_region("eu-west-1");
    /// ```
    #[must_use]
    pub fn with_region(self, region: impl Into<String>) -> Self {
        self.add_region(region.into(), None)
    }

    /// As [`with_region`](Self::with_region), with keys from another address.
    #[must_use]
    pub fn with_region_and_jwks_url(
        self,
        region: impl Into<String>,
        url: impl Into<String>,
    ) -> Self {
        self.add_region(region.into(), Some(url.into()))
    }

    fn add_region(mut self, region: String, url: Option<String>) -> Self {
        if self.regions.contains_key(&region) {
            self.repeated_region = Some(region.clone());
        }
        self.regions.insert(region, url);
        self
    }

    /// The pool's id.
    pub fn pool_id(&self) -> &str {
        &self.pool_id
    }

    /// Where the keys of the original issuer are fetched from.
    pub fn jwks_url(&self) -> String {
        let own = || default_jwks_url(&self.issuer("cognito-idp", self.region()));
        self.jwks_url.clone().unwrap_or_else(own)
    }

    /// Who may have made a token: the original issuer, the updated one, and replicas.
    ///
    /// The second: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>
    pub(crate) fn issuers(&self) -> Vec<Issuer> {
        let issuer = |service, region, url: &Option<String>| {
            let iss = self.issuer(service, region);
            let jwks_url = url.clone().unwrap_or_else(|| default_jwks_url(&iss));
            Issuer { iss, jwks_url, is_optional: service != "cognito-idp" }
        };
        let mut issuers = vec![
            issuer("cognito-idp", self.region(), &self.jwks_url),
            issuer("issuer-cognito-idp", self.region(), &self.updated_issuer_jwks_url),
        ];
        issuers.extend(self.regions.iter().map(|(region, url)| issuer("cognito-idp", region, url)));
        issuers
    }

    /// A pool id is `<region>_<name>`; the builder refuses others.
    fn region(&self) -> &str {
        self.pool_id.split_once('_').map_or("", |(region, _)| region)
    }

    fn issuer(&self, service: &str, region: &str) -> String {
        // Regions in China have a domain of their own.
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{service}.{region}.{domain}/{}", self.pool_id)
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
        if let Some(region) = self.regions.keys().find(|region| !is_region(region)) {
            return Err(SettingsError::new(format!(
                "{region:?}, given for the pool {pool_id}, is not a Region: write its code, such \
                 as eu-west-1"
            )));
        }
        let own = self.regions.keys().find(|region| *region == self.region());
        if let Some(region) = own.or(self.repeated_region.as_ref()) {
            return Err(SettingsError::new(format!(
                "the Region {region} of the pool {pool_id} is given twice: name only those of \
                 replicas, each once"
            )));
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
    if !is_region(region) || name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(SettingsError::new(format!(
            "the pool id {pool_id:?} is not <region>_<name>: take it from the console, such as \
             eu-west-1_Example01"
        )));
    }
    Ok(())
}

fn is_region(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(is_part)
}

fn default_jwks_url(issuer: &str) -> String {
    format!("{issuer}/.well-known/jwks.json")
}
