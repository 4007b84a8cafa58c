//! Second factors: what a sequence does about them.

use std::time::Duration;

use proptest::prelude::*;
use user_directory::{
    Challenge, Code, FactorSetting, MfaPreference, MfaType, SetMfaPreference, SetUserMfaPreference,
    VerifyOwnSoftwareToken, testing::software_token_code,
};
use user_directory_fake::MfaConfiguration;

use crate::{
    answers::{self, Answer, Outcome},
    kept::{Kept, newest},
    route::Route,
    steps::{App, Earlier, Step, Via},
    strategies::{EMAIL, PASSWORDS, via},
};

/// A call about second factors.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FactorCall {
    /// No call: what the pool demands from now on, with all factors.
    Configure(MfaConfiguration),
    Prefer {
        name: &'static str,
        factor: MfaType,
        setting: FactorSetting,
    },
    DeleteApp {
        name: &'static str,
    },
    Shown {
        name: &'static str,
    },
    OwnAssociate {
        token: Earlier,
    },
    OwnVerify {
        token: Earlier,
        code: Typed,
    },
    OwnPrefer {
        token: Earlier,
        factor: MfaType,
        setting: FactorSetting,
    },
    OwnShown {
        token: Earlier,
    },
    Associate {
        via: Via,
        challenge: usize,
    },
    Verify {
        via: Via,
        setup: usize,
        code: Typed,
    },
    Finish {
        via: Via,
        verified: usize,
    },
    Answer {
        via: Via,
        challenge: usize,
        code: Typed,
    },
    Choose {
        via: Via,
        challenge: usize,
        factor: MfaType,
    },
    SetUpEmail {
        via: Via,
        challenge: usize,
        email: &'static str,
    },
}

/// The code that somebody types.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Typed {
    /// The newest app's, some steps away from now.
    OfTheApp(i64),
    OfAMessage(Earlier),
}

impl Route {
    pub(crate) async fn factors(&self, app: App, call: FactorCall, kept: &Kept) -> Option<Outcome> {
        let handles = self.handles(app);
        let (directory, own) = (&handles.directory, &handles.factors);
        let authentication = |via| handles.authentication(via);
        Some(match call {
            FactorCall::Configure(configuration) => {
                let pool_id = &self.fake.first_client().pool_id;
                let set = self.fake.set_mfa(pool_id, configuration, MfaType::ALL);
                set.expect("the pool is there");
                return None;
            }
            FactorCall::Prefer { name, factor, setting } => {
                let preference = MfaPreference::new().with(factor, setting);
                let request = SetUserMfaPreference::new(name, preference);
                answers::done(directory.set_user_mfa_preference(request).await)
            }
            FactorCall::DeleteApp { name } => {
                answers::done(directory.delete_software_token(name).await)
            }
            FactorCall::Shown { name } => {
                answers::of(directory.user_auth_factors(name).await, Answer::Factors)
            }
            FactorCall::OwnAssociate { token } => {
                let token = kept.access_token(token);
                answers::of(own.associate_own_software_token(&token).await, Answer::Secret)
            }
            FactorCall::OwnVerify { token, code } => {
                let (token, code) = (kept.access_token(token), self.typed(code, kept));
                let request =
                    VerifyOwnSoftwareToken::new(token, code).with_friendly_device_name("a phöne");
                answers::done(own.verify_own_software_token(request).await)
            }
            FactorCall::OwnPrefer { token, factor, setting } => {
                let preference = MfaPreference::new().with(factor, setting);
                let request = SetMfaPreference::new(kept.access_token(token), preference);
                answers::done(own.set_mfa_preference(request).await)
            }
            FactorCall::OwnShown { token } => {
                answers::of(own.auth_factors(&kept.access_token(token)).await, Answer::Factors)
            }
            FactorCall::Associate { via, challenge } => {
                let setup = kept.factor_challenge(challenge)?.mfa_setup()?;
                let request = setup.software_token();
                let outcome = authentication(via).associate_software_token(request).await;
                answers::of(outcome, Answer::Setup)
            }
            FactorCall::Verify { via, setup, code } => {
                let request = kept.setup(setup)?.verify(self.typed(code, kept));
                let outcome = authentication(via).verify_software_token(request).await;
                answers::of(outcome, Answer::Verified)
            }
            FactorCall::Finish { via, verified } => {
                let answer = kept.verified(verified)?.answer();
                let outcome = authentication(via).respond_to_challenge(answer).await;
                answers::of(outcome, Answer::Auth)
            }
            FactorCall::Answer { via, challenge, code } => {
                let code = self.typed(code, kept);
                let answer = match kept.factor_challenge(challenge)? {
                    Challenge::SmsMfa(challenge) => challenge.answer(code),
                    Challenge::EmailOtp(challenge) => challenge.answer(code),
                    Challenge::SoftwareTokenMfa(challenge) => challenge.answer(code),
                    _ => return None,
                };
                let outcome = authentication(via).respond_to_challenge(answer).await;
                answers::of(outcome, Answer::Auth)
            }
            FactorCall::Choose { via, challenge, factor } => {
                let choice = kept.factor_challenge(challenge)?.select_mfa_type()?;
                let outcome = authentication(via).respond_to_challenge(choice.answer(factor)).await;
                answers::of(outcome, Answer::Auth)
            }
            FactorCall::SetUpEmail { via, challenge, email } => {
                let setup = kept.factor_challenge(challenge)?.mfa_setup()?;
                let outcome = authentication(via).respond_to_challenge(setup.email(email)).await;
                answers::of(outcome, Answer::Auth)
            }
        })
    }

