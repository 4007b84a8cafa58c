//! Two fakes that are alike, a route to each, and what their answers brought.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use cognito::{app_client, wire_config};
use user_directory::{
    AccessToken, AuthOutcome, Authentication, Challenge, ConfirmSignUp, CreateUser,
    DeleteUserAttributes, DeliveryMedium, ListUsers, MessageAction, NewPasswordRequired, Refresh,
    RefreshFlow, RefreshGrant, RefreshToken, Refreshed, Register, ResetUserPassword, Revoke,
    SelfService, SetUserPassword, SignIn, TokenSet, UpdateUserAttributes, UserDirectory,
    UserDirectoryExt as _,
};
use user_directory_cognito::{CognitoDirectory, CognitoSelfService};
use user_directory_fake::{
    AliasAttribute, CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, Fake,
    FakeClient, Fault, RefreshTokenRotation, Secret, SeedUser, UserStatus,
};

use crate::{
    answers::{self, Answer, Outcome},
    steps::{App, CreateOptions, Earlier, Naming, Sequence, Step, Via},
    table::Table,
};

/// The handles of one app on one route.
struct Handles {
    directory: Arc<dyn UserDirectory>,
    own: Arc<dyn SelfService>,
}

impl Handles {
    fn authentication(&self, via: Via) -> Arc<dyn Authentication> {
        match via {
            Via::Admin => self.directory.clone(),
            Via::SelfService => self.own.clone(),
        }
    }
}

/// A fake, and the handles that lead to it.
struct Route {
    fake: Fake,
    handles: Vec<Handles>,
}

/// What earlier answers brought: the same on both routes.
#[derive(Default)]
struct Kept {
    sets: Vec<TokenSet>,
    challenges: Vec<NewPasswordRequired>,
    pages: Vec<String>,
}

pub(crate) struct World {
    direct: Route,
    by_wire: Route,
    kept: Kept,
    steps: usize,
}

impl World {
    pub(crate) fn new(sequence: &Sequence) -> Self {
        let direct = Route::new(sequence, |fake, client, flow| Handles {
            directory: Arc::new(fake.directory_for(client).with_refresh_flow(flow)),
            own: Arc::new(fake.self_service_for(client).with_refresh_flow(flow)),
        });
        let by_wire = Route::new(sequence, |fake, client, flow| {
            let config = wire_config(fake);
            // A pool of nowhere is part of the test.
            let app = app_client(client.clone()).with_refresh_flow(flow).allow_region_mismatch();
            Handles {
                directory: Arc::new(CognitoDirectory::new(&config, app.clone()).expect("valid")),
                own: Arc::new(CognitoSelfService::new(&config, app).expect("valid")),
            }
        });
        Self { direct, by_wire, kept: Kept::default(), steps: 0 }
    }

    /// Makes a step on both routes and compares what it brought and what it left.
    pub(crate) async fn step(&mut self, step: &Step, table: &mut Table) -> Result<(), String> {
        let direct = self.direct.step(step, &self.kept).await;
        let by_wire = self.by_wire.step(step, &self.kept).await;
        if direct != by_wire {
            return Err(format!("outcomes differ\n  direct:  {direct:?}\n  by wire: {by_wire:?}"));
        }
        let calls = self.direct.fake.calls().all();
        if calls != self.by_wire.fake.calls().all() {
            let by_wire = self.by_wire.fake.calls().all();
            return Err(format!("logs differ\n  direct:  {calls:?}\n  by wire: {by_wire:?}"));
        }
        calls.iter().for_each(|call| table.count(call));
        self.direct.fake.calls().clear();
        self.by_wire.fake.calls().clear();
        if self.direct.fake.inbox().messages() != self.by_wire.fake.inbox().messages() {
            return Err("inboxes differ".to_owned());
        }
        // Not after every step, so that faults of ListUsers hit the steps too.
        self.steps += 1;
        if self.steps.is_multiple_of(5) {
            self.compare_users().await?;
        }
        if let Some(Ok(answer)) = direct {
            self.kept.keep(answer);
        }
        Ok(())
    }

    /// Every user, as the fakes themselves show them. A fault that waits for the call hits both.
    async fn compare_users(&self) -> Result<(), String> {
        let direct = self.direct.fake.directory().list_users(ListUsers::new()).await;
        let by_wire = self.by_wire.fake.directory().list_users(ListUsers::new()).await;
        let (direct, by_wire) =
            (answers::of(direct, Answer::Page), answers::of(by_wire, Answer::Page));
        self.direct.fake.calls().clear();
        self.by_wire.fake.calls().clear();
        if direct == by_wire {
            Ok(())
        } else {
            Err(format!("users differ: {direct:?} {by_wire:?}"))
        }
    }
}

