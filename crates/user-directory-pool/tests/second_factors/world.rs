//! A pool with its model beside it, and the steps of a sequence.

mod answers;

use std::{collections::BTreeMap, time::Duration};

use user_directory_pool::{
    AccessTokenClaims, AdminDeleteSoftwareTokenRequest, AdminInitiateAuthRequest,
    AdminSetUserMfaPreferenceRequest, AdminUpdateUserAttributesRequest, Answer,
    AssociateSoftwareTokenRequest, Attribute, AuthResponse, ChallengeParameters,
    CreateUserPoolClientRequest, CreateUserPoolRequest, Entropy, ExplicitAuthFlow, MessageContent,
    MfaConfiguration, MfaPreference, MfaSettings, MfaType, Pool, PoolRequest, PoolSnapshot,
    PresentedToken, PutUser, Secret, ServiceError, Timestamp, UserStatus,
    VerifySoftwareTokenRequest, check,
};

use crate::{
    Table,
    model::{App, Asks, Model, Next, Session, User},
};

const POOL: &str = "local-fake-1_Factors01";
const PASSWORD: &str = "Correct-horse-9";
const NAMES: [&str; 2] = ["alice", "bob"];
/// The life of a session in milliseconds.
const SESSION: u64 = 3 * 60 * 1000;

/// SplitMix64: the same numbers in every run.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64, sequence: u64) -> Self {
        Self(seed ^ sequence.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.next() % list.len() as u64).expect("an index")]
    }

    fn chance(&mut self, of_ten: u64) -> bool {
        self.next() % 10 < of_ten
    }
}

impl Entropy for Random {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The code that somebody types.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Typed {
    /// Of the app, so many steps away from now.
    OfTheApp(i64),
    /// The right one of the session.
    OfTheSession,
    /// The one of another session.
    OfAnother,
    Wrong,
}

/// Sessions are counted from the newest.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Configure {
        configuration: MfaConfiguration,
        factors: [bool; 3],
    },
    SignIn {
        user: usize,
    },
    Answer {
        session: usize,
        typed: Typed,
    },
    /// The session's own challenge is not the one that is answered.
    AnswerOther {
        session: usize,
    },
    Choose {
        session: usize,
        factor: MfaType,
    },
    Associate {
        session: usize,
    },
    Verify {
        session: usize,
        typed: Typed,
    },
    Finish {
        session: usize,
    },
    SetUpEmail {
        session: usize,
        is_good: bool,
    },
    OwnAssociate {
        user: usize,
    },
    OwnVerify {
        user: usize,
        typed: Typed,
    },
    Prefer {
        user: usize,
        settings: [Option<(bool, bool)>; 3],
    },
    DeleteApp {
        user: usize,
    },
    Contact {
        user: usize,
        name: &'static str,
        value: &'static str,
    },
    Advance {
        seconds: u64,
    },
}

pub(crate) struct World {
    pool: Pool,
    client: String,
    model: Model,
    now: Timestamp,
    random: Random,
    /// The newest claims of each user, and when they were issued.
    claims: [Option<(u64, AccessTokenClaims)>; 2],
}

type Outcome = Result<(), String>;

