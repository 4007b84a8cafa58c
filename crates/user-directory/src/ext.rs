use std::pin::Pin;

use async_trait::async_trait;
use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::{
    Authentication, Error, Group, ListGroups, ListGroupsForUser, ListUsers, ListUsersInGroup, Pace,
    Refresh, Refreshed, Register, RegisterReport, Registration, Result, TokenSet, User,
    UserDirectory, UserPages, register_many, registration,
};

/// Conveniences for every [`Authentication`], `dyn` ones included.
#[async_trait]
pub trait AuthenticationExt: Authentication {
    /// Refreshes a token set in place. It gets a new access and ID token, and a new refresh token
    /// only if the client rotates them.
    ///
    /// The usual bug is to overwrite the whole set with an answer that brings no refresh token.
    ///
    /// # Errors
    ///
    /// As [`Authentication::refresh`]; the set is then unchanged.
    async fn refresh_in_place(&self, set: &mut TokenSet) -> Result<()> {
        match self.refresh(Refresh::from(&set.grant)).await? {
            Refreshed::Kept(tokens) => set.tokens = tokens,
            Refreshed::Rotated(rotated) => *set = rotated,
        }
        Ok(())
    }
}

impl<T: Authentication + ?Sized> AuthenticationExt for T {}

/// Conveniences for every [`UserDirectory`], `dyn` ones included.
#[async_trait]
pub trait UserDirectoryExt: UserDirectory {
    /// Creates a user with a permanent password, in one call that leaves no half-made account.
    ///
    /// It calls [`create_user`](UserDirectory::create_user) with the chosen password as the
    /// temporary one and no invitation, so that a refused password creates nothing and nothing is
    /// sent; then [`set_user_password`](UserDirectory::set_user_password). If the second call is
    /// definitely refused, the user that this very call created is deleted again. An existing user
    /// is never touched.
    ///
    /// If it cannot tell whether a step was done, or the second step was throttled or failed
    /// inside the service, it deletes nothing and answers [`Registration::Unfinished`], which
    /// says how to go on.
    ///
    /// # Forgotten passwords
    ///
    /// Cognito sends the code of [`forgot_password`](crate::SelfService::forgot_password) to a **verified**
    /// address or number alone. To a user who was registered without one it sends nothing, and does not
    /// say so where existence errors are hidden. So register with
    /// [`with_verified_email`](Register::with_verified_email) if the address is known to be the user's; or
    /// let an administrator help.
    ///
    /// # Cancellation
    ///
    /// Dropping the future between the two calls leaves a user in FORCE_CHANGE_PASSWORD. Where a
    /// request may be cancelled, let the registration run to its end:
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use user_directory::{Register, Registration, Result, UserDirectory, UserDirectoryExt as _};
    /// async fn register(directory: Arc<dyn UserDirectory>, request: Register) -> Result<Registration> {
    ///     let registration = tokio::spawn(async move { directory.register(request).await });
    ///     registration.await.expect("the registration does not panic")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As the two methods; after an error the user does not exist (unless it existed before).
    #[doc(alias = "AdminCreateUser")]
    #[doc(alias = "AdminSetUserPassword")]
    async fn register(&self, request: Register) -> Result<Registration> {
        registration::register(self, request).await
    }

