//! The steps within a sign-in: answers, choices and set-ups.

use user_directory_pool::{
    AdminRespondToAuthChallengeRequest, AssociateSoftwareTokenRequest, MfaType, Secret,
    VerifySoftwareTokenRequest,
};

use super::{NAMES, Outcome, POOL, Typed, World};
use crate::{
    Table,
    model::{App, Asks, Next, Session},
};

impl World {
    pub(super) fn respond(
        &mut self,
        session: usize,
        name: &str,
        response: Option<(&str, Secret)>,
    ) -> AdminRespondToAuthChallengeRequest {
        let Session { token, user, .. } = &self.model.sessions[session];
        let mut request = AdminRespondToAuthChallengeRequest::new(POOL, &self.client, name);
        request.session = Some(token.clone());
        request.challenge_responses = response
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .chain([("USERNAME".to_owned(), NAMES[*user].into())])
            .collect();
        request
    }

    /// A refused answer ends the session, if it is refused for good.
    pub(super) fn ends(&mut self, session: usize, fault: Option<&'static str>) {
        const FOR_GOOD: [&str; 6] = [
            "InvalidSession",
            "SessionUsed",
            "SessionExpired",
            "CodeAttemptsExceeded",
            "SoftwareTokenUsedOnce",
            "UserDisabled",
        ];
        let session = &mut self.model.sessions[session];
        match fault {
            None => session.dead = Some("SessionUsed"),
            // What is dead already does not die again.
            Some(fault) if FOR_GOOD.contains(&fault) && session.dead.is_none() => {
                if fault != "SessionExpired" {
                    session.dead = Some("InvalidSession");
                }
            }
            Some(_) => {}
        }
    }

    pub(super) fn answer(&mut self, session: usize, typed: Typed, table: &mut Table) -> Outcome {
        let now = self.now.millis();
        let (user, asks) =
            (self.model.sessions[session].user, self.model.sessions[session].asks.clone());
        let mut fault = self.model.session_fault(session, now);
        let (key, code, enrolled) = match &asks {
            Asks::Code { factor, code, destination, is_new, enrols } => {
                let (given, _) = self.typed(typed, None, Some(session));
                let is_moved = !is_new && self.contact_of(user, *factor) != Some(destination);
                let model = &mut self.model.users[user];
                if fault.is_none() {
                    if model.is_locked(now) {
                        fault = Some("CodeAttemptsExceeded");
                    } else if given != *code {
                        model.fail(now);
                        fault = Some("MfaCodeMismatch");
                    } else {
                        model.forgive();
                        fault = is_moved.then_some("InvalidSession");
                    }
                }
                if fault.is_none() && *is_new {
                    model.email = Some(destination.clone());
                }
                let key = match factor {
                    MfaType::SmsMfa => "SMS_MFA_CODE",
                    _ => "EMAIL_OTP_CODE",
                };
                (key, given, enrols.then_some(*factor))
            }
            Asks::App { enrols } => {
                let app = self.model.users[user].app.clone().filter(|app| app.is_verified);
                let (given, step) = self.typed(typed, app.as_ref(), Some(session));
                let model = &mut self.model.users[user];
                if fault.is_none() {
                    fault = match app.map(|app| app.accepts(step, now)) {
                        None => Some("SoftwareTokenNotSetUp"),
                        Some(_) if model.is_locked(now) => Some("CodeAttemptsExceeded"),
                        Some(Err("used")) => {
                            model.fail(now);
                            Some("SoftwareTokenUsedOnce")
                        }
                        Some(Err(_)) => {
                            model.fail(now);
                            Some("SoftwareTokenCodeInvalid")
                        }
                        Some(Ok(())) => {
                            model.forgive();
                            model.app.as_mut().ok_or("no app")?.used = Some(step);
                            None
                        }
                    };
                }
                let factor = MfaType::SoftwareTokenMfa;
                ("SOFTWARE_TOKEN_MFA_CODE", given, enrols.then_some(factor))
            }
            // Other steps answer these.
            _ => return Ok(()),
        };
        if let (None, Some(factor)) = (fault, enrolled) {
            self.model.users[user].enrol(factor);
        }
        let request = self.respond(session, asks.name(), Some((key, code)));
        let answer = self.expect(fault, request, table)?;
        self.ends(session, fault);
        answer.map_or(Ok(()), |answer| self.follows(user, &Next::Tokens, answer))
    }

    pub(super) fn answer_other(&mut self, session: usize, table: &mut Table) -> Outcome {
        let asks = &self.model.sessions[session].asks;
        let name = match asks {
            Asks::App { .. } => "SMS_MFA",
            _ => "SOFTWARE_TOKEN_MFA",
        };
        let fault =
            self.model.session_fault(session, self.now.millis()).unwrap_or("InvalidSession");
        let code = Some(("SOFTWARE_TOKEN_MFA_CODE", "123456".into()));
        let request = self.respond(session, name, code);
        self.expect(Some(fault), request, table)?;
        self.ends(session, Some(fault));
        Ok(())
    }

