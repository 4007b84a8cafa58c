//! What the offline tests share: the contract's harness for the fake, and directories that are
//! wrong on purpose.

mod environment;
mod harness;
pub mod secrets;
pub mod wrong;

pub use environment::FakeEnvironment;
pub use harness::FakeHarness;
