//! What earlier answers brought: the same on both routes.

use user_directory::{
    AccessToken, AuthOutcome, Challenge, NewPasswordRequired, RefreshGrant, RefreshToken,
    Refreshed, SecretCode, SoftwareTokenSetup, TokenSet, VerifiedSoftwareToken,
};

use crate::{answers::Answer, factors::back, steps::Earlier};

#[derive(Default)]
pub(crate) struct Kept {
    sets: Vec<TokenSet>,
    challenges: Vec<NewPasswordRequired>,
    pages: Vec<String>,
    factor_challenges: Vec<Challenge>,
    secrets: Vec<SecretCode>,
    setups: Vec<SoftwareTokenSetup>,
    verified: Vec<VerifiedSoftwareToken>,
}

impl Kept {
    pub(crate) fn keep(&mut self, answer: Answer) {
        match answer {
            Answer::Auth(AuthOutcome::Tokens(set)) => self.sets.push(set),
            Answer::Auth(AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge))) => {
                self.challenges.push(challenge);
            }
            Answer::Auth(AuthOutcome::Challenge(challenge)) => {
                self.factor_challenges.push(challenge);
            }
            Answer::Secret(secret_code) => self.secrets.push(secret_code),
            Answer::Setup(setup) => {
                self.secrets.push(setup.secret_code().clone());
                self.setups.push(setup);
            }
            Answer::Verified(verified) => self.verified.push(verified),
            Answer::Refreshed(Refreshed::Rotated(set)) => self.sets.push(set),
            Answer::Page(page) => self.pages.extend(page.pagination_token),
            Answer::Groups(page) => self.pages.extend(page.next_token),
            _ => {}
        }
    }

    pub(crate) fn challenge(&self, back: usize) -> Option<&NewPasswordRequired> {
        newest(&self.challenges, Earlier::Newest(back))
    }

    pub(crate) fn factor_challenge(&self, place: usize) -> Option<&Challenge> {
        back(&self.factor_challenges, place)
    }

    pub(crate) fn secret(&self) -> Option<&SecretCode> {
        self.secrets.last()
    }

    pub(crate) fn setup(&self, place: usize) -> Option<&SoftwareTokenSetup> {
        back(&self.setups, place)
    }

    pub(crate) fn verified(&self, place: usize) -> Option<&VerifiedSoftwareToken> {
        back(&self.verified, place)
    }

    /// Of whatever list it is.
    pub(crate) fn page(&self, page: Option<Earlier>) -> Option<String> {
        page.and_then(|earlier| match earlier {
            Earlier::Garbage(text) => Some(text.to_owned()),
            earlier => newest(&self.pages, earlier).cloned(),
        })
    }

    pub(crate) fn grant(&self, earlier: Earlier) -> RefreshGrant {
        match (earlier, newest(&self.sets, earlier)) {
            (_, Some(set)) => set.grant.clone(),
            (Earlier::Garbage(text), _) => RefreshGrant::new(RefreshToken::new(text), "alice", "s"),
            // An access token where a refresh token belongs.
            _ => RefreshGrant::new(RefreshToken::new("eyJ.eyJ.sig"), "alice", "s"),
        }
    }

    pub(crate) fn access_token(&self, earlier: Earlier) -> AccessToken {
        match (earlier, newest(&self.sets, earlier)) {
            (_, Some(set)) => set.access_token().clone(),
            (Earlier::Garbage(text), _) => AccessToken::new(text),
            _ => AccessToken::new("never.issued.token"),
        }
    }
}

pub(crate) fn newest<T>(list: &[T], earlier: Earlier) -> Option<&T> {
    match earlier {
        Earlier::Newest(back) => list.iter().rev().nth(back),
        Earlier::Garbage(_) => None,
    }
}
