use crate::{
    Message, Pool, Secret, ServiceError, Timestamp,
    entropy::Entropy,
    message::Draft,
    model::{Members, Outliers},
};

/// A request: one type for each AWS operation, named after it.
///
/// Sealed: the operations are those of this crate.
pub trait Request: sealed::Sealed + Sized {
    /// What the operation answers.
    type Response;

    /// The AWS name of the operation.
    const OPERATION: &'static str;

    /// Walks the members for [`check`]: which are there, which break a constraint of the API model.
    fn members(&self, members: &mut Members);

    /// Which pool the request is for.
    fn target(&self) -> Target<'_>;
}

/// A request that a pool answers, for [`Pool::handle`]. The others, CreateUserPool and
/// ListUserPools, are for the owner of all pools.
pub trait PoolRequest: Request {
    /// What Cognito checks across members before anything else: the settings of pools and clients
    /// have such rules. They come before the refusal of a setting that this pool does not honour.
    #[doc(hidden)]
    fn check_rules(&self, _: &Pool) -> Result<(), ServiceError> {
        Ok(())
    }

    /// Decides first and changes last: an error leaves the pool as it was, but for `spent`.
    #[doc(hidden)]
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<Self::Response, ServiceError>;
}

/// How a request names its pool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Target<'a> {
    /// By its id.
    Pool(&'a str),
    /// By the id of one of its clients: ids are unique across the pools of one owner.
    Client(&'a str),
    /// By an access token that the owner has verified; `None` if it could not.
    AccessToken(Option<&'a str>),
    /// By the session of a challenge; `None` if the request has none.
    Session(Option<&'a Secret>),
    /// Not at all: it is for the owner of all pools.
    Owner,
}

/// A request whose members conform to the API model.
#[derive(Debug)]
pub struct Checked<R> {
    pub(crate) request: R,
    pub(crate) not_implemented: Option<String>,
}

impl<R: Request> Checked<R> {
    /// The request itself.
    pub fn request(&self) -> &R {
        &self.request
    }

    /// The request, if this crate can carry it out.
    pub(crate) fn into_request(self) -> Result<R, ServiceError> {
        match self.not_implemented {
            Some(what) => Err(ServiceError::NotImplemented { what }),
            None => Ok(self.request),
        }
    }
}

/// Checks a request's members, and says which are there.
///
/// # Errors
///
/// [`ServiceError::Validation`] with all violations in one text.
pub fn check<R: Request>(request: R) -> (Vec<&'static str>, Result<Checked<R>, ServiceError>) {
    check_with(request, Outliers::default())
}

/// As [`check`], for a request that was decoded from a form that can say more.
///
/// # Errors
///
/// [`ServiceError::Validation`] with all violations in one text, the outliers' included. An outlier
/// that is none to AWS is refused where the request is carried out, with
/// [`ServiceError::NotImplemented`].
pub fn check_with<R: Request>(
    request: R,
    outliers: Outliers,
) -> (Vec<&'static str>, Result<Checked<R>, ServiceError>) {
    let mut members = Members::with_outliers(outliers);
    request.members(&mut members);
    let checked = match members.refusal() {
        Some(refusal) => Err(refusal),
        None => Ok(Checked { not_implemented: members.not_implemented(), request }),
    };
    (members.names().to_vec(), checked)
}

/// What an accepted request brings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer<T> {
    /// The operation's own response.
    pub response: T,
    /// What to deliver to users.
    pub messages: Vec<Message>,
}

/// What a request may use besides the pool: the inputs of one call.
#[doc(hidden)]
#[derive(Debug)]
pub struct Call<'a> {
    pub(crate) now: Timestamp,
    pub(crate) entropy: &'a mut dyn Entropy,
    pub(crate) messages: Vec<Draft>,
}

pub(crate) mod sealed {
    #[expect(unnameable_types, reason = "that seals the trait")]
    pub trait Sealed {}
}
