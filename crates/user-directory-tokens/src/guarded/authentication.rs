use async_trait::async_trait;
use user_directory::{
    AuthOutcome, Authentication, ChallengeAnswer, Error, ErrorKind, Operation, Result, Revoke,
    SignIn, forward,
};

use super::{Endings, Guarded};
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

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        self.hold_back(&request.username).await;
        self.inner.sign_in(request).await
    }

    async fn respond_to_challenge(&self, answer: ChallengeAnswer) -> Result<AuthOutcome> {
        self.hold_back(answer.username()).await;
        self.inner.respond_to_challenge(answer).await
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
        let ended = Endings::without_names(ended);
        self.ending(Operation::RevokeToken, ended, self.longest_token_life, call).await
    }
}
