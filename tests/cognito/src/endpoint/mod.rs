//! The contract on endpoints that are not this project's: emulators, and AWS.
//!
//! Whatever is reached, a run touches only what it created and deletes it again. On AWS it also
//! needs an explicit opt-in, stays below five requests a second, and makes nothing that sends mail.
//! All of that is checked on each request, next to the network: it holds for every caller.

mod account;
mod call;
mod cleanup;
mod environment;
mod guard;
mod harness;
mod pace;
mod pools;
mod quiet;
mod requests;
pub mod target;

pub use account::{AwsAccount, NotAllowed, OPT_IN_VARIABLE};
pub use cleanup::Cleanup;
pub use guard::{Guarded, Rules};
pub use harness::EndpointHarness;
pub use pace::Pace;
pub use pools::OwnPools;
pub use quiet::Quiet;
