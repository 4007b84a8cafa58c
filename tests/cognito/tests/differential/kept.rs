//! What earlier answers brought: the same on both routes.

use user_directory::{
    AccessToken, AuthOutcome, Challenge, NewPasswordRequired, RefreshGrant, RefreshToken,
    Refreshed, TokenSet,
};

use crate::{answers::Answer, steps::Earlier};

#[derive(Default)]
pub(crate) struct Kept {
    sets: Vec<TokenSet>,
    challenges: Vec<NewPasswordRequired>,
    pages: Vec<String>,
}

impl Kept {
    pub(crate) fn keep(&mut self, answer: Answer) {
        match answer {
            Answer::Auth(AuthOutcome::Tokens(set)) => self.sets.push(set),
            Answer::Auth(AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge))) => {
                self.challenges.push(challenge);
            }
            Answer::Refreshed(Refreshed::Rotated(set)) => self.sets.push(set),
            Answer::Page(page) => self.pages.extend(page.pagination_token),
            Answer::Groups(page) => self.pages.extend(page.next_token),
            _ => {}
        }
    }

    pub(crate) fn challenge(&self, back: usize) -> Option<&NewPasswordRequired> {
        newest(&self.challenges, Earlier::Newest(back))
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
