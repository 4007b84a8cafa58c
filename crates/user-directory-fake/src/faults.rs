use std::sync::Mutex;

use user_directory::{
    Operation,
    testing::{Fault, FaultKind},
};

/// The faults that the fake shows on demand.
///
/// ```
/// # use user_directory::{ErrorKind, Operation, UserDirectory as _};
/// # use user_directory_fake::{Fault, FakeDirectory};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let directory = FakeDirectory::new();
/// directory.fake().faults().inject(Fault::throttling(Operation::AdminGetUser).times(1));
///
/// let error = directory.user("alice").await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooManyRequests);
/// assert!(error.is_retryable());
///
/// let error = directory.user("alice").await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UserNotFound);
/// # });
/// ```
#[derive(Debug, Default)]
pub struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next_id: u64,
    active: Vec<(FaultId, Fault)>,
}

/// Names an injected fault, to remove it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FaultId(u64);

impl From<FaultId> for u64 {
    /// The number that a control plane can hand out.
    fn from(id: FaultId) -> Self {
        id.0
    }
}

impl From<u64> for FaultId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl Faults {
    /// Shows a fault from the next call on.
    ///
    /// Faults of one operation do not queue up. Each of them meets every call, and counts it. So two
    /// faults with `times(1)` throttle one call; to throttle two calls in a row, write `times(2)`.
    /// Throttling goes before an internal error.
    pub fn inject(&self, fault: Fault) -> FaultId {
        let mut state = self.lock();
        let id = FaultId(state.next_id);
        state.next_id += 1;
        state.active.push((id, fault));
        id
    }

    /// Stops showing a fault. One that has run out is no error.
    pub fn remove(&self, id: FaultId) {
        self.lock().active.retain(|(other, _)| *other != id);
    }

    /// Stops showing any fault.
    pub fn clear(&self) {
        self.lock().active.clear();
    }

    /// What this call shows; counts it.
    pub(crate) fn of_call(&self, operation: Operation) -> Vec<FaultKind> {
        let mut state = self.lock();
        let mut kinds = Vec::new();
        for (_, fault) in &mut state.active {
            if fault.operation == operation && fault.times != Some(0) {
                kinds.push(fault.kind);
                fault.times = fault.times.map(|times| times - 1);
            }
        }
        state.active.retain(|(_, fault)| fault.times != Some(0));
        kinds
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().expect("no code panics while it holds the faults")
    }
}
