#![doc = include_str!("../guide/README.md")]

#[doc = include_str!("../guide/attempts.md")]
pub mod attempts {}
#[doc = include_str!("../guide/codes.md")]
pub mod codes {}
#[doc = include_str!("../guide/expiry.md")]
pub mod expiry {}
#[doc = include_str!("../guide/imports.md")]
pub mod imports {}
#[doc = include_str!("../guide/localstack.md")]
pub mod localstack {}
#[doc = include_str!("../guide/lost_answers.md")]
pub mod lost_answers {}
#[doc = include_str!("../guide/mocks.md")]
pub mod mocks {}
#[doc = include_str!("../guide/own_implementation.md")]
pub mod own_implementation {}
#[doc = include_str!("../guide/fixture_pools.md")]
pub mod fixture_pools {}
#[doc = include_str!("../guide/second_factors.md")]
pub mod second_factors {}
#[doc = include_str!("../guide/throttling.md")]
pub mod throttling {}
#[doc = include_str!("../guide/tokio_time.md")]
pub mod tokio_time {}
