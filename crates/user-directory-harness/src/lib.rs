//! Every case of [`user-directory-contract`](contract) on a wrapper of yours around the in-memory
//! fake: does a cache, a metric or a policy around a directory still behave as the directory does?
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [dev-dependencies]
//! user-directory-harness = "0.1"
//!
//! [[test]]
//! name = "contract"
//! harness = false
//! ```
//!
//! In `tests/contract.rs`, with a wrapper that [forwards](user_directory::forward) what it does not
//! change:
//!
//! ```
//! # use user_directory::{Authentication, UserDirectory, forward};
//! # #[derive(Debug)]
//! # struct Counting<D>(D);
//! # impl<D: Authentication> forward::Authentication for Counting<D> {
//! #     type Inner = D;
//! #     fn inner(&self) -> &D { &self.0 }
//! # }
//! # impl<D: UserDirectory> forward::UserDirectory for Counting<D> {}
//! use std::process::ExitCode;
//!
//! use user_directory_harness::{FakeHarness, contract::{Ledger, mimic}};
//!
//! fn main() -> ExitCode {
//!     let harness = FakeHarness::wrapping(Counting).with_name("counting");
//!     mimic::main(harness, Ledger::empty())
//! }
//! ```
//!
//! Cases about users who sign in by themselves get the fake's own handle unless
//! [`wrapping_self_service`](FakeHarness::wrapping_self_service) wraps that one as well. Cases that
//! send a call on the wire go past every wrapper, as an application in another language would.
//!
//! What a wrapper does otherwise on purpose stands in a [`Ledger`](contract::Ledger), with its
//! reason.
//!
//! Its siblings: [`user-directory-fake`](https://docs.rs/user-directory-fake) (the fake),
//! [`user-directory-contract`](https://docs.rs/user-directory-contract) (the cases, and harnesses
//! of your own) and [`user-directory-check`](https://docs.rs/user-directory-check) (the cases at a
//! URL).

mod environment;
mod harness;

pub use environment::FakeEnvironment;
pub use harness::FakeHarness;
pub use user_directory_contract as contract;
