//! The calls on sign-ins: passwords, challenges, tokens.

use std::collections::BTreeMap;

use user_directory_pool::{
    AccessTokenClaims, AdminInitiateAuthRequest, AdminRespondToAuthChallengeRequest, AuthResponse,
    ChallengeParameters, ErrorCode, GetTokensFromRefreshTokenRequest, GetUserRequest,
    GlobalSignOutRequest, InitiateAuthRequest, PresentedToken, RespondToAuthChallengeRequest,
    RevokeTokenRequest, Secret, UserStatus,
};
use user_directory_srp::{PasswordVerifier, SrpClient};

use crate::{
    attributes::pairs,
    calls::{
        Access, Challenge, Client, Flow, Name, Password, Proof, RefreshVia, Respond, Session,
        Token, Via,
    },
    model::{Refusal, SessionModel, secret_hash},
    world::{Checked, Expected, World, attributes, ensure, nth_last},
};

/// What both calls of a sign-in by SRP have in common.
struct SrpCall {
    via: Via,
    client_id: String,
    client: Option<usize>,
    is_zero: bool,
    proof: Proof,
}

type Parameters = BTreeMap<String, Secret>;

const UNKNOWN_TOKEN: &str = "five.parts.that.nobody.knows";
const THREE_PARTS: &str = "a.b.c";
const WRONG_SECRET: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

