//! Bearer tokens over HTTP (RFC 6750).

mod bearer_error;
#[cfg(feature = "axum")]
mod extract;
mod layer;

pub use bearer_error::BearerError;
#[cfg(feature = "axum")]
pub use extract::{GroupName, RequireGroup, RequireScope, ScopeName};
pub use layer::{RequireToken, RequireTokenService};
