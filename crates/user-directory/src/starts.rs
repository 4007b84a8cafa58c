//! Starts calls at a pace, without reading a clock.

use std::{
    collections::VecDeque,
    iter::Fuse,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    future::BoxFuture,
    stream::{self, BoxStream, FuturesUnordered, StreamExt as _},
};

use crate::{Operation, Pace, Result, gate::Gate, pace::is_throttled};

impl Pace {
    /// Makes one call of an operation for each input, at this pace. The stream yields each input
    /// with what came of it, in the order in which the calls end.
    ///
    /// `call` must make one call of the operation and no other, because all of it is tried again
    /// when it was throttled. Inputs are taken one by one, as their calls become due.
    ///
    /// ```
    /// use futures_util::StreamExt as _;
    /// use user_directory::{Error, Operation, Pace, UserDirectory};
    ///
    /// /// Disables users, and answers those that could not be, with the reason.
    /// async fn disable(directory: &dyn UserDirectory, names: Vec<String>) -> Vec<(String, Error)> {
    ///     let disable = |name: String| async move { directory.disable_user(&name).await };
    ///     Pace::new(tokio::time::sleep)
    ///         .each(Operation::AdminDisableUser, names, disable)
    ///         .filter_map(|(name, outcome)| async { Some((name, outcome.err()?)) })
    ///         .collect()
    ///         .await
    /// }
    /// ```
    pub fn each<'a, I, F, C, T>(
        &self,
        operation: Operation,
        inputs: I,
        call: F,
    ) -> BoxStream<'a, (I::Item, Result<T>)>
    where
        I: IntoIterator<Item: Clone + Send + 'a, IntoIter: Send + 'a>,
        F: Fn(I::Item) -> C + Send + 'a,
        C: Future<Output = Result<T>> + Send + 'a,
        T: Send + 'a,
    {
        let call = move |input: &I::Item, _| call(input.clone());
        let throttled = |outcome: &Result<T>| outcome.as_ref().is_err_and(is_throttled);
        starts(self, &[operation], inputs.into_iter(), call, throttled)
    }
}

/// Calls `call` for each job, with the outcome of the try before if that was throttled, and yields
/// each job with its last outcome.
pub(crate) fn starts<'a, I, J, O, C>(
    pace: &Pace,
    operations: &[Operation],
    jobs: I,
    call: impl Fn(&J, Option<O>) -> C + Send + 'a,
    throttled: impl Fn(&O) -> bool + Send + 'a,
) -> BoxStream<'a, (J, O)>
where
    I: Iterator<Item = J> + Send + 'a,
    J: Send + 'a,
    O: Send + 'a,
    C: Future<Output = O> + Send + 'a,
{
    let mut starts = Starts {
        interval: pace.interval(operations),
        pace: pace.clone(),
        jobs: jobs.fuse(),
        waiting: VecDeque::new(),
        running: FuturesUnordered::new(),
        gate: Gate::default(),
        backoffs: 0,
        in_a_row: 0,
    };
    Box::pin(stream::poll_fn(move |context| starts.poll(context, &call, &throttled)))
}

struct Starts<'a, I, J, O> {
    pace: Pace,
    interval: Duration,
    jobs: Fuse<I>,
    /// Jobs that come before those that are not begun: throttled ones.
    waiting: VecDeque<Try<J, O>>,
    running: FuturesUnordered<BoxFuture<'a, Ended<J, O>>>,
    gate: Gate,
    /// How often all calls have been held up.
    backoffs: u64,
    /// How often in a row, without a call that was not throttled.
    in_a_row: u32,
}

struct Try<J, O> {
    job: J,
    before: Option<O>,
    retries: u32,
}

struct Ended<J, O> {
    job: J,
    outcome: O,
    retries: u32,
    /// [`Starts::backoffs`] when the call started.
    backoffs: u64,
}

impl<'a, I, J, O> Starts<'a, I, J, O>
where
    I: Iterator<Item = J>,
    J: Send + 'a,
    O: Send + 'a,
{
    fn poll<C: Future<Output = O> + Send + 'a>(
        &mut self,
        context: &mut Context<'_>,
        call: &impl Fn(&J, Option<O>) -> C,
        throttled: &impl Fn(&O) -> bool,
    ) -> Poll<Option<(J, O)>> {
        loop {
            let started = self.gate.poll_open(context).is_ready() && self.start(call);
            // This sends the new call, and only then does the wait for the next one begin.
            let ended = self.running.poll_next_unpin(context);
            if started {
                self.gate.close(self.pace.sleep(self.interval));
            }
            match ended {
                Poll::Ready(Some(ended)) => {
                    if let Some(last) = self.settle(ended, throttled) {
                        return Poll::Ready(Some(last));
                    }
                }
                Poll::Ready(None) if !self.has_next() => return Poll::Ready(None),
                // The new wait has to be polled, to wake this task.
                _ if started => {}
                _ => return Poll::Pending,
            }
        }
    }

    /// Starts the next call, if there is one and there is room for it.
    fn start<C: Future<Output = O> + Send + 'a>(
        &mut self,
        call: &impl Fn(&J, Option<O>) -> C,
    ) -> bool {
        if self.running.len() >= self.pace.concurrency() || !self.has_next() {
            return false;
        }
        let Some(Try { job, before, retries }) = self.waiting.pop_front() else { return false };
        let backoffs = self.backoffs;
        let call = call(&job, before);
        self.running.push(Box::pin(async move {
            let outcome = call.await;
            Ended { job, outcome, retries, backoffs }
        }));
        true
    }

    /// Whether a job waits, looking for a new one if none does.
    fn has_next(&mut self) -> bool {
        if self.waiting.is_empty() {
            let new = self.jobs.next().map(|job| Try { job, before: None, retries: 0 });
            self.waiting.extend(new);
        }
        !self.waiting.is_empty()
    }

    /// Decides whether a call was the job's last; holds all calls up if it was throttled.
    fn settle(&mut self, ended: Ended<J, O>, throttled: impl Fn(&O) -> bool) -> Option<(J, O)> {
        let Ended { job, outcome, retries, backoffs } = ended;
        // Calls that were under way when another was throttled say nothing new.
        let is_news = backoffs == self.backoffs;
        if !throttled(&outcome) {
            if is_news {
                self.in_a_row = 0;
            }
            return Some((job, outcome));
        }
        if is_news {
            let wait = self.pace.backoff(self.in_a_row).max(self.interval);
            self.gate.close(self.pace.sleep(wait));
            self.backoffs += 1;
            self.in_a_row = self.in_a_row.saturating_add(1);
        }
        if retries >= self.pace.retries() {
            return Some((job, outcome));
        }
        self.waiting.push_back(Try { job, before: Some(outcome), retries: retries + 1 });
        None
    }
}
