use std::{collections::VecDeque, sync::Mutex};

use user_directory::{Operation, testing::Call};

/// Every call that the fake has answered: which operation, with which parameters by name, and how
/// it ended. No values, so no secrets.
///
/// The newest [`Calls::CAPACITY`] are kept.
#[derive(Debug, Default)]
pub struct Calls(Mutex<VecDeque<Call>>);

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