impl World<'_> {
    /// A secret hash as a call gives it.
    pub(crate) fn hash(
        &self,
        proof: Proof,
        client: Option<usize>,
        username: &str,
    ) -> Option<String> {
        let client = &self.model.clients[client?];
        let hash = |secret: &Secret, name: &str| secret_hash(secret, name, &client.id);
        match proof {
            Proof::Right { last } => {
                let mut secrets = client.secrets.iter();
                let secret = if last { secrets.next_back() } else { secrets.next() };
                secret.map(|(_, secret)| hash(secret, username))
            }
            Proof::Wrong => Some("d3Jvbmc=".to_owned()),
            Proof::Absent => None,
            Proof::Deleted => Some(
                client.deleted.last().map_or_else(String::new, |secret| hash(secret, username)),
            ),
            Proof::Odd => client.secrets.first().map(|(_, secret)| hash(secret, "somebody-else")),
        }
    }

    /// A client secret as a call gives it.
    fn secret(&self, proof: Proof, client: Option<usize>) -> Option<Secret> {
        let client = &self.model.clients[client?];
        match proof {
            Proof::Right { last } => {
                let mut secrets = client.secrets.iter();
                let secret = if last { secrets.next_back() } else { secrets.next() };
                secret.map(|(_, secret)| secret.clone())
            }
            Proof::Wrong => Some(WRONG_SECRET.into()),
            Proof::Absent => None,
            Proof::Deleted => client.deleted.last().cloned(),
            Proof::Odd => Some("short".into()),
        }
    }

    fn initiate(
        &mut self,
        via: Via,
        client: String,
        flow: &str,
        parameters: Parameters,
        expected: Expected,
    ) -> Checked<Option<AuthResponse>> {
        Ok(match via {
            Via::Admin => {
                let pool = self.pool_id().0;
                let mut request = AdminInitiateAuthRequest::new(pool, client, flow);
                request.auth_parameters = parameters;
                self.expect(expected, request)?.map(|answer| answer.response)
            }
            Via::Public => {
                let mut request = InitiateAuthRequest::new(client, flow);
                request.auth_parameters = parameters;
                self.expect(expected, request)?.map(|answer| answer.response)
            }
        })
    }

    fn pool_refusal(&self, via: Via) -> Refusal {
        self.pool_id().1.filter(|_| via == Via::Admin)
    }

    pub(crate) fn sign_in(
        &mut self,
        via: Via,
        client: Client,
        flow: Flow,
        (name, password): (Name, Password),
        proof: Proof,
    ) -> Checked {
        let (client_id, client) = self.client(client, None);
        let name = self.name(name);
        let password = self.password(password, &name);
        let hash = self.hash(proof, client, &name);
        let user = self.model.resolve(&name);
        let flow_name = match (flow, via) {
            (Flow::Password, Via::Admin) | (Flow::OfTheOtherCall, Via::Public) => {
                "ADMIN_USER_PASSWORD_AUTH"
            }
            (Flow::Password, Via::Public) | (Flow::OfTheOtherCall, Via::Admin) => {
                "USER_PASSWORD_AUTH"
            }
            (Flow::OldAdminName, _) => "ADMIN_NO_SRP_AUTH",
            (Flow::Srp | Flow::SrpOfZero, _) => "USER_SRP_AUTH",
            (Flow::Custom, _) => "CUSTOM_AUTH",
            (Flow::Choice, _) => "USER_AUTH",
            (Flow::Malformed, _) => "PASSWORD",
        };
        let refusal = self.pool_refusal(via).or_else(|| {
            let Some(client) = client else { return Some("the client does not exist") };
            let client = &self.model.clients[client];
            let allowed = match (flow, via) {
                (Flow::Password | Flow::OldAdminName, Via::Admin) => client.admin_password,
                (Flow::Password, Via::Public) => client.public_password,
                (Flow::Srp | Flow::SrpOfZero, _) => client.srp,
                _ => false,
            };
            if !allowed {
                return Some("the client may not use the flow");
            }
            if password.is_none() && flow_name != "USER_SRP_AUTH" {
                return Some("the password is missing");
            }
            let nameless = name.is_empty().then_some("the name is missing");
            client.hash_refusal(hash.as_deref(), &name).or(nameless)
        });
        if flow_name == "USER_SRP_AUTH" {
            let call = SrpCall { via, client_id, client, is_zero: flow == Flow::SrpOfZero, proof };
            let password = password.unwrap_or_else(|| "".into());
            return self.sign_in_by_srp(call, &name, &password, hash, refusal);
        }
        let expected = match (refusal, &password, client) {
            (None, Some(password), Some(client)) => {
                let hides = self.model.clients[client].hides_existence;
                self.model.password_faults(user, &name, password, hides, self.now).into()
            }
            (refusal, ..) => refusal.into(),
        };
        let mut parameters = Parameters::from([("USERNAME".to_owned(), name.as_str().into())]);
        parameters.extend(password.map(|password| ("PASSWORD".to_owned(), password)));
        parameters.extend(hash.map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
        let response = self.initiate(via, client_id, flow_name, parameters, expected)?;
        self.signed_in(response, client, user)
    }

    /// The two calls of a sign-in by SRP.
    fn sign_in_by_srp(
        &mut self,
        call: SrpCall,
        name: &str,
        password: &Secret,
        hash: Option<String>,
        refusal: Refusal,
    ) -> Checked {
        let SrpCall { via, client_id, client, is_zero, proof } = call;
        let user = self.model.resolve_name(name);
        let hides = client.is_some_and(|client| self.model.clients[client].hides_existence);
        let fault = self.model.status_fault(user, hides).or(is_zero.then_some("SrpAInvalid"));
        let expected = match (refusal, fault) {
            (Some(refusal), _) => Expected::Refused(refusal),
            (None, fault) => Vec::from_iter(fault).into(),
        };
        let prover = SrpClient::new([0x17; 32]);
        let srp_a = if is_zero { "00".to_owned() } else { prover.srp_a() };
        let mut parameters = Parameters::from([
            ("USERNAME".to_owned(), name.into()),
            ("SRP_A".to_owned(), srp_a.into()),
        ]);
        parameters.extend(hash.map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
        let begun = self.initiate(via, client_id.clone(), "USER_SRP_AUTH", parameters, expected)?;
        let Some(begun) = begun else { return Ok(()) };
        let AuthResponse::Challenge(challenge) = begun else {
            return Err("tokens without a proof".to_owned());
        };
        let ChallengeParameters::PasswordVerifier { username, salt, secret_block, server } =
            challenge.parameters
        else {
            return Err("another challenge than PASSWORD_VERIFIER".to_owned());
        };
        let real_name = user.map(|user| &self.model.users[user]).filter(|user| {
            use UserStatus::{Confirmed, ForceChangePassword};
            matches!(user.status, Confirmed | ForceChangePassword)
        });
        let real_name = real_name.map(|user| user.real_name.as_str());
        ensure!(real_name.is_none_or(|name| name == username), "a proof for somebody else");
        ensure!(challenge.session.is_none(), "a session beside a secret block");

        let verifier = PasswordVerifier {
            pool_id: crate::world::POOL_ID,
            user_id_for_srp: &username,
            salt: &salt,
            srp_b: &server.srp_b(),
            secret_block: secret_block.expose(),
        };
        let claim = prover.prove(&verifier, password.expose(), self.now.into());
        let claim = claim.map_err(|why| format!("the challenge is refused: {why}"))?;
        let faults = self.model.proof_faults(user, name, password, self.now);
        let hash = self.hash(proof, client, &username);
        let mut responses = Parameters::from([
            ("USERNAME".to_owned(), username.as_str().into()),
            ("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), secret_block),
            ("PASSWORD_CLAIM_SIGNATURE".to_owned(), claim.signature.into()),
            ("TIMESTAMP".to_owned(), claim.timestamp.into()),
        ]);
        responses.extend(hash.map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
        let name = "PASSWORD_VERIFIER";
        let response = match via {
            Via::Admin => {
                let mut request =
                    AdminRespondToAuthChallengeRequest::new(crate::world::POOL_ID, client_id, name);
                request.challenge_responses = responses;
                self.expect(faults.into(), request)?.map(|answer| answer.response)
            }
            Via::Public => {
                let mut request = RespondToAuthChallengeRequest::new(client_id, name);
                request.challenge_responses = responses;
                self.expect(faults.into(), request)?.map(|answer| answer.response)
            }
        };
        self.signed_in(response, client, user)
    }

    /// Notes what a sign-in has brought.
    fn signed_in(
        &mut self,
        response: Option<AuthResponse>,
        client: Option<usize>,
        user: Option<usize>,
    ) -> Checked {
        let (Some(response), Some(client), Some(user)) = (response, client, user) else {
            return Ok(());
        };
        let status = self.model.users[user].status;
        match response {
            AuthResponse::Tokens(result) => {
                ensure!(status == UserStatus::Confirmed, "tokens instead of a challenge");
                ensure!(result.refresh_token.is_some(), "a sign-in without a refresh token");
                self.add_tokens(*result, user, client, None)?;
            }
            AuthResponse::Challenge(challenge) => {
                ensure!(status == UserStatus::ForceChangePassword, "a challenge for {status}");
                let ChallengeParameters::NewPasswordRequired { username, .. } =
                    &challenge.parameters
                else {
                    return Err("another challenge".to_owned());
                };
                ensure!(
                    *username == self.model.users[user].real_name,
                    "the challenge is for somebody else"
                );
                self.model.sessions.push(SessionModel {
                    token: challenge.session.ok_or("a challenge without a session")?,
                    user,
                    client,
                    expires: self.now.millis() + self.model.clients[client].session_millis,
                    dead: None,
                });
            }
            _ => return Err("a response of a new kind".to_owned()),
        }
        self.sync()
    }

    /// A refresh token as a call gives it.
    fn refresh_token(&self, token: Token) -> (Option<Secret>, Option<usize>) {
        match token {
            Token::Seen(ago) => match nth_last(&self.model.refresh_tokens, ago) {
                Some((place, known)) => (Some(known.token.clone()), Some(place)),
                None => (Some(UNKNOWN_TOKEN.into()), None),
            },
            Token::Unknown => (Some(UNKNOWN_TOKEN.into()), None),
            Token::ThreeParts => (Some(THREE_PARTS.into()), None),
            Token::Malformed => (Some("no token!".into()), None),
            Token::Absent => (None, None),
        }
    }

    pub(crate) fn refresh(
        &mut self,
        via: RefreshVia,
        client: Client,
        token: Token,
        proof: Proof,
    ) -> Checked {
        let (token, known) = self.refresh_token(token);
        let sign_in = known.map(|known| self.model.refresh_tokens[known].sign_in);
        let owner = sign_in.map(|sign_in| &self.model.sign_ins[sign_in]);
        let (user, own) = (owner.map(|s| s.user), owner.map(|s| s.client));
        let (client_id, client) = self.client(client, own);
        let live = |world: &Self| match (client, known) {
            (Some(client), Some(known)) => world.model.refresh_refusal(known, client, world.now),
            _ => Some("the token or the client is unknown"),
        };
        let result = if via == RefreshVia::GetTokensFromRefreshToken {
            let secret = self.secret(proof, client);
            let refusal = client
                .and_then(|client| self.model.clients[client].secret_refusal(secret.as_ref()))
                .or_else(|| live(self));
            let mut request = GetTokensFromRefreshTokenRequest::new(
                client_id,
                token.unwrap_or_else(|| "".into()),
            );
            request.client_secret = secret;
            let answer = self.expect(refusal.into(), request)?;
            answer.map(|answer| answer.response.authentication_result)
        } else {
            let via = match via {
                RefreshVia::AdminInitiateAuth => Via::Admin,
                _ => Via::Public,
            };
            let name = user.map(|user| self.model.users[user].real_name.clone());
            let name = name.unwrap_or_default();
            let hash = self.hash(proof, client, &name);
            let refusal = self.pool_refusal(via).or_else(|| live(self)).or_else(|| {
                let client = &self.model.clients[client?];
                if !client.refresh {
                    return Some("the client may not use the flow");
                }
                client.hash_refusal(hash.as_deref(), &name)
            });
            let mut parameters = Parameters::new();
            parameters.extend(token.map(|token| ("REFRESH_TOKEN".to_owned(), token)));
            parameters.extend(hash.map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
            let expected = refusal.into();
            match self.initiate(via, client_id, "REFRESH_TOKEN_AUTH", parameters, expected)? {
                None => None,
                Some(AuthResponse::Tokens(result)) => Some(*result),
                Some(_) => return Err("a refresh brought a challenge".to_owned()),
            }
        };
        let (Some(result), Some(known), Some(client), Some(user)) = (result, known, client, user)
        else {
            return Ok(());
        };
        if self.model.clients[client].grace_millis.is_some() {
            ensure!(result.refresh_token.is_some(), "a rotation without a new refresh token");
            self.model.refresh_tokens[known].replaced.get_or_insert(self.now.millis());
        } else {
            ensure!(result.refresh_token.is_none(), "a refresh brought a refresh token");
        }
        self.add_tokens(result, user, client, sign_in)?;
        self.sync()
    }

    pub(crate) fn respond(&mut self, respond: &Respond) -> Checked {
        let Respond { via, challenge, client, session, name, password, attributes, proof } =
            respond;
        let (token, known) = match session {
            Session::Seen(ago) => match nth_last(&self.model.sessions, *ago) {
                Some((place, known)) => (Some(known.token.clone()), Some(place)),
                None => (Some(WRONG_SECRET.into()), None),
            },
            Session::Unknown => (Some(WRONG_SECRET.into()), None),
            Session::Short => (Some("short".into()), None),
            Session::Absent => (None, None),
        };
        let owner = known.map(|known| &self.model.sessions[known]);
        let own = owner.map(|session| session.client);
        let name = match (name, owner) {
            (None, Some(session)) => self.model.users[session.user].real_name.clone(),
            (name, _) => self.name(name.unwrap_or(Name::Seen(0))),
        };
        let (client_id, client) = self.client(*client, own);
        let hash = self.hash(*proof, client, &name);
        let user = self.model.resolve(&name);
        let new_password = self.password(*password, &name);
        let refusal = self.pool_refusal(*via).or_else(|| {
            let (Some(client), Some(known)) = (client, known) else {
                return Some("the session or the client is unknown");
            };
            if *challenge != Challenge::NewPassword {
                return Some("the challenge is another");
            }
            self.model.clients[client]
                .hash_refusal(hash.as_deref(), &name)
                .or_else(|| self.model.session_refusal(known, client, user, self.now))
        });
        let given = pairs(attributes);
        let (after, mut faults) =
            user.map_or_else(Default::default, |user| self.model.answer(user, &given));
        // The lengths of requests do not bind here, nor is a value that is there empty.
        faults.retain(|fault| *fault != "Validation");
        match (password, &new_password) {
            (Password::Absent, _) => faults.push("NewPasswordMissing"),
            (Password::Weak(_), _) => faults.push("PasswordPolicy"),
            (_, Some(new)) => {
                faults.extend(user.and_then(|user| self.model.history_fault(user, new)));
            }
            _ => {}
        }
        let expected = refusal.map_or_else(|| faults.into(), Expected::Refused);

        let mut responses = Parameters::from([("USERNAME".to_owned(), name.as_str().into())]);
        responses.extend(new_password.clone().map(|p| ("NEW_PASSWORD".to_owned(), p)));
        let refused_hash = hash.as_deref();
        responses.extend(hash.clone().map(|hash| ("SECRET_HASH".to_owned(), hash.into())));
        responses.extend(given.into_iter().filter_map(|(name, value)| {
            Some((format!("userAttributes.{name}"), Secret::new(value?)))
        }));
        let challenge = match challenge {
            Challenge::NewPassword => "NEW_PASSWORD_REQUIRED",
            Challenge::Other => "PASSWORD_VERIFIER",
            Challenge::Malformed => "NEW_PASSWORD",
        };
        let is_open = self.pool_refusal(*via).is_none()
            && challenge == "NEW_PASSWORD_REQUIRED"
            && client.zip(known).is_some_and(|(client, known)| {
                let session = &self.model.sessions[known];
                let refused = self.model.clients[client].hash_refusal(refused_hash, &name);
                session.client == client
                    && session.dead.is_none()
                    && session.expires > self.now.millis()
                    && refused.is_none()
            });
        let response = match via {
            Via::Admin => {
                let pool = self.pool_id().0;
                let mut request =
                    AdminRespondToAuthChallengeRequest::new(pool, client_id, challenge);
                request.session = token;
                request.challenge_responses = responses;
                self.expect(expected, request)?.map(|answer| answer.response)
            }
            Via::Public => {
                let mut request = RespondToAuthChallengeRequest::new(client_id, challenge);
                request.session = token;
                request.challenge_responses = responses;
                self.expect(expected, request)?.map(|answer| answer.response)
            }
        };
        if let (true, Some(known), Some(ErrorCode::NotAuthorized)) = (is_open, known, self.refusal)
        {
            self.model.sessions[known].dead = Some("a refused answer has ended the session");
        }
        let (Some(response), Some(client), Some(known), Some(user)) =
            (response, client, known, user)
        else {
            return Ok(());
        };
        let AuthResponse::Tokens(result) = response else {
            return Err("an answer brought another challenge".to_owned());
        };
        self.model.sessions[known].dead = Some("the session was used");
        self.model.set_account(user, UserStatus::Confirmed, new_password, self.now);
        self.model.users[user].attributes = after;
        self.sync()?;
        ensure!(result.refresh_token.is_some(), "a sign-in without a refresh token");
        self.add_tokens(*result, user, client, None)
    }

    /// An access token as a call presents it, and why it is none.
    pub(crate) fn access_token(&self, access: Access) -> (PresentedToken, Option<usize>, Refusal) {
        let claims = |ago| {
            let known = nth_last(&self.model.access_tokens, ago);
            known.map(|(place, known)| (place, known.claims.clone()))
        };
        let changed = |ago, change: fn(&mut AccessTokenClaims)| {
            let (_, mut claims) = claims(ago)?;
            change(&mut claims);
            Some(claims)
        };
        let present = |claims| PresentedToken::new(THREE_PARTS, claims);
        match access {
            Access::Seen(ago) => match claims(ago) {
                Some((place, claims)) => {
                    let refusal = self.model.access_refusal(place, self.now);
                    (present(Some(claims)), Some(place), refusal)
                }
                None => (present(None), None, Some("there is no token yet")),
            },
            Access::Unverified => (present(None), None, Some("the token is not verified")),
            Access::OfAnotherIssuer(ago) => {
                let claims = changed(ago, |claims| claims.iss.push('x'));
                (present(claims), None, Some("the token is another pool's"))
            }
            Access::AnIdToken(ago) => {
                let claims = changed(ago, |claims| claims.token_use = "id".to_owned());
                (present(claims), None, Some("the token is no access token"))
            }
            Access::WithoutScope(ago) => {
                let claims = changed(ago, |claims| claims.scope = "openid profile".to_owned());
                (present(claims), None, Some("the token lacks the scope"))
            }
            Access::Malformed => {
                let claims = claims(0).map(|(_, claims)| claims);
                (PresentedToken::new("no token!", claims), None, Some("the token is malformed"))
            }
        }
    }

    fn user_of(&self, access_token: usize) -> usize {
        self.model.sign_ins[self.model.access_tokens[access_token].sign_in].user
    }

    pub(crate) fn get_user(&mut self, access: Access) -> Checked {
        let (token, known, refusal) = self.access_token(access);
        let answer = self.expect(refusal.into(), GetUserRequest::new(token))?;
        let (Some(answer), Some(known)) = (answer, known) else { return Ok(()) };
        let user = &self.model.users[self.user_of(known)];
        ensure!(answer.response.username == user.real_name, "another user");
        let shown = attributes(&answer.response.user_attributes);
        let client = self.model.sign_ins[self.model.access_tokens[known].sign_in].client;
        ensure!(shown == self.model.clients[client].visible(user), "other attributes");
        self.sync()
    }

    pub(crate) fn sign_out(&mut self, access: Access) -> Checked {
        let (token, known, refusal) = self.access_token(access);
        let answer = self.expect(refusal.into(), GlobalSignOutRequest::new(token))?;
        let (Some(_), Some(known)) = (answer, known) else { return Ok(()) };
        self.model.sign_out(self.user_of(known), self.now, "the user signed out");
        self.sync()
    }

    pub(crate) fn revoke(&mut self, client: Client, token: Token, proof: Proof) -> Checked {
        let (value, known) = self.refresh_token(token);
        let sign_in = known.map(|known| self.model.refresh_tokens[known].sign_in);
        let own = sign_in.map(|sign_in| self.model.sign_ins[sign_in].client);
        let (client_id, client) = self.client(client, own);
        let secret = self.secret(proof, client);
        let refusal = match client {
            None => Some("the client does not exist"),
            Some(client) => {
                let model = &self.model.clients[client];
                model.secret_refusal(secret.as_ref()).or(if !model.revocation {
                    Some("the client revokes nothing")
                } else if !matches!(token, Token::Seen(_) | Token::Unknown) {
                    Some("the token is no refresh token")
                } else if own.is_some_and(|own| own != client) {
                    Some("the token is another client's")
                } else {
                    None
                })
            }
        };
        let mut request = RevokeTokenRequest::new(client_id, value.unwrap_or_else(|| "".into()));
        request.client_secret = secret;
        if self.expect(refusal.into(), request)?.is_some()
            && let Some(sign_in) = sign_in
        {
            self.model.sign_ins[sign_in].dead.get_or_insert("the sign-in was revoked");
        }
        self.sync()
    }
}