    fn typed(&self, code: Typed, kept: &Kept) -> Code {
        const STEP: Duration = Duration::from_secs(30);
        match (code, kept.secret()) {
            (Typed::OfTheApp(steps), Some(secret_code)) => {
                let now = self.fake.clock().now();
                let distance = STEP * u32::try_from(steps.unsigned_abs()).unwrap_or(0);
                let at = if steps < 0 { now - distance } else { now + distance };
                software_token_code(secret_code, at).expect("base32")
            }
            (Typed::OfTheApp(_), None) => Code::new("000000"),
            (Typed::OfAMessage(earlier), _) => self.code(earlier),
        }
    }
}

/// What leads somewhere, from a sign-in on.
pub(crate) fn story(name: &'static str) -> BoxedStrategy<Vec<Step>> {
    let (app, password) = (App::WithoutSecret, PASSWORDS[0]);
    let step = move |call| Step::Factor { app, call };
    let newest = Earlier::Newest(0);
    let configure = move |configuration| step(FactorCall::Configure(configuration));
    let clean = move || {
        vec![
            configure(MfaConfiguration::Off),
            Step::Delete { app: App::Right, name },
            Step::Register { app: App::Right, name, password, email: Some("c@example.com") },
        ]
    };
    let sign_in = move |via| Step::SignIn { app, via, name, password };
    let own_app = via().prop_map(move |via| {
        let (factor, setting) = (MfaType::SoftwareTokenMfa, FactorSetting::Preferred);
        let mut steps = clean();
        steps.extend([
            configure(MfaConfiguration::Optional),
            sign_in(Via::SelfService),
            step(FactorCall::OwnPrefer { token: newest, factor, setting }),
            step(FactorCall::OwnAssociate { token: newest }),
            step(FactorCall::OwnVerify { token: newest, code: Typed::OfTheApp(9) }),
            step(FactorCall::OwnVerify { token: newest, code: Typed::OfTheApp(-1) }),
            step(FactorCall::OwnPrefer { token: newest, factor, setting }),
            step(FactorCall::OwnShown { token: newest }),
            sign_in(via),
            step(FactorCall::Answer { via, challenge: 0, code: Typed::OfTheApp(9) }),
            step(FactorCall::Answer { via, challenge: 0, code: Typed::OfTheApp(-1) }),
            sign_in(via),
            step(FactorCall::Answer { via, challenge: 0, code: Typed::OfTheApp(0) }),
            step(FactorCall::DeleteApp { name }),
        ]);
        steps
    });
    let setup = (via(), any::<bool>()).prop_map(move |(via, by_email)| {
        let mut steps = clean();
        steps.extend([
            Step::DeleteAttributes { app: App::Right, name, names: vec!["email"] },
            configure(MfaConfiguration::On),
            sign_in(via),
        ]);
        if by_email {
            steps.extend([
                step(FactorCall::SetUpEmail { via, challenge: 0, email: "no address" }),
                step(FactorCall::SetUpEmail { via, challenge: 0, email: EMAIL }),
                step(FactorCall::Answer { via, challenge: 0, code: Typed::OfAMessage(newest) }),
            ]);
        } else {
            steps.extend([
                step(FactorCall::Associate { via, challenge: 0 }),
                step(FactorCall::Verify { via, setup: 0, code: Typed::OfTheApp(9) }),
                step(FactorCall::Verify { via, setup: 0, code: Typed::OfTheApp(-1) }),
                step(FactorCall::Finish { via, verified: 0 }),
            ]);
        }
        steps.extend([sign_in(via), step(FactorCall::Shown { name })]);
        steps.push(configure(MfaConfiguration::Off));
        steps
    });
    let chosen =
        (via(), prop::sample::select(MfaType::ALL.to_vec())).prop_map(move |(via, factor)| {
            let enable =
                |factor| step(FactorCall::Prefer { name, factor, setting: FactorSetting::Enabled });
            let mut steps = clean();
            let number = vec![("phone_number", "+15555550100")];
            steps.extend([
                Step::Update { app: App::Right, name, attributes: number },
                configure(MfaConfiguration::Optional),
                enable(MfaType::SmsMfa),
                enable(MfaType::EmailOtp),
                sign_in(via),
                step(FactorCall::Choose { via, challenge: 0, factor }),
                step(FactorCall::Answer {
                    via,
                    challenge: 0,
                    code: Typed::OfAMessage(Earlier::Garbage("no-code")),
                }),
                step(FactorCall::Answer { via, challenge: 0, code: Typed::OfAMessage(newest) }),
                configure(MfaConfiguration::Off),
            ]);
            steps
        });
    prop_oneof![own_app, setup, chosen].boxed()
}