impl World {
    pub(crate) fn new(mut random: Random) -> Self {
        let now = Timestamp::from_millis(1_571_809_201_580);
        let request = CreateUserPoolRequest::new("factors");
        let mut pool = Pool::create(POOL, request, now, &mut random).expect("valid settings");
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        request.explicit_auth_flows = vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth];
        let checked = check(request).1.expect("valid settings");
        let client = pool.handle(now, &mut random, checked).expect("valid").response.client_id;
        for name in NAMES {
            let mut user = PutUser::new(name, UserStatus::Confirmed);
            user.password = Some(PASSWORD.into());
            pool.put_user(now, &mut random, user).expect("a new name");
        }
        let model = Model {
            configuration: MfaConfiguration::Off,
            factors: Default::default(),
            users: NAMES.map(|_| User::default()).into(),
            sessions: Vec::new(),
        };
        Self { pool, client, model, now, random, claims: [None, None] }
    }

    pub(crate) fn random_step(&mut self) -> Step {
        let random = &mut self.random;
        let user = random.of(&[0, 0, 1]);
        let session = random.of(&[0, 0, 0, 0, 1, 2, 5]);
        let typed = random.of(&[
            Typed::OfTheApp(0),
            Typed::OfTheApp(1),
            Typed::OfTheApp(-1),
            Typed::OfTheApp(9),
            Typed::OfTheSession,
            Typed::OfTheSession,
            Typed::OfTheSession,
            Typed::OfAnother,
            Typed::Wrong,
        ]);
        let factor = random.of(&MfaType::ALL);
        // What the newest session waits for, mostly.
        if random.chance(6)
            && let Some(newest) = self.model.sessions.last()
            && newest.dead.is_none()
        {
            return match &newest.asks {
                Asks::Code { .. } | Asks::App { .. } => Step::Answer { session: 0, typed },
                Asks::Choice { .. } => Step::Choose { session: 0, factor },
                Asks::Setup { app: Some(_), .. } => Step::Verify { session: 0, typed },
                Asks::Setup { .. } if random.chance(5) => Step::Associate { session: 0 },
                Asks::Setup { .. } => Step::SetUpEmail { session: 0, is_good: random.chance(7) },
                Asks::SetUp => Step::Finish { session: 0 },
            };
        }
        match random.next() % 20 {
            0 | 1 => Step::Configure {
                configuration: random.of(&[
                    MfaConfiguration::Off,
                    MfaConfiguration::Optional,
                    MfaConfiguration::On,
                    MfaConfiguration::On,
                ]),
                factors: [random.chance(6), random.chance(8), random.chance(6)],
            },
            2..=6 => Step::SignIn { user },
            7 => Step::Answer { session, typed },
            8 => Step::AnswerOther { session },
            9 => Step::Choose { session, factor },
            10 => Step::Associate { session },
            11 => Step::Verify { session, typed },
            12 => Step::Finish { session },
            13 => Step::OwnAssociate { user },
            14 | 15 => Step::OwnVerify { user, typed },
            16 => {
                let mut setting = || random.chance(5).then(|| (random.chance(8), random.chance(3)));
                Step::Prefer { user, settings: [setting(), setting(), setting()] }
            }
            17 | 18 => match random.chance(1) {
                true => Step::DeleteApp { user },
                false => Step::Contact {
                    user,
                    name: random.of(&["email", "phone_number"]),
                    value: random.of(&["", "1", "2"]),
                },
            },
            _ => Step::Advance { seconds: random.of(&[1, 1, 2, 29, 30, 30, 60, 181, 900]) },
        }
    }

    /// Makes a call. A refusal leaves the pool as it was, but for what refusals spend.
    fn call<R: PoolRequest>(&mut self, request: R) -> Result<Answer<R::Response>, ServiceError> {
        let mut before = self.pool.clone();
        let checked = check(request).1?;
        let answer = self.pool.handle(self.now, &mut self.random, checked);
        if answer.is_err() {
            let mut after = self.pool.clone();
            after.forget_spent();
            before.forget_spent();
            assert!(before == after, "{} was refused, but changed the pool", R::OPERATION);
        }
        answer
    }

    /// Makes a call whose fault the model knows.
    fn expect<R: PoolRequest>(
        &mut self,
        fault: Option<&'static str>,
        request: R,
        table: &mut Table,
    ) -> Result<Option<Answer<R::Response>>, String> {
        let answer = self.call(request);
        match (&answer, fault) {
            (Ok(_), None) => *table.successes.entry(R::OPERATION).or_default() += 1,
            (Err(error), Some(fault)) if error.name() == fault => {
                *table.errors.entry(fault).or_default() += 1;
            }
            (Ok(_), Some(fault)) => {
                return Err(format!("{} was accepted, although {fault}", R::OPERATION));
            }
            (Err(error), fault) => {
                return Err(format!("{} was refused for {error:?}, not {fault:?}", R::OPERATION));
            }
        }
        Ok(answer.ok())
    }

    pub(crate) fn make(&mut self, step: Step, table: &mut Table) -> Outcome {
        match step {
            Step::Advance { seconds } => {
                self.now = self.now + Duration::from_secs(seconds);
                Ok(())
            }
            Step::Configure { configuration, factors } => {
                let on = MfaType::ALL.into_iter().zip(factors).filter(|(_, is_on)| *is_on);
                let on: Vec<_> = on.map(|(factor, _)| factor).collect();
                self.pool.set_mfa(configuration, &on);
                self.model.configuration = configuration;
                self.model.factors = on.into_iter().collect();
                Ok(())
            }
            Step::SignIn { user } => self.sign_in(user, table),
            Step::Contact { user, name, value } => self.contact(user, name, value, table),
            Step::Prefer { user, settings } => self.prefer(user, settings, table),
            Step::DeleteApp { user } => {
                let request = AdminDeleteSoftwareTokenRequest::new(POOL, NAMES[user]);
                self.expect(None, request, table)?;
                self.model.users[user].app = None;
                self.model.users[user].disable(MfaType::SoftwareTokenMfa);
                Ok(())
            }
            Step::OwnAssociate { user } => self.own_associate(user, table),
            Step::OwnVerify { user, typed } => self.own_verify(user, typed, table),
            Step::Answer { session, typed } => {
                self.in_session(session, |world, session| world.answer(session, typed, table))
            }
            Step::AnswerOther { session } => {
                self.in_session(session, |world, session| world.answer_other(session, table))
            }
            Step::Choose { session, factor } => {
                self.in_session(session, |world, session| world.choose(session, factor, table))
            }
            Step::Associate { session } => {
                self.in_session(session, |world, session| world.associate(session, table))
            }
            Step::Verify { session, typed } => {
                self.in_session(session, |world, session| world.verify(session, typed, table))
            }
            Step::Finish { session } => {
                self.in_session(session, |world, session| world.finish(session, None, table))
            }
            Step::SetUpEmail { session, is_good } => {
                let address = if is_good { "new@example.com" } else { "no address" };
                self.in_session(session, |world, session| {
                    world.finish(session, Some(address), table)
                })
            }
        }
    }

    /// Nothing happens where there are not so many sessions.
    fn in_session(
        &mut self,
        ago: usize,
        make: impl FnOnce(&mut Self, usize) -> Outcome,
    ) -> Outcome {
        match self.model.sessions.len().checked_sub(ago + 1) {
            Some(place) => make(self, place),
            None => Ok(()),
        }
    }

    /// The pool gave what must follow, and nothing less. Takes note of it.
    fn follows(&mut self, user: usize, next: &Next, answer: Answer<AuthResponse>) -> Outcome {
        let Answer { response, messages, .. } = answer;
        let (parameters, token) = match (response, next) {
            (AuthResponse::Tokens(result), Next::Tokens) => {
                self.claims[user] = Some((self.now.seconds(), result.access_token));
                return Ok(());
            }
            (AuthResponse::Tokens(_), next) => return Err(format!("tokens instead of {next:?}")),
            (AuthResponse::Challenge(challenge), _) => {
                (challenge.parameters, challenge.session.ok_or("a challenge without a session")?)
            }
            (other, _) => return Err(format!("{other:?}")),
        };
        let asks = match (parameters, next) {
            (ChallengeParameters::SoftwareToken { .. }, Next::Ask(factor, enrols))
                if *factor == MfaType::SoftwareTokenMfa =>
            {
                Asks::App { enrols: *enrols }
            }
            (ChallengeParameters::Code { details, .. }, Next::Ask(factor, enrols)) => {
                let [message] = messages.as_slice() else { return Err("no message".to_owned()) };
                let MessageContent::Authentication { code } = &message.content else {
                    return Err("another message".to_owned());
                };
                let name = if *factor == MfaType::SmsMfa { "phone_number" } else { "email" };
                if details.attribute_name != name || message.username != NAMES[user] {
                    return Err(format!("a code by {details:?} instead of {factor}"));
                }
                Asks::Code {
                    factor: *factor,
                    code: code.clone(),
                    destination: message.destination.clone(),
                    is_new: self.contact_of(user, *factor) != Some(&message.destination),
                    enrols: *enrols,
                }
            }
            (ChallengeParameters::SelectMfaType { among, .. }, Next::Choose(expected, enrols))
                if among == *expected =>
            {
                Asks::Choice { among, enrols: *enrols }
            }
            (ChallengeParameters::MfaSetup { among, .. }, Next::SetUp(expected))
                if among == *expected =>
            {
                Asks::Setup { among, app: None, failed: 0 }
            }
            (parameters, next) => return Err(format!("{parameters:?} instead of {next:?}")),
        };
        self.open(token, user, asks);
        Ok(())
    }

    fn open(&mut self, token: Secret, user: usize, asks: Asks) {
        let expires = self.now.millis() + SESSION;
        self.model.sessions.push(Session { token, user, expires, dead: None, asks });
    }

    fn contact_of(&self, user: usize, factor: MfaType) -> Option<&String> {
        let user = &self.model.users[user];
        match factor {
            MfaType::SmsMfa => user.phone_number.as_ref(),
            _ => user.email.as_ref(),
        }
    }

    fn sign_in(&mut self, user: usize, table: &mut Table) -> Outcome {
        let flow = "ADMIN_USER_PASSWORD_AUTH";
        let mut request = AdminInitiateAuthRequest::new(POOL, &self.client, flow);
        request.auth_parameters = BTreeMap::from([
            ("USERNAME".to_owned(), NAMES[user].into()),
            ("PASSWORD".to_owned(), PASSWORD.into()),
        ]);
        let next = self.model.next(user);
        let answer = self.expect(None, request, table)?.ok_or("no answer")?;
        self.follows(user, &next, answer)?;
        let met = match &next {
            Next::Tokens => "tokens",
            Next::Ask(factor, _) => factor.name(),
            Next::Choose(..) => "SELECT_MFA_TYPE",
            Next::SetUp(_) => "MFA_SETUP",
        };
        *table.sign_ins.entry(met).or_default() += 1;
        Ok(())
    }

    /// The code that is typed, and the time step that it is of.
    fn typed(&self, typed: Typed, app: Option<&App>, session: Option<usize>) -> (Secret, u64) {
        let current = self.now.seconds() / 30;
        let none = || (Secret::new("000000"), 0);
        match (typed, app) {
            (Typed::OfTheApp(away), Some(app)) => {
                let step = current.saturating_add_signed(away);
                let secret = totp_rs::Secret::try_from_base32(app.secret_code.expose());
                let totp = totp_rs::Builder::new().with_secret(secret.expect("base32")).build();
                let code = totp.expect("six digits").generate(step * 30).to_string();
                (Secret::new(code), step)
            }
            (Typed::OfTheApp(_) | Typed::Wrong, _) => none(),
            (Typed::OfTheSession | Typed::OfAnother, _) => {
                let own = matches!(typed, Typed::OfTheSession);
                let mut sessions = self.model.sessions.iter().enumerate().rev();
                let found = sessions.find_map(|(place, other)| match &other.asks {
                    Asks::Code { code, .. } if (Some(place) == session) == own => Some(code),
                    _ => None,
                });
                found.map_or_else(none, |code| (code.clone(), 0))
            }
        }
    }

    /// An access token that is good for a while.
    fn token(&self, user: usize) -> Option<PresentedToken> {
        let (issued, claims) = self.claims[user].clone()?;
        let is_good = self.now.seconds() < issued + 3600;
        is_good.then(|| PresentedToken::new("a.b.c", Some(claims)))
    }

    fn own_associate(&mut self, user: usize, table: &mut Table) -> Outcome {
        let Some(token) = self.token(user) else { return Ok(()) };
        let has_apps = self.model.factors.contains(&MfaType::SoftwareTokenMfa);
        let fault = (!has_apps).then_some("SoftwareTokenNotEnabled");
        let request = AssociateSoftwareTokenRequest::of_user(token);
        let Some(answer) = self.expect(fault, request, table)? else { return Ok(()) };
        let secret_code = answer.response.secret_code;
        let model = &mut self.model.users[user];
        model.app = Some(App { secret_code, is_verified: false, used: None });
        model.disable(MfaType::SoftwareTokenMfa);
        Ok(())
    }

    fn own_verify(&mut self, user: usize, typed: Typed, table: &mut Table) -> Outcome {
        let Some(token) = self.token(user) else { return Ok(()) };
        let app = self.model.users[user].app.clone();
        let (code, step) = self.typed(typed, app.as_ref(), None);
        let fault = if self.model.factors.contains(&MfaType::SoftwareTokenMfa) {
            match app.map(|app| app.accepts(step, self.now.millis())) {
                None => Some("SoftwareTokenNotSetUp"),
                Some(Err("used")) => Some("SoftwareTokenVerifiedOnce"),
                Some(Err(_)) => Some("OwnSoftwareTokenCodeMismatch"),
                Some(Ok(())) => None,
            }
        } else {
            Some("SoftwareTokenNotEnabled")
        };
        let request = VerifySoftwareTokenRequest::of_user(token, code);
        if self.expect(fault, request, table)?.is_some()
            && let Some(app) = &mut self.model.users[user].app
        {
            (app.is_verified, app.used) = (true, Some(step));
        }
        Ok(())
    }

    fn prefer(
        &mut self,
        user: usize,
        settings: [Option<(bool, bool)>; 3],
        table: &mut Table,
    ) -> Outcome {
        let given = || MfaType::ALL.into_iter().zip(settings);
        let preferred = given().filter(|(_, setting)| setting.is_some_and(|(_, is)| is));
        let fault = if preferred.count() > 1 {
            Some("TwoPreferredFactors")
        } else {
            given().find_map(|(factor, setting)| match setting? {
                (false, true) => Some("PreferredFactorDisabled"),
                (true, _) if !self.model.can_use(user, factor) => Some("NoDeliveryConfig"),
                _ => None,
            })
        };
        let [sms, app, email] = settings.map(|setting| {
            setting.map(|(enabled, preferred)| MfaSettings::new(enabled, preferred))
        });
        let mut preference = MfaPreference::default();
        (preference.sms_mfa, preference.software_token_mfa, preference.email_mfa) =
            (sms, app, email);
        let request = AdminSetUserMfaPreferenceRequest::new(POOL, NAMES[user], preference);
        if self.expect(fault, request, table)?.is_none() {
            return Ok(());
        }
        let model = &mut self.model.users[user];
        for (factor, setting) in given() {
            match setting {
                Some((true, true)) => model.enrol(factor),
                Some((true, false)) => {
                    model.disable(factor);
                    model.enabled.insert(factor);
                }
                Some((false, _)) => model.disable(factor),
                None => {}
            }
        }
        Ok(())
    }

    fn contact(
        &mut self,
        user: usize,
        name: &'static str,
        value: &'static str,
        table: &mut Table,
    ) -> Outcome {
        let value = match (name, value) {
            (_, "") => String::new(),
            ("email", number) => format!("{}{number}@example.com", NAMES[user]),
            (_, number) => format!("+1555555010{number}"),
        };
        let attributes = vec![Attribute::new(name, &value)];
        let request = AdminUpdateUserAttributesRequest::new(POOL, NAMES[user], attributes);
        self.expect(None, request, table)?;
        let value = Some(value).filter(|value| !value.is_empty());
        let model = &mut self.model.users[user];
        match name {
            "email" => model.email = value,
            _ => model.phone_number = value,
        }
        Ok(())
    }

    /// What a snapshot brings back is the same pool.
    pub(crate) fn is_kept_by_a_snapshot(&self) -> Outcome {
        let text = serde_json::to_string(&PoolSnapshot::of(&self.pool));
        let text = text.map_err(|why| format!("no snapshot can be written: {why}"))?;
        let snapshot = serde_json::from_str::<PoolSnapshot>(&text);
        let snapshot = snapshot.map_err(|why| format!("a snapshot cannot be read: {why}"))?;
        let pool = snapshot.restore().map_err(|why| format!("a snapshot is refused: {why}"))?;
        if pool == self.pool { Ok(()) } else { Err("a snapshot is another pool".to_owned()) }
    }
}
