use std::{fmt, future::poll_fn, task::Poll};

use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};

use crate::{
    Error, ListUsers, Operation, Pace, Result, User, UserDirectory, UserPage, gate::Gate,
    pace::is_throttled,
};

/// The users that a request matches, page by page, of
/// [`user_pages`](crate::UserDirectoryExt::user_pages).
///
/// After an error, or a [`next_page`](Self::next_page) whose future was dropped, the same page comes
/// next. To go on in another process, keep [`next_request`](Self::next_request); its token expires
/// after an hour.
///
/// ```
/// use user_directory::{ListUsers, Pace, Result, UserDirectory, UserDirectoryExt as _};
///
/// /// Counts users from a request on. An error comes with what was counted until then, and with
/// /// the request that goes on from there.
/// async fn count(
///     directory: &dyn UserDirectory,
///     from: ListUsers,
/// ) -> (usize, Result<(), (user_directory::Error, Option<ListUsers>)>) {
///     let mut pages = directory.user_pages(from).with_pace(Pace::new(tokio::time::sleep));
///     let mut counted = 0;
///     loop {
///         match pages.next_page().await {
///             Ok(Some(users)) => counted += users.len(),
///             Ok(None) => return (counted, Ok(())),
///             Err(error) => return (counted, Err((error, pages.next_request().cloned()))),
///         }
///     }
/// }
/// ```
pub struct UserPages<'a, D: ?Sized> {
    directory: &'a D,
    /// `None` after the last page.
    next: Option<ListUsers>,
    pace: Option<Pace>,
    gate: Gate,
}

impl<'a, D: UserDirectory + ?Sized> UserPages<'a, D> {
    pub(crate) fn new(directory: &'a D, request: ListUsers) -> Self {
        Self { directory, next: Some(request), pace: None, gate: Gate::default() }
    }

    /// Keeps to a pace, and asks again for a throttled page as the pace says. Without a pace, the
    /// pages follow each other at once, and no page is asked for twice.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// The users of the next page, which may be empty without being the last; `None` after the last
    /// one.
    ///
    /// # Errors
    ///
    /// As [`list_users`](UserDirectory::list_users).
    pub async fn next_page(&mut self) -> Result<Option<Vec<User>>> {
        let Some(request) = self.next.clone() else { return Ok(None) };
        let page = match self.pace.clone() {
            Some(pace) => self.list_at(&pace, &request).await?,
            None => self.directory.list_users(request.clone()).await?,
        };
        self.next = page.pagination_token.map(|token| request.with_pagination_token(token));
        Ok(Some(page.users))
    }

    /// The request for the next page; `None` after the last one.
    pub fn next_request(&self) -> Option<&ListUsers> {
        self.next.as_ref()
    }

    async fn list_at(&mut self, pace: &Pace, request: &ListUsers) -> Result<UserPage> {
        let interval = pace.interval(&[Operation::ListUsers]);
        let mut retries = 0;
        loop {
            poll_fn(|context| self.gate.poll_open(context)).await;
            let mut call = self.directory.list_users(request.clone());
            self.gate.close(pace.sleep(interval));
            let answer = poll_fn(|context| {
                let answer = call.as_mut().poll(context);
                if answer.is_pending() {
                    // Until the next page both run, the call and the wait.
                    let _: Poll<()> = self.gate.poll_open(context);
                }
                answer
            })
            .await;
            match answer {
                Err(error) if is_throttled(&error) => {
                    self.gate.close(pace.sleep(pace.backoff(retries).max(interval)));
                    if retries >= pace.retries() {
                        return Err(error);
                    }
                    retries += 1;
                }
                answer => return answer,
            }
        }
    }

    /// All users of the pages to come.
    pub(crate) fn into_users(self) -> BoxStream<'a, Result<User>> {
        let pages = stream::try_unfold(self, |mut pages| async move {
            let page = pages.next_page().await?;
            Ok::<_, Error>(page.map(|users| (stream::iter(users).map(Ok), pages)))
        });
        Box::pin(pages.try_flatten())
    }
}

impl<D: ?Sized> fmt::Debug for UserPages<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserPages")
            .field("next", &self.next)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}
