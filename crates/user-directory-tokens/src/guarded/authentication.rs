use async_trait::async_trait;
use user_directory::{Authentication, Error, ErrorKind, Operation, Result, Revoke, forward};

use super::Guarded;
use crate::Ended;

#[async_trait]
impl<D: Authentication> forward::Authentication for Guarded<D> {
    type Inner = D;

    fn inner(&self) -> &D {
        &self.inner
    }

    fn pool_id(&self) -> Option<&str> {
        Some(&self.pool_id)
    }

    async fn revoke(&self, request: Revoke) -> Result<()> {
        let ended = match (&request.origin_jti, &request.sub) {
            (Some(origin_jti), _) => Ended::SignIn(origin_jti.clone()),
            // A client without token revocation: nothing tells its sign-ins apart.
            (None, Some(sub)) => Ended::User(sub.clone()),
            (None, None) => {
                let text = "a bare refresh token does not say which sign-in to end in the ledger: \
                            make the request from the grant";
                let error = Error::new(ErrorKind::InvalidParameter, text);
                return Err(error.with_operation(Operation::RevokeToken));
            }
        };
        let call = self.inner.revoke(request);
        self.ending(Operation::RevokeToken, ended, self.longest_token_life, call).await
    }
}