pub(crate) fn call(name: &'static str) -> BoxedStrategy<FactorCall> {
    let token = || (0..3_usize).prop_map(Earlier::Newest);
    let factor = || prop::sample::select(MfaType::ALL.to_vec());
    let setting = || {
        prop::sample::select(vec![
            FactorSetting::Disabled,
            FactorSetting::Enabled,
            FactorSetting::Preferred,
        ])
    };
    let code =
        || prop_oneof![(-1..2_i64).prop_map(Typed::OfTheApp), token().prop_map(Typed::OfAMessage),];
    let back = || 0..2_usize;
    prop_oneof![
        (factor(), setting()).prop_map(move |(factor, setting)| FactorCall::Prefer {
            name,
            factor,
            setting
        }),
        Just(FactorCall::DeleteApp { name }),
        Just(FactorCall::Shown { name }),
        token().prop_map(|token| FactorCall::OwnAssociate { token }),
        (token(), code()).prop_map(|(token, code)| FactorCall::OwnVerify { token, code }),
        (token(), factor(), setting()).prop_map(|(token, factor, setting)| {
            FactorCall::OwnPrefer { token, factor, setting }
        }),
        token().prop_map(|token| FactorCall::OwnShown { token }),
        (via(), back()).prop_map(|(via, challenge)| FactorCall::Associate { via, challenge }),
        (via(), back(), code()).prop_map(|(via, setup, code)| FactorCall::Verify {
            via,
            setup,
            code
        }),
        (via(), back()).prop_map(|(via, verified)| FactorCall::Finish { via, verified }),
        (via(), back(), code()).prop_map(|(via, challenge, code)| FactorCall::Answer {
            via,
            challenge,
            code
        }),
    ]
    .boxed()
}

/// The newest of a list, counted back.
pub(crate) fn back<T>(list: &[T], back: usize) -> Option<&T> {
    newest(list, Earlier::Newest(back))
}
