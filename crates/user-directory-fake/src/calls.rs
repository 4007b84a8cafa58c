use std::{collections::VecDeque, sync::Mutex, time::SystemTime};

use user_directory::{ErrorKind, Operation};

/// Every call that the fake has answered: which operation, with which parameters by name, and how
/// it ended. No values, so no secrets.
///
/// The newest [`Calls::CAPACITY`] are kept.
#[derive(Debug, Default)]
pub struct Calls(Mutex<VecDeque<Call>>);

/// One call.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// When, by the fake's clock.
    pub at: SystemTime,
    /// The AWS operation.
    pub operation: Operation,
    /// The AWS names of the members that were given, in the order of the request.
    pub parameters: Vec<&'static str>,
    /// What the caller got: success, or an error of this kind.
    pub outcome: Result<(), ErrorKind>,
}

impl Calls {
    /// How many calls are kept.
    pub const CAPACITY: usize = 10_000;

    /// All calls so far, the oldest first.
    pub fn all(&self) -> Vec<Call> {
        self.lock().iter().cloned().collect()
    }

    /// How often an operation was called, refused calls included.
    pub fn count(&self, operation: Operation) -> usize {
        self.lock().iter().filter(|call| call.operation == operation).count()
    }

    /// The operations in the order of their calls.
    pub fn operations(&self) -> Vec<Operation> {
        self.lock().iter().map(|call| call.operation).collect()
    }

    /// Forgets all calls so far.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn push(&self, call: Call) {
        let mut calls = self.lock();
        if calls.len() == Self::CAPACITY {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Call>> {
        self.0.lock().expect("no code panics while it holds the log")
    }
}
