use futures_util::stream::{BoxStream, StreamExt as _};

use crate::{
    Operation, Pace, Register, Registration, Result, UserDirectory, pace::is_throttled,
    registration, starts,
};

/// What came of one of [many registrations](crate::UserDirectoryExt::register_many).
#[derive(Debug)]
#[non_exhaustive]
pub struct RegisterReport {
    /// The place of the request, counted from 0.
    pub index: usize,
    /// The user name of the request.
    pub username: String,
    /// The error of [`register`](crate::UserDirectoryExt::register). If it is `TooManyRequests`,
    /// the last try was throttled as well.
    pub outcome: Result<Registration>,
}

pub(crate) fn register_many<'a, D>(
    directory: &'a D,
    requests: impl Iterator<Item = Register> + Send + 'a,
    pace: &Pace,
) -> BoxStream<'a, RegisterReport>
where
    D: UserDirectory + ?Sized,
{
    let operations = [Operation::AdminCreateUser, Operation::AdminSetUserPassword];
    let call = move |(_, request): &(usize, Register), before| {
        let request = request.clone();
        async move {
            match before {
                Some(Ok(Registration::Unfinished(unfinished))) => {
                    Ok(unfinished.go_on(directory, &request.password).await)
                }
                _ => registration::register(directory, request).await,
            }
        }
    };
    let reports = starts::starts(pace, &operations, requests.enumerate(), call, may_be_tried_again)
        .map(|((index, Register { username, .. }), outcome)| RegisterReport {
            index,
            username,
            outcome,
        });
    Box::pin(reports)
}

/// Whether the step that failed has certainly done nothing, and the steps before it are known.
fn may_be_tried_again(outcome: &Result<Registration>) -> bool {
    match outcome {
        Ok(Registration::Complete(_)) => false,
        Ok(Registration::Unfinished(unfinished)) => {
            unfinished.created().is_some() && is_throttled(unfinished.cause())
        }
        Err(error) => is_throttled(error),
    }
}
