//! A sign-in by SRP, as an application's client does it: two calls, and the password in neither.

use std::{ops::ControlFlow, sync::atomic::Ordering};

use user_directory::{AuthOutcome, ClientSecret, Result, SignIn};
use user_directory_pool::{
    AuthResponse, ChallengeParameters, Entropy as _, IssuedChallenge, Secret,
};
use user_directory_srp::{PasswordVerifier, SrpClient};

use crate::{
    Fake, FakeRequest, TokenSigner,
    authentication::{self, Parameters, Proof, unexpected},
    handle::Handle,
};

impl Fake {
    /// A client whose secret follows from the seed and the number of calls so far.
    fn srp_client(&self) -> SrpClient {
        let number = self.0.requests.load(Ordering::Relaxed);
        let mut random = [0; 32];
        self.0.seed.of("clients that sign in by SRP").stream(number).fill(&mut random);
        SrpClient::new(random)
    }
}

/// Signs a user in. `initiate` and `respond` make the two requests of the handle's kind.
pub(crate) async fn sign_in<I, R>(
    handle: &Handle,
    request: &SignIn,
    initiate: impl Fn(Proof<'_>, Parameters) -> I,
    respond: impl Fn(Proof<'_>, Parameters) -> R,
) -> Result<AuthOutcome>
where
    I: FakeRequest<Response = AuthResponse>,
    R: FakeRequest<Response = AuthResponse>,
{
    let call = async |secret: Option<ClientSecret>| {
        let proof = Proof { client_id: &handle.client.client_id, secret: secret.as_ref() };
        let client = handle.fake.srp_client();
        let mut parameters = Parameters::from([
            ("USERNAME".to_owned(), Secret::new(&request.username)),
            ("SRP_A".to_owned(), Secret::new(client.srp_a())),
        ]);
        proof.add_hash(&request.username, &mut parameters);
        let next = |signer: &TokenSigner, response| {
            responses(handle, proof, request, &client, signer, response)
        };
        match handle.call(initiate(proof, parameters), next).await? {
            ControlFlow::Break(outcome) => Ok(outcome),
            ControlFlow::Continue(responses) => {
                let finish = authentication::outcome(&request.username);
                handle.call(respond(proof, responses), finish).await
            }
        }
    };
    handle.secrets().call(call).await
}

/// The responses of the second call, or the outcome if there is no second one.
fn responses(
    handle: &Handle,
    proof: Proof<'_>,
    request: &SignIn,
    client: &SrpClient,
    signer: &TokenSigner,
    response: AuthResponse,
) -> Result<ControlFlow<AuthOutcome, Parameters>> {
    let AuthResponse::Challenge(IssuedChallenge {
        parameters: ChallengeParameters::PasswordVerifier { username, salt, secret_block, server },
        ..
    }) = response
    else {
        let outcome = authentication::outcome(&request.username);
        return outcome(signer, response).map(ControlFlow::Break);
    };
    let challenge = PasswordVerifier {
        pool_id: &handle.client.pool_id,
        user_id_for_srp: &username,
        salt: &salt,
        srp_b: &server.srp_b(),
        secret_block: secret_block.expose(),
    };
    let password = authentication::password(request)?;
    let claim = client
        .prove(&challenge, password.expose(), handle.fake.clock().now())
        .map_err(|error| unexpected("a challenge by SRP that cannot be used").with_source(error))?;
    let mut responses = Parameters::from([
        ("USERNAME".to_owned(), Secret::new(&username)),
        ("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), secret_block),
        ("PASSWORD_CLAIM_SIGNATURE".to_owned(), Secret::new(claim.signature)),
        ("TIMESTAMP".to_owned(), Secret::new(claim.timestamp)),
    ]);
    proof.add_hash(&username, &mut responses);
    Ok(ControlFlow::Continue(responses))
}
