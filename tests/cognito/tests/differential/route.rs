//! A fake, the way to it, and the calls of the steps.

use std::{sync::Arc, time::Duration};

use user_directory::{
    Authentication, ClientSecretSource, ConfirmSignUp, CreateUser, DeleteUserAttributes,
    DeliveryMedium, ListUsers, MessageAction, OwnFactors, Refresh, RefreshFlow, Register,
    ResetUserPassword, Revoke, SelfService, SetUserPassword, SignIn, SignInFlow,
    UpdateUserAttributes, UserDirectory, UserDirectoryExt as _, UserStatus,
};
use user_directory_fake::{
    AttributeDataType, Fake, FakeClient, Fault, FixtureUser, SchemaAttributeType,
};
use user_directory_pool::AddCustomAttributesRequest;

use crate::{
    answers::{self, Answer, Outcome},
    kept::Kept,
    settings::{ClientKind, client_request, fake},
    steps::{App, CreateOptions, Earlier, Sequence, Step, Via},
};

/// The handles of one app on one route.
pub(crate) struct Handles {
    pub(crate) directory: Arc<dyn UserDirectory>,
    pub(crate) own: Arc<dyn SelfService>,
    pub(crate) factors: Arc<dyn OwnFactors>,
}

impl Handles {
    pub(crate) fn authentication(&self, via: Via) -> Arc<dyn Authentication> {
        match via {
            Via::Admin => self.directory.clone(),
            Via::SelfService => self.own.clone(),
        }
    }
}

/// Where a handle has its secret from.
pub(crate) type Source = Arc<dyn ClientSecretSource>;

/// How a handle signs in and refreshes.
#[derive(Clone, Copy)]
pub(crate) struct Flows {
    pub(crate) sign_in: SignInFlow,
    pub(crate) refresh: RefreshFlow,
}

/// A fake, and the handles that lead to it.
pub(crate) struct Route {
    pub(crate) fake: Fake,
    handles: Vec<Handles>,
}

impl Route {
    pub(crate) fn new(
        sequence: &Sequence,
        handles: impl Fn(&Fake, &FakeClient, Option<Source>, Flows) -> Handles,
    ) -> Self {
        let fake = fake(sequence);
        let first = fake.first_client().clone();
        let pool_id = first.pool_id.clone();
        let create = |request| fake.create_user_pool_client(&pool_id, request).expect("valid");
        let profile = sequence.profile;
        let without_secret = create(client_request(profile, ClientKind::WithoutSecret));
        let rotating = create(client_request(profile, ClientKind::Rotating));
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
                        client.client_id = "no-client-id!".to_owned();
                    }
                    _ => {}
                }
                let flows = Flows {
                    sign_in: match app {
                        App::Srp => SignInFlow::Srp,
                        _ => SignInFlow::Password,
                    },
                    refresh: match app {
                        App::GetTokens | App::Rotating => RefreshFlow::GetTokensFromRefreshToken,
                        _ => RefreshFlow::RefreshTokenAuth,
                    },
                };
                let source = || Arc::new(fake.client_secret_source(&first)) as Source;
                let source = matches!(app, App::Right | App::GetTokens | App::Srp).then(source);
                handles(&fake, &client, source, flows)
            })
            .collect();
        Self { fake, handles }
    }

    pub(crate) fn handles(&self, app: App) -> &Handles {
        let place = App::ALL.iter().position(|other| *other == app).expect("one of all");
        &self.handles[place]
    }

    /// `None` for a step that is no call.
    pub(crate) async fn step(&self, step: &Step, kept: &Kept) -> Option<Outcome> {
        let admin = |app: &App| self.handles(*app).directory.clone();
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
            Step::List { app, filter, attributes, limit, page } => {
                let mut request =
                    ListUsers::new().with_attributes_to_get(attributes.iter().copied());
                request.filter.clone_from(filter);
                request.limit = *limit;
                request.pagination_token = kept.page(*page);
                answers::of(admin(app).list_users(request).await, Answer::Page)
            }
            Step::SignIn { app, via, name, password } => {
                let request = SignIn::new(*name, *password);
                answers::of(authentication(app, via).sign_in(request).await, Answer::Auth)
            }
            Step::Respond { app, via, challenge, password, email } => {
                let challenge = kept.challenge(*challenge)?;
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
            Step::Groups { app, call } => self.groups(*app, call, kept).await,
            Step::Public { app, call } => self.public(*app, call).await,
            Step::Own { app, token, call } => self.own(*app, *token, call, kept).await,
            Step::Factor { app, call } => return self.factors(*app, *call, kept).await,
            Step::PutUnconfirmed { name } => {
                let user = FixtureUser::new(*name, UserStatus::Unconfirmed)
                    .with_password("Correct-horse-9");
                let put = self.fake.put_user(&self.fake.first_client().pool_id, user);
                answers::done(put)
            }
            Step::AddCustomAttribute { name } => {
                let pool_id = &self.fake.first_client().pool_id;
                let text = AttributeDataType::string(None, Some(4));
                let attributes = vec![SchemaAttributeType::new(*name, text)];
                let request = AddCustomAttributesRequest::new(pool_id, attributes);
                answers::done(self.fake.administer(request).await)
            }
            Step::Advance { seconds } => {
                self.fake.clock().advance(Duration::from_secs(*seconds));
                return None;
            }
            Step::Rotate { overlap } => {
                let client = self.fake.first_client();
                let rotated = match overlap {
                    true => self.fake.rotate_client_secret(client),
                    false => self.fake.rotate_client_secret_without_overlap(client),
                };
                rotated.expect("the client is there");
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