    /// [Registers](Self::register) many users, no faster than a [`Pace`] allows. Each registration
    /// stands for itself: when one fails, its report says so, and the others go on. Reports come in
    /// the order in which the registrations end.
    ///
    /// A registration is a call of AdminCreateUser and one of AdminSetUserPassword, so with AWS's
    /// default quotas it is at most 30 users in a second. A throttled step is tried again as the
    /// [pace](Pace#when-throttled) says; where the user was created already, by
    /// [`finish`](crate::UnfinishedRegistration::finish). Any other error is final, and what may
    /// have taken effect is reported as [`Unfinished`](Registration::Unfinished).
    ///
    /// Requests are taken one by one as they become due, so a million requests need no memory.
    ///
    /// ```
    /// use futures_util::StreamExt as _;
    /// use user_directory::{ErrorKind, Pace, Register, Registration};
    /// use user_directory::{UserDirectory, UserDirectoryExt as _};
    ///
    /// /// Answers the names of those who are to be looked at.
    /// async fn import(directory: &dyn UserDirectory, users: Vec<Register>) -> Vec<String> {
    ///     let pace = Pace::new(tokio::time::sleep).with_requests_per_second(10);
    ///     let mut reports = directory.register_many(users, pace);
    ///     let mut open = Vec::new();
    ///     while let Some(report) = reports.next().await {
    ///         match report.outcome {
    ///             Ok(Registration::Complete(_)) => {}
    ///             // From an earlier run.
    ///             Err(error) if error.kind() == ErrorKind::UsernameExists => {}
    ///             Ok(Registration::Unfinished(_)) | Err(_) => open.push(report.username),
    ///         }
    ///     }
    ///     open
    /// }
    /// ```
    ///
    /// # Stopping and going on
    ///
    /// To stop early, end `requests`: what has begun is then finished. A later run over the requests
    /// without a report, or over all of them, brings the same end state; users who are there already
    /// are reported as `UsernameExists` and not touched.
    ///
    /// Dropping the stream drops the registrations under way, as [`register`](Self::register) says.
    /// After that, or a crash, a user without a report may be half-made, and a later run finds
    /// `UsernameExists`: [`interrupted`](crate::UnfinishedRegistration::interrupted) finishes it.
    fn register_many<'a, R>(
        &'a self,
        requests: R,
        pace: Pace,
    ) -> Pin<Box<dyn Stream<Item = RegisterReport> + Send + 'a>>
    where
        R: IntoIterator<Item = Register, IntoIter: Send + 'a>,
    {
        register_many::register_many(self, requests.into_iter(), &pace)
    }

    /// The users that a request matches, page by page from its pagination token on, in a form that
    /// can be resumed after an error.
    fn user_pages(&self, request: ListUsers) -> UserPages<'_, Self> {
        UserPages::new(self, request)
    }

    /// As [`all_users`](Self::all_users), no faster than a [`Pace`] allows. A throttled page is asked
    /// for again as the [pace](Pace#when-throttled) says.
    ///
    /// After an error the stream ends, and you cannot resume it. [`user_pages`](Self::user_pages) can
    /// be resumed.
    fn all_users_paced(
        &self,
        request: ListUsers,
        pace: Pace,
    ) -> Pin<Box<dyn Stream<Item = Result<User>> + Send + '_>> {
        self.user_pages(request).with_pace(pace).into_users()
    }

    /// All users that a request matches, page after page, from its pagination token on.
    ///
    /// An empty page that has a token is not the end. After an error the stream ends, and you
    /// cannot resume it. [`user_pages`](Self::user_pages) can be resumed.
    fn all_users(
        &self,
        request: ListUsers,
    ) -> Pin<Box<dyn Stream<Item = Result<User>> + Send + '_>> {
        self.user_pages(request).into_users()
    }

    /// All groups, page after page, from a request's token on. After an error the stream ends.
    fn all_groups(
        &self,
        request: ListGroups,
    ) -> Pin<Box<dyn Stream<Item = Result<Group>> + Send + '_>> {
        all_items(request, move |request| async move {
            let page = self.list_groups(request.clone()).await?;
            let next = page.next_token.map(|token| request.with_next_token(token));
            Ok((page.groups, next))
        })
    }

    /// All groups of a user, page after page, from a request's token on. After an error the stream
    /// ends.
    fn all_groups_for_user(
        &self,
        request: ListGroupsForUser,
    ) -> Pin<Box<dyn Stream<Item = Result<Group>> + Send + '_>> {
        all_items(request, move |request| async move {
            let page = self.list_groups_for_user(request.clone()).await?;
            let next = page.next_token.map(|token| request.with_next_token(token));
            Ok((page.groups, next))
        })
    }

    /// All users of a group, page after page, from a request's token on. After an error the stream
    /// ends.
    fn all_users_in_group(
        &self,
        request: ListUsersInGroup,
    ) -> Pin<Box<dyn Stream<Item = Result<User>> + Send + '_>> {
        all_items(request, move |request| async move {
            let page = self.list_users_in_group(request.clone()).await?;
            let next = page.pagination_token.map(|token| request.with_next_token(token));
            Ok((page.users, next))
        })
    }
}

impl<T: UserDirectory + ?Sized> UserDirectoryExt for T {}

/// The items of all pages, one after the other. `fetch` brings a page, and the request for the next
/// one if there is any.
fn all_items<'a, R, T, F>(
    request: R,
    fetch: impl Fn(R) -> F + Send + 'a,
) -> Pin<Box<dyn Stream<Item = Result<T>> + Send + 'a>>
where
    R: Send + 'a,
    T: Send + 'a,
    F: Future<Output = Result<(Vec<T>, Option<R>)>> + Send + 'a,
{
    let pages = stream::try_unfold(Some(request), move |next| {
        let page = next.map(&fetch);
        async move {
            let Some(page) = page else { return Ok(None) };
            let (items, next) = page.await?;
            Ok::<_, Error>(Some((stream::iter(items).map(Ok), next)))
        }
    });
    Box::pin(pages.try_flatten())
}