    pub(super) fn choose(&mut self, session: usize, factor: MfaType, table: &mut Table) -> Outcome {
        let Session { user, asks: Asks::Choice { among, enrols }, .. } =
            &self.model.sessions[session]
        else {
            return Ok(());
        };
        let (user, enrols) = (*user, *enrols);
        let is_offered = among.contains(&factor) && self.model.can_use(user, factor);
        let fault = self.model.session_fault(session, self.now.millis());
        let fault = fault.or((!is_offered).then_some("MfaTypeNotOffered"));
        let answer = Some(("ANSWER", factor.name().into()));
        let request = self.respond(session, "SELECT_MFA_TYPE", answer);
        let answer = self.expect(fault, request, table)?;
        self.ends(session, fault);
        answer.map_or(Ok(()), |answer| self.follows(user, &Next::Ask(factor, enrols), answer))
    }

    /// What speaks against setting up an app in a session.
    pub(super) fn setup_fault(&self, session: usize) -> Option<&'static str> {
        let app = MfaType::SoftwareTokenMfa;
        let known = &self.model.sessions[session];
        let is_for_apps = matches!(&known.asks, Asks::Setup { among, .. } if among.contains(&app));
        self.model.session_fault(session, self.now.millis()).or_else(|| {
            if !self.model.factors.contains(&app) {
                Some("SoftwareTokenNotEnabled")
            } else if !is_for_apps || !matches!(self.model.next(known.user), Next::SetUp(_)) {
                Some("InvalidSession")
            } else {
                None
            }
        })
    }

    pub(super) fn associate(&mut self, session: usize, table: &mut Table) -> Outcome {
        let fault = self.setup_fault(session);
        let Session { token, user, asks, .. } = &self.model.sessions[session];
        let (user, asks) = (*user, asks.clone());
        let request = AssociateSoftwareTokenRequest::in_session(token.clone());
        let Some(answer) = self.expect(fault, request, table)? else { return Ok(()) };
        let Asks::Setup { among, .. } = asks else { return Err("nothing to set up".to_owned()) };
        self.ends(session, None);
        let secret_code = answer.response.secret_code;
        let app = Some(App { secret_code, is_verified: false, used: None });
        let next = answer.response.session.ok_or("no session")?;
        self.open(next, user, Asks::Setup { among, app, failed: 0 });
        Ok(())
    }

    pub(super) fn verify(&mut self, session: usize, typed: Typed, table: &mut Table) -> Outcome {
        let mut fault = self.setup_fault(session);
        let Session { token, user, asks, .. } = &self.model.sessions[session];
        let (token, user) = (token.clone(), *user);
        let app = match asks {
            Asks::Setup { app, .. } => app.clone(),
            _ => None,
        };
        let (code, step) = self.typed(typed, app.as_ref(), Some(session));
        if fault.is_none() {
            fault = match app.as_ref().map(|app| app.accepts(step, self.now.millis())) {
                None => Some("SoftwareTokenNotSetUp"),
                Some(Err(_)) => Some("SoftwareTokenCodeMismatch"),
                Some(Ok(())) => None,
            };
        }
        let request = VerifySoftwareTokenRequest::in_session(token, code);
        let answer = self.expect(fault, request, table)?;
        if fault == Some("SoftwareTokenCodeMismatch")
            && let Session { asks: Asks::Setup { failed, .. }, dead, .. } =
                &mut self.model.sessions[session]
        {
            *failed += 1;
            if *failed == 3 {
                *dead = Some("InvalidSession");
            }
        }
        let (Some(answer), Some(app)) = (answer, app) else { return Ok(()) };
        let model = &mut self.model.users[user];
        model.app = Some(App { is_verified: true, used: Some(step), ..app });
        model.enrol(MfaType::SoftwareTokenMfa);
        self.ends(session, None);
        let next = answer.response.session.ok_or("no session")?;
        self.open(next, user, Asks::SetUp);
        Ok(())
    }

    /// An answer to MFA_SETUP, with an address or without.
    pub(super) fn finish(
        &mut self,
        session: usize,
        email: Option<&'static str>,
        table: &mut Table,
    ) -> Outcome {
        let Session { user, asks, .. } = &self.model.sessions[session];
        let user = *user;
        let (must_follow, why) = match (asks, email) {
            (Asks::SetUp, _) => (Next::Tokens, None),
            (Asks::Setup { among, .. }, Some(email)) if among.contains(&MfaType::EmailOtp) => {
                let fault = match self.model.next(user) {
                    Next::SetUp(_) if email.contains('@') => None,
                    Next::SetUp(_) => Some("InvalidEmail"),
                    _ => Some("InvalidSession"),
                };
                (Next::Ask(MfaType::EmailOtp, true), fault)
            }
            (Asks::Setup { .. }, _) => (Next::Tokens, Some("SoftwareTokenNotSetUp")),
            _ => return Ok(()),
        };
        let fault = self.model.session_fault(session, self.now.millis()).or(why);
        let email = email.map(|email| ("EMAIL", email.into()));
        let request = self.respond(session, "MFA_SETUP", email);
        let answer = self.expect(fault, request, table)?;
        self.ends(session, fault);
        answer.map_or(Ok(()), |answer| self.follows(user, &must_follow, answer))
    }
}
