use user_directory_fake::Secret;

/// An access key, with which clients sign requests: id and secret.
///
/// Not one of AWS's: it is made for tests. `Debug` does not show the secret.
///
/// ```
/// use user_directory_wire::AccessKey;
///
/// let key = AccessKey::new("AKIATEST", "a secret of the tests");
/// assert_eq!(key.id(), "AKIATEST");
/// assert!(!format!("{key:?}").contains("secret of"));
/// ```
#[derive(Clone, Debug)]
pub struct AccessKey {
    id: String,
    secret: Secret,
}

impl AccessKey {
    /// A key. An id with a comma is of no use: what a client signs could not be read.
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: Secret::new(secret) }
    }

    /// What a request names.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What a request is signed with.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}
