#![doc = include_str!("../guide/README.md")]

#[doc = include_str!("../guide/client_secrets.md")]
pub mod client_secrets {}
#[doc = include_str!("../guide/regions.md")]
pub mod regions {}
#[doc = include_str!("../guide/errors.md")]
pub mod errors {}
#[doc = include_str!("../guide/srp.md")]
pub mod srp {}