impl Kept {
    fn keep(&mut self, answer: Answer) {
        match answer {
            Answer::Auth(AuthOutcome::Tokens(set)) => self.sets.push(set),
            Answer::Auth(AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge))) => {
                self.challenges.push(challenge);
            }
            Answer::Refreshed(Refreshed::Rotated(set)) => self.sets.push(set),
            Answer::Page(page) => self.pages.extend(page.pagination_token),
            _ => {}
        }
    }

    fn grant(&self, earlier: Earlier) -> RefreshGrant {
        match (earlier, newest(&self.sets, earlier)) {
            (_, Some(set)) => set.grant.clone(),
            (Earlier::Garbage(text), _) => RefreshGrant::new(RefreshToken::new(text), "alice", "s"),
            // An access token where a refresh token belongs.
            _ => RefreshGrant::new(RefreshToken::new("eyJ.eyJ.sig"), "alice", "s"),
        }
    }

    fn access_token(&self, earlier: Earlier) -> AccessToken {
        match (earlier, newest(&self.sets, earlier)) {
            (_, Some(set)) => set.access_token().clone(),
            (Earlier::Garbage(text), _) => AccessToken::new(text),
            _ => AccessToken::new("never.issued.token"),
        }
    }
}

fn newest<T>(list: &[T], earlier: Earlier) -> Option<&T> {
    match earlier {
        Earlier::Newest(back) => list.iter().rev().nth(back),
        Earlier::Garbage(_) => None,
    }
}

impl Route {
    fn new(
        sequence: &Sequence,
        handles: impl Fn(&Fake, &FakeClient, RefreshFlow) -> Handles,
    ) -> Self {
        let fake = fake(sequence);
        let first = fake.first_client().clone();
        let pool_id = first.pool_id.clone();
        let create = |request| fake.create_user_pool_client(&pool_id, request).expect("valid");
        let without_secret = create(client_request(false, None));
        let rotating = create(client_request(true, Some(10)));
        let handles = App::ALL
            .iter()
            .map(|app| {
                let mut client = match app {
                    App::WithoutSecret => without_secret.clone(),
                    App::Rotating => rotating.clone(),
                    _ => first.clone(),
                };
                match app {
                    App::WrongSecret => client.client_secret = Some("0wrong1wrong2wrong3".into()),
                    App::OmittedSecret => client.client_secret = None,
                    App::UnknownClient => client.client_id = "0unknown1client2".to_owned(),
                    App::UnknownPool => client.pool_id = "local-fake-1_Unknown01".to_owned(),
                    App::MalformedIds => {
                        client.pool_id = "no pool id".to_owned();
                        client.client_id = "no client id!".to_owned();
                    }
                    _ => {}
                }
                let flow = match app {
                    App::GetTokens | App::Rotating => RefreshFlow::GetTokensFromRefreshToken,
                    _ => RefreshFlow::RefreshTokenAuth,
                };
                handles(&fake, &client, flow)
            })
            .collect();
        Self { fake, handles }
    }

    fn handles(&self, app: App) -> &Handles {
        let place = App::ALL.iter().position(|other| *other == app).expect("one of all");
        &self.handles[place]
    }

