//! What the offline tests share: the contract's harness for the fake, directories that are wrong
//! on purpose, and how generated texts are kept current.

mod environment;
mod generated;
mod harness;
pub mod secrets;
pub mod wrong;

pub use environment::FakeEnvironment;
pub use generated::is_current;
pub use harness::FakeHarness;
