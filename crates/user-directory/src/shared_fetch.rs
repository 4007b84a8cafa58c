//! One fetch at a time, as a task of its own.

use std::{
    fmt,
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, sync::watch, task::AbortHandle, time::timeout};

/// A fetch that goes on when its caller is gone: it is a task, and all callers who wait share its
/// outcome. Dropping this ends it.
pub struct SharedFetch<T>(Mutex<Option<Running<T>>>);

struct Running<T> {
    pending: Pending<T>,
    task: AbortHandle,
}

/// A fetch that is under way or has ended.
pub struct Pending<T>(watch::Receiver<Option<T>>);

/// What became of the wish for a fetch.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "for the crates of this workspace alone")]
pub enum Wish<T> {
    /// It began.
    Begun(Pending<T>),
    /// Somebody else's is under way.
    Joined(Pending<T>),
    /// None is to begin now, and this is what to go by.
    Refused(T),
}

/// Why a fetch brought no outcome.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "for the crates of this workspace alone")]
pub enum Unended {
    /// It was not there in time; whether this caller is the first to see it.
    Late(bool),
    /// Its runtime ended before it, or it panicked.
    Gone,
    /// There is no runtime of tokio to run it.
    NoRuntime,
}

impl<T: Clone + Send + Sync + 'static> SharedFetch<T> {
    /// No fetch yet.
    pub fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Joins the fetch that is under way, or begins the one that `begin` brings, unless it brings what
    /// to go by instead. Only one caller at a time is in `begin`.
    ///
    /// # Errors
    ///
    /// [`Unended::NoRuntime`].
    pub fn wish<F>(&self, begin: impl FnOnce() -> Result<F, T>) -> Result<Wish<T>, Unended>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut running = self.lock();
        if let Some(Running { pending: Pending(pending), .. }) = &*running
            && pending.borrow().is_none()
            // Otherwise its runtime has ended, and nobody will answer.
            && pending.has_changed().is_ok()
        {
            return Ok(Wish::Joined(Pending(pending.clone())));
        }
        let fetch = match begin() {
            Ok(fetch) => fetch,
            Err(instead) => return Ok(Wish::Refused(instead)),
        };
        let runtime = Handle::try_current().map_err(|_| Unended::NoRuntime)?;
        let (sender, pending) = watch::channel(None);
        let task = runtime.spawn(async move {
            sender.send_replace(Some(fetch.await));
        });
        let own = Pending(pending.clone());
        *running = Some(Running { pending: own, task: task.abort_handle() });
        Ok(Wish::Begun(Pending(pending)))
    }

    /// Waits for a fetch, by tokio's time. After that time, or if its runtime has ended, it is over for
    /// everybody: the next wish begins a new one.
    ///
    /// # Errors
    ///
    /// It brought no outcome.
    pub async fn wait(&self, pending: Pending<T>, longest: Duration) -> Result<T, Unended> {
        let Pending(mut pending) = pending;
        let ended = timeout(longest, pending.wait_for(Option::is_some)).await;
        if let Ok(Ok(outcome)) = ended {
            return Ok(outcome.clone().expect("it was waited for"));
        }
        let is_late = ended.is_err();
        drop(ended);
        let is_this = |running: &mut Running<T>| running.pending.0.same_channel(&pending);
        let taken = self.lock().take_if(is_this);
        if let Some(Running { task, .. }) = &taken {
            task.abort();
        }
        Err(if is_late { Unended::Late(taken.is_some()) } else { Unended::Gone })
    }
}

impl<T> SharedFetch<T> {
    fn lock(&self) -> MutexGuard<'_, Option<Running<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone + Send + Sync + 'static> Default for SharedFetch<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for SharedFetch<T> {
    fn drop(&mut self) {
        if let Some(Running { task, .. }) = &*self.lock() {
            task.abort();
        }
    }
}

impl<T> fmt::Debug for SharedFetch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFetch").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
