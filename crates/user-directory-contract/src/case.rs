use std::fmt;

use futures_util::future::BoxFuture;

use crate::{Ability, Evidence, Failure, PoolProfile, Trial};

/// One thing that every implementation must do, as data and a body.
#[derive(Clone)]
pub struct Case {
    id: &'static str,
    about: &'static str,
    profile: fn() -> PoolProfile,
    needs: &'static [Ability],
    evidence: Evidence,
    body: fn(Trial) -> BoxFuture<'static, Result<(), Failure>>,
}

impl Case {
    /// A case on the pool [`PoolProfile::article`] that needs no ability. [`case!`](crate::case)
    /// is shorter.
    pub fn new(
        id: &'static str,
        about: &'static str,
        evidence: Evidence,
        body: fn(Trial) -> BoxFuture<'static, Result<(), Failure>>,
    ) -> Self {
        Self { id, about, profile: PoolProfile::article, needs: &[], evidence, body }
    }

    /// Sets the pool.
    #[must_use]
    pub fn with_profile(mut self, profile: fn() -> PoolProfile) -> Self {
        self.profile = profile;
        self
    }

    /// Sets the abilities.
    #[must_use]
    pub fn with_needs(mut self, needs: &'static [Ability]) -> Self {
        self.needs = needs;
        self
    }

    /// The id: a topic, a slash, words with dashes.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What must hold, in one sentence.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// The pool that it wants.
    pub fn profile(&self) -> PoolProfile {
        (self.profile)()
    }

    /// The abilities that it needs.
    pub fn needs(&self) -> &'static [Ability] {
        self.needs
    }

    /// How we know.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    pub(crate) fn run(&self, trial: Trial) -> BoxFuture<'static, Result<(), Failure>> {
        (self.body)(trial)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("id", &self.id)
            .field("needs", &self.needs)
            .field("evidence", &self.evidence)
            .finish_non_exhaustive()
    }
}

/// Writes a [`Case`]: id, sentence, evidence and body; pool and abilities where they are not the
/// usual ones.
///
/// `profile` is [`PoolProfile::article`] unless given, `needs` is empty, and stands before
/// `evidence`. In the body `?` works on a [`Failure`] and on a [`user_directory::Error`]; it ends in
/// `Ok(())`.
///
/// ```
/// use std::time::Duration;
///
/// use user_directory::{ErrorKind, Refresh};
/// use user_directory_contract::{Evidence, PoolProfile, case, check};
///
/// let case = case!(
///     "refresh/ends-with-the-validity",
///     "A refresh token is refused once its validity is over.",
///     profile = || PoolProfile::article()
///         .map_client(|client| client.with_refresh_token_validity(Duration::from_secs(3600))),
///     needs = [Clock],
///     evidence = Evidence::Reported { note: "amplify-swift#3496" },
///     async |t| {
///         let set = t.registered_and_signed_in("alice").await?;
///         t.advance(Duration::from_secs(3660)).await;
///         let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await;
///         check::refused(refreshed, ErrorKind::NotAuthorized, &["Refresh Token has expired"])?;
///         Ok(())
///     }
/// );
/// assert_eq!(case.id(), "refresh/ends-with-the-validity");
/// ```
#[macro_export]
macro_rules! case {
    (
        $id:literal,
        $about:literal,
        $(profile = $profile:expr,)?
        $(needs = [$($ability:ident),* $(,)?],)?
        evidence = $evidence:expr,
        async |$t:pat_param| $body:expr $(,)?
    ) => {{
        // A body of one expression keeps its braces or loses them, as rustfmt likes.
        #[allow(unused_braces)]
        async fn body($t: $crate::Trial) -> ::std::result::Result<(), $crate::Failure> {
            $body
        }
        let case = $crate::Case::new($id, $about, $evidence, |trial| {
            ::std::boxed::Box::pin(body(trial))
        });
        $(let case = case.with_profile($profile);)?
        $(let case = case.with_needs(&[$($crate::Ability::$ability),*]);)?
        case
    }};
}
