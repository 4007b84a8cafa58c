use std::collections::BTreeMap;

use crate::{
    AuthResponse, Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    challenges::respond,
    model::{
        Members,
        shapes::{CHALLENGE_NAME_TYPE, CLIENT_ID_TYPE, SESSION_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [AdminRespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html)
///
/// Challenges: NEW_PASSWORD_REQUIRED and PASSWORD_VERIFIER. Any other is refused as not implemented.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminRespondToAuthChallengeRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// The AWS name of the challenge.
    pub challenge_name: String,
    /// The session of the challenge; PASSWORD_VERIFIER has none.
    pub session: Option<Secret>,
    /// `USERNAME`, `SECRET_HASH`, and `NEW_PASSWORD` and `userAttributes.<name>`, or `TIMESTAMP`,
    /// `PASSWORD_CLAIM_SECRET_BLOCK` and `PASSWORD_CLAIM_SIGNATURE`.
    pub challenge_responses: BTreeMap<String, Secret>,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl AdminRespondToAuthChallengeRequest {
    /// An answer without session and responses yet.
    pub fn new(
        user_pool_id: impl Into<String>,
        client_id: impl Into<String>,
        challenge_name: impl Into<String>,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            challenge_name: challenge_name.into(),
            session: None,
            challenge_responses: BTreeMap::new(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminRespondToAuthChallengeRequest {}

impl Request for AdminRespondToAuthChallengeRequest {
    type Response = AuthResponse;

    const OPERATION: &'static str = "AdminRespondToAuthChallenge";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        members.text("ChallengeName", &self.challenge_name, &CHALLENGE_NAME_TYPE);
        let session = self.session.as_ref().map(Secret::expose);
        members.optional_text("Session", session, &SESSION_TYPE);
        members.present("ChallengeResponses", !self.challenge_responses.is_empty());
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminRespondToAuthChallengeRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<AuthResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let session = self.session.as_ref();
        let responses = &self.challenge_responses;
        respond(pool, call, &self.client_id, &self.challenge_name, session, responses)
    }
}
