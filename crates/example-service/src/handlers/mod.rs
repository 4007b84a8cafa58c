//! The endpoints.

mod admin;
mod api;
mod factors;
mod forgotten;
mod login;
mod register;
mod session;

pub(crate) use admin::list_users;
pub(crate) use api::{api_me, api_profile, api_users};
pub(crate) use factors::{begin_app, end_app, login_app, login_app_code, login_code, login_factor};
pub(crate) use forgotten::{forgot_password, reset_password};
pub(crate) use login::{login, new_password};
pub(crate) use register::register;
pub(crate) use session::{logout, logout_everywhere, me, refresh};

use crate::errors::Refusal;

/// Runs something to its end even where the client goes away meanwhile, which drops the handler.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::spawn(work).await.map_err(|error| {
        tracing::error!(%error, "a task failed");
        Refusal::broken()
    })
}