    /// `None` for a step that is no call.
    async fn step(&self, step: &Step, kept: &Kept) -> Option<Outcome> {
        let admin = |app: &App| self.handles(*app).directory.clone();
        let own = |app: &App| self.handles(*app).own.clone();
        let authentication = |app: &App, via: &Via| self.handles(*app).authentication(*via);
        Some(match step {
            Step::Create { app, name, password, attributes, options } => {
                let request = create_request(name, *password, attributes, *options);
                answers::of(admin(app).create_user(request).await, Answer::User)
            }
            Step::Register { app, name, password, email } => {
                let mut request = Register::new(*name, *password);
                if let Some(email) = email {
                    request =
                        request.with_attributes([("email", *email), ("email_verified", "true")]);
                }
                answers::registration(admin(app).register(request).await)
            }
            Step::User { app, name } => answers::of(admin(app).user(name).await, Answer::User),
            Step::Update { app, name, attributes } => {
                let attributes = attributes.iter().copied().collect::<user_directory::Attributes>();
                let request = UpdateUserAttributes::new(*name, attributes);
                answers::done(admin(app).update_user_attributes(request).await)
            }
            Step::DeleteAttributes { app, name, names } => {
                let request = DeleteUserAttributes::new(*name, names.iter().copied());
                answers::done(admin(app).delete_user_attributes(request).await)
            }
            Step::SetPassword { app, name, password, permanent } => {
                let request = match permanent {
                    true => SetUserPassword::permanent(*name, *password),
                    false => SetUserPassword::temporary(*name, *password),
                };
                answers::done(admin(app).set_user_password(request).await)
            }
            Step::Reset { app, name } => {
                let request = ResetUserPassword::new(*name);
                answers::done(admin(app).reset_user_password(request).await)
            }
            Step::ConfirmSignUp { app, name } => {
                answers::done(admin(app).confirm_sign_up(ConfirmSignUp::new(*name)).await)
            }
            Step::Enable { app, name } => answers::done(admin(app).enable_user(name).await),
            Step::Disable { app, name } => answers::done(admin(app).disable_user(name).await),
            Step::Delete { app, name } => answers::done(admin(app).delete_user(name).await),
            Step::AdminSignOut { app, name } => {
                answers::done(admin(app).global_sign_out(name).await)
            }
            Step::List { app, filter, limit, page } => {
                let mut request = ListUsers::new();
                request.filter = filter.map(str::to_owned);
                request.limit = *limit;
                request.pagination_token = page.and_then(|earlier| match earlier {
                    Earlier::Garbage(text) => Some(text.to_owned()),
                    earlier => newest(&kept.pages, earlier).cloned(),
                });
                answers::of(admin(app).list_users(request).await, Answer::Page)
            }
            Step::SignIn { app, via, name, password } => {
                let request = SignIn::new(*name, *password);
                answers::of(authentication(app, via).sign_in(request).await, Answer::Auth)
            }
            Step::Respond { app, via, challenge, password, email } => {
                let challenge = newest(&kept.challenges, Earlier::Newest(*challenge))?;
                let attributes: user_directory::Attributes =
                    email.iter().map(|email| ("email", *email)).collect();
                let answer = challenge.answer_with(*password, attributes);
                let outcome = authentication(app, via).respond_to_challenge(answer).await;
                answers::of(outcome, Answer::Auth)
            }
            Step::Refresh { app, via, grant } => {
                let request = Refresh::new(kept.grant(*grant));
                answers::of(authentication(app, via).refresh(request).await, Answer::Refreshed)
            }
            Step::Revoke { app, via, token } => {
                let request = match token {
                    // An access token is no refresh token.
                    Earlier::Newest(2) => Revoke::new(kept.access_token(*token).expose()),
                    token => Revoke::new(kept.grant(*token).refresh_token()),
                };
                answers::done(authentication(app, via).revoke(request).await)
            }
            Step::OwnUser { app, token } => {
                let token = kept.access_token(*token);
                answers::of(own(app).user(&token).await, Answer::OwnUser)
            }
            Step::OwnSignOut { app, token } => {
                answers::done(own(app).global_sign_out(&kept.access_token(*token)).await)
            }
            Step::SeedUnconfirmed { name } => {
                let mut user = SeedUser::new(*name, UserStatus::Unconfirmed);
                user.password = Some(Secret::new("Correct-horse-9"));
                let seeded = self.fake.seed_user(&self.fake.first_client().pool_id, user);
                answers::done(seeded)
            }
            Step::Advance { seconds } => {
                self.fake.clock().advance(Duration::from_secs(*seconds));
                return None;
            }
            Step::Fault { operation, kind } => {
                self.fake.faults().inject(Fault::new(*operation, *kind).times(1));
                return None;
            }
        })
    }
}

fn create_request(
    name: &str,
    password: Option<&str>,
    attributes: &[(&'static str, &'static str)],
    options: CreateOptions,
) -> CreateUser {
    let mut request = CreateUser::new(name)
        .with_attributes(attributes.iter().copied().collect::<user_directory::Attributes>());
    request.temporary_password = password.map(Into::into);
    request.message_action = match options {
        CreateOptions { resend: true, .. } => Some(MessageAction::Resend),
        CreateOptions { suppress: true, .. } => Some(MessageAction::Suppress),
        _ => None,
    };
    if options.by_email {
        request.delivery_mediums = vec![DeliveryMedium::Email, DeliveryMedium::Sms];
    }
    request.force_alias_creation = options.force_alias;
    if options.metadata {
        request = request.with_client_metadata([("key", "välue")]);
    }
    request
}

/// Stopped at a moment, with a seed: two of them are equal byte by byte.
fn fake(sequence: &Sequence) -> Fake {
    let mut pool = CreateUserPoolRequest::new("pool");
    match sequence.naming {
        Naming::Plain => {}
        Naming::CaseInsensitive => pool.case_sensitive = false,
        Naming::Aliases => {
            pool.alias_attributes = vec![AliasAttribute::Email, AliasAttribute::PreferredUsername];
        }
        Naming::Email => pool.username_attributes = vec![AliasAttribute::Email],
    }
    Fake::builder()
        .seed(sequence.entropy)
        .frozen_at(UNIX_EPOCH + Duration::from_millis(1_571_809_201_580))
        .pool(pool)
        .client(client_request(true, None))
        .build()
        .expect("valid settings")
}

fn client_request(secret: bool, rotation: Option<u32>) -> CreateUserPoolClientRequest {
    let mut request = CreateUserPoolClientRequest::new("", "client");
    request.generate_secret = secret;
    request.explicit_auth_flows =
        vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth, ExplicitAuthFlow::AllowUserPasswordAuth];
    match rotation {
        Some(grace) => request.refresh_token_rotation = Some(RefreshTokenRotation::new(grace)),
        None => request.explicit_auth_flows.push(ExplicitAuthFlow::AllowRefreshTokenAuth),
    }
    // One client without token revocation, so that revoking is refused as well.
    request.enable_token_revocation = secret;
    request
}
