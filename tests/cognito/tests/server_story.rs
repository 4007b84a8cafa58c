//! The story that `scripts/sdk-stories` has every client play against a running
//! `user-directory-server`, by the AWS SDK for Rust; and what `user-directory-tokens` makes of the
//! server's tokens.

use std::{
    error::Error as StdError,
    fmt::Debug,
    io::{self, Write as _},
    process::ExitCode,
    time::{Duration, SystemTime},
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{Builder, Region},
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::RequestId as _,
    types::{
        AttributeType, AuthFlowType, AuthenticationResultType, ExplicitAuthFlowsType,
        IdentityProviderTypeType, MessageActionType, UserPoolClientType, UserStatusType,
        VerifiedAttributeType,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cognito_tests::target;
use serde_json::{Value, json};
use user_directory::{ClientSecret, SecretHash};
use user_directory_check::{answers, refuse_aws};
use user_directory_tokens::{HttpsFetcher, TokenErrorKind, TokenVerifier, UserPool};

const ENDPOINT_VARIABLE: &str = "USER_DIRECTORY_SERVER_ENDPOINT";
const TOKEN_VARIABLE: &str = "USER_DIRECTORY_SERVER_TOKEN";
const HOW: &str = "scripts/sdk-stories starts a server and runs it";

const ALICE: &str = "alice";
const BOB: &str = "bob";
const PASSWORD: &str = "Correct-horse-9";
const NEW_PASSWORD: &str = "Battery-staple-7";
const WRONG: &str = "Incorrect username or password.";

type Result<T = (), E = Box<dyn StdError>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let (endpoint, token) = (target::variable(ENDPOINT_VARIABLE), target::variable(TOKEN_VARIABLE));
    let (Some(endpoint), Some(token)) = (endpoint, token) else {
        return target::not_run("server_story", HOW);
    };
    if let Err(why) = refuse_aws(&endpoint).and_then(|()| answers(&endpoint)) {
        return target::refused("server_story", &why.to_string());
    }
    match play(endpoint, token) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let why = format!("after the last step: {}", DisplayErrorContext(&*error));
            target::refused("server_story", &why)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn play(endpoint: String, token: String) -> Result {
    let sdk = aws_sdk_cognitoidentityprovider::meta::PKG_VERSION;
    passed(&format!("with AWS SDK for Rust {sdk}"))?;
    let server = Server { endpoint, token };
    let pool = server.create_pool("story-rust").await?;
    let described = pool.cognito.describe_user_pool().user_pool_id(&pool.id).send().await?;
    assert!(described.request_id().is_some());
    let described = described.user_pool.expect("it is described");
    assert_eq!(described.auto_verified_attributes(), [VerifiedAttributeType::Email]);
    passed("creates a pool and a confidential client")?;
    administrator(&pool).await?;
    groups(&pool).await?;
    sign_up(&pool, &server).await?;
    recovery(&pool, &server).await?;
    what_there_is_not(&pool, &server).await?;
    verifier(&server).await
}

/// What an administrator does with a user.
async fn administrator(pool: &Pool) -> Result {
    let created = pool.create_user().await?;
    assert_eq!(created, Some(UserStatusType::ForceChangePassword));
    passed("creates a user without an invitation")?;

    pool.set_password().await?;
    passed("sets a permanent password")?;

    let tokens = pool.sign_in(PASSWORD).await?;
    assert_eq!((tokens.token_type(), tokens.expires_in()), (Some("Bearer"), 3600));
    let access = claims(tokens.access_token());
    assert_eq!(access["client_id"], pool.client_id());
    assert_eq!(claims(tokens.id_token())["email"], "alice@example.com");
    passed("signs in with the secret hash")?;

    let refused = pool.sign_in("Wrong-horse-9").await.expect_err("a wrong password");
    let refused = refused.downcast::<SignInError>()?;
    assert_eq!(refused.message(), Some(WRONG));
    assert!(refused.into_service_error().is_not_authorized_exception());
    passed("is refused a wrong password")?;

    let refresh_token = tokens.refresh_token().expect("a sign-in has one");
    let refreshed = pool.refresh(refresh_token).await?;
    assert_ne!(refreshed.access_token(), tokens.access_token());
    assert_eq!(refreshed.refresh_token(), None);
    passed("refreshes, and gets no new refresh token")?;

    let user = pool.cognito.admin_get_user().user_pool_id(&pool.id).username(ALICE).send().await?;
    assert_eq!((user.user_status(), user.enabled()), (Some(&UserStatusType::Confirmed), true));
    assert_eq!(attribute(user.user_attributes(), "sub"), access["sub"].as_str());
    let created = SystemTime::try_from(*user.user_create_date().expect("it was created"))?;
    assert!(created.elapsed().unwrap_or_default() < Duration::from_secs(600), "{created:?}");
    passed("reads the user")?;

    let sign_out = pool.cognito.admin_user_global_sign_out();
    sign_out.user_pool_id(&pool.id).username(ALICE).send().await?;
    passed("signs the user out everywhere")?;

    let refused = pool.refresh(refresh_token).await.expect_err("the sign-in is over");
    let refused = refused.downcast::<SignInError>()?;
    assert!(refused.into_service_error().is_not_authorized_exception());
    passed("is refused a refresh after the sign-out")?;

    let delete = pool.cognito.admin_delete_user().user_pool_id(&pool.id).username(ALICE);
    delete.clone().send().await?;
    passed("deletes the user")?;

    let refused = delete.send().await.expect_err("the user is gone").into_service_error();
    assert!(refused.is_user_not_found_exception());
    passed("is refused a second deletion")
}

async fn groups(pool: &Pool) -> Result {
    pool.create_user().await?;
    pool.set_password().await?;
    let create = pool.cognito.create_group().user_pool_id(&pool.id);
    let created = create.group_name("editors").precedence(1).send().await?;
    let group = created.group().expect("it is answered");
    assert_eq!((group.group_name(), group.precedence()), (Some("editors"), Some(1)));
    let add = pool.cognito.admin_add_user_to_group().user_pool_id(&pool.id);
    add.username(ALICE).group_name("editors").send().await?;
    passed("creates a group and adds a user")?;

    let list = pool.cognito.list_users_in_group().user_pool_id(&pool.id);
    let listed = list.group_name("editors").send().await?;
    let [user] = listed.users() else { panic!("one user, not {listed:?}") };
    assert_eq!(user.username(), Some(ALICE));
    assert_eq!(attribute(user.attributes(), "email"), Some("alice@example.com"));
    passed("lists the users of the group")?;

    let list = pool.cognito.admin_list_groups_for_user().user_pool_id(&pool.id);
    let listed = list.username(ALICE).send().await?;
    let names: Vec<_> = listed.groups().iter().filter_map(|group| group.group_name()).collect();
    assert_eq!(names, ["editors"]);
    passed("lists the groups of the user")?;

    let tokens = pool.sign_in(PASSWORD).await?;
    for token in [tokens.access_token(), tokens.id_token()] {
        assert_eq!(claims(token)["cognito:groups"], json!(["editors"]));
    }
    passed("finds the group in both tokens")
}

/// A user signs up and signs in. These calls have no signature.
async fn sign_up(pool: &Pool, server: &Server) -> Result {
    let hash = pool.secret_hash(BOB);
    let sign_up = pool.cognito.sign_up().client_id(pool.client_id()).secret_hash(&hash);
    let email = AttributeType::builder().name("email").value("bob@example.com").build()?;
    let signed_up = sign_up.username(BOB).password(PASSWORD).user_attributes(email).send().await?;
    assert!(!signed_up.user_confirmed());
    let delivery = signed_up.code_delivery_details().expect("a code was sent");
    assert_eq!(delivery.delivery_medium().map(|medium| medium.as_str()), Some("EMAIL"));
    assert_eq!(delivery.attribute_name(), Some("email"));
    passed("signs up with the secret hash")?;

    let confirm = pool.cognito.confirm_sign_up().client_id(pool.client_id()).secret_hash(&hash);
    confirm.username(BOB).confirmation_code(server.code_for(BOB).await?).send().await?;
    passed("confirms the sign-up with the code from the inbox")?;

    let tokens = pool.own_sign_in(PASSWORD).await?;
    passed("signs in with USER_PASSWORD_AUTH")?;

    let own = pool.cognito.get_user().set_access_token(tokens.access_token).send().await?;
    assert_eq!(own.username(), BOB);
    assert_eq!(attribute(own.user_attributes(), "email_verified"), Some("true"));
    passed("reads the own user by access token")
}

/// A user has forgotten the password.
async fn recovery(pool: &Pool, server: &Server) -> Result {
    let hash = pool.secret_hash(BOB);
    let forgot = pool.cognito.forgot_password().client_id(pool.client_id()).secret_hash(&hash);
    let forgot = forgot.username(BOB).send().await?;
    let delivery = forgot.code_delivery_details().expect("a code was sent");
    assert_eq!(delivery.destination(), Some("b***@e***"));
    passed("asks for a recovery code")?;

    let confirm = pool.cognito.confirm_forgot_password().client_id(pool.client_id());
    let confirm = confirm.secret_hash(&hash).username(BOB).password(NEW_PASSWORD);
    confirm.confirmation_code(server.code_for(BOB).await?).send().await?;
    passed("sets a new password with the code from the inbox")?;

    pool.own_sign_in(NEW_PASSWORD).await?;
    passed("signs in with the new password")?;

    let refused = pool.own_sign_in(PASSWORD).await.expect_err("it was replaced");
    let refused = refused.downcast::<OwnSignInError>()?;
    assert_eq!(refused.message(), Some(WRONG));
    assert!(refused.into_service_error().is_not_authorized_exception());
    passed("is refused the old password")
}

async fn what_there_is_not(pool: &Pool, server: &Server) -> Result {
    let create = pool.cognito.create_identity_provider().user_pool_id(&pool.id);
    let create = create.provider_name("Example").provider_type(IdentityProviderTypeType::Oidc);
    let refused = create.provider_details("client_id", "x").send().await;
    assert_eq!(code(refused), "NotImplementedException");
    passed("is told which operation is not implemented")?;

    let elsewhere = server.client(|config| config.region(Region::new("eu-west-1")));
    let refused = elsewhere.describe_user_pool().user_pool_id(&pool.id).send().await;
    let refused = refused.expect_err("another region").into_service_error();
    assert!(refused.is_resource_not_found_exception());
    passed("finds no pool in another region")
}

/// What `user-directory-tokens` accepts and refuses.
async fn verifier(server: &Server) -> Result {
    let pool = server.create_pool("verifier-rust").await?;
    let tokens = pool.user_with_tokens().await?;
    let (access, id) = both(&tokens);
    let (endpoint, pool_id, client_id) = (&server.endpoint, &pool.id, pool.client_id());

    // recipe
    let keys = format!("{endpoint}/{pool_id}/.well-known/jwks.json");
    let user_pool = UserPool::new(pool_id, [client_id]).with_jwks_url(keys);
    let verifier = TokenVerifier::builder(user_pool)
        .fetcher(HttpsFetcher::new()?.allow_http_on_loopback())
        .trust_public_test_keys()
        .build()?;
    // end of recipe

    let claims = verifier.access_token(access).await?;
    assert_eq!(claims.username.as_deref(), Some(ALICE));
    passed("accepts the access token")?;

    assert_eq!(verifier.id_token(id).await?.username, ALICE);
    passed("accepts the ID token")?;

    let both_refuse = async |access: &str, id: &str, kind: TokenErrorKind| {
        let refused = verifier.access_token(access).await.expect_err("an access token");
        assert_eq!(refused.kind(), kind);
        let refused = verifier.id_token(id).await.expect_err("an ID token");
        assert_eq!(refused.kind(), kind);
    };
    let as_root = |payload: &mut Vec<u8>| {
        let mut claims: Value = serde_json::from_slice(payload).expect("claims are JSON");
        let name = if claims["token_use"] == "access" { "username" } else { "cognito:username" };
        claims[name] = "root".into();
        *payload = claims.to_string().into_bytes();
    };
    let (tampered_access, tampered_id) = (tampered(access, 1, as_root), tampered(id, 1, as_root));
    both_refuse(&tampered_access, &tampered_id, TokenErrorKind::Signature).await;
    passed("refuses a tampered payload")?;

    let one_bit_off = |signature: &mut Vec<u8>| *signature.last_mut().expect("a signature") ^= 1;
    let tampered_access = tampered(access, 2, one_bit_off);
    let tampered_id = tampered(id, 2, one_bit_off);
    both_refuse(&tampered_access, &tampered_id, TokenErrorKind::Signature).await;
    passed("refuses a tampered signature")?;

    both_refuse(id, access, TokenErrorKind::TokenUse).await;
    passed("refuses the wrong use")?;

    let another = Pool { client: server.create_client(&pool.id, "another").await?, ..pool.clone() };
    let others = another.sign_in(PASSWORD).await?;
    let (access, id) = both(&others);
    both_refuse(access, id, TokenErrorKind::Client).await;
    passed("refuses a token of another client")?;

    let others = server.create_pool("another").await?.user_with_tokens().await?;
    let (access, id) = both(&others);
    both_refuse(access, id, TokenErrorKind::Issuer).await;
    passed("refuses a token of another pool")
}

/// The server and its control plane.
struct Server {
    endpoint: String,
    token: String,
}

impl Server {
    fn client(&self, adapt: impl FnOnce(Builder) -> Builder) -> Client {
        let key = |name, unless: &str| target::variable(name).unwrap_or_else(|| unless.to_owned());
        let config = cognito_tests::sdk_config_with(
            &key("AWS_ACCESS_KEY_ID", "x"),
            &key("AWS_SECRET_ACCESS_KEY", "x"),
        );
        let config = config.endpoint_url(&self.endpoint).build();
        Client::from_conf(adapt(Builder::from(&config)).build())
    }

    async fn create_pool(&self, name: &str) -> Result<Pool> {
        let cognito = self.client(|config| config);
        let create = cognito.create_user_pool().pool_name(name);
        let created = create.auto_verified_attributes(VerifiedAttributeType::Email).send().await?;
        let id = created.user_pool.and_then(|pool| pool.id).expect("a pool has an id");
        let client = self.create_client(&id, name).await?;
        Ok(Pool { cognito, id, client })
    }

    async fn create_client(&self, pool_id: &str, name: &str) -> Result<UserPoolClientType> {
        let cognito = self.client(|config| config);
        let create = cognito.create_user_pool_client().user_pool_id(pool_id).client_name(name);
        let created = create
            .generate_secret(true)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowAdminUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
            .send()
            .await?;
        Ok(created.user_pool_client.expect("it is answered"))
    }

    /// The code that was last sent to a user.
    async fn code_for(&self, username: &str) -> Result<String> {
        let url = format!("{}/_user-directory/inbox?username={username}", self.endpoint);
        let answer = reqwest::Client::new().get(url).bearer_auth(&self.token).send().await?;
        let messages: Value = answer.error_for_status()?.json().await?;
        let last = messages.as_array().and_then(|messages| messages.last());
        let code = last.and_then(|message| message["code"].as_str());
        Ok(code.ok_or("there is no code in the inbox")?.to_owned())
    }
}

type SignInError = SdkError<
    aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::AdminInitiateAuthError,
>;
type OwnSignInError =
    SdkError<aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError>;

/// A pool with a confidential client.
#[derive(Clone)]
struct Pool {
    cognito: Client,
    id: String,
    client: UserPoolClientType,
}

impl Pool {
    fn client_id(&self) -> &str {
        self.client.client_id().expect("a client has an id")
    }

    fn secret_hash(&self, username: &str) -> String {
        let secret = ClientSecret::new(self.client.client_secret().expect("it is confidential"));
        SecretHash::new(&secret, username, self.client_id()).expose().to_owned()
    }

    async fn create_user(&self) -> Result<Option<UserStatusType>> {
        let email = AttributeType::builder().name("email").value("alice@example.com").build()?;
        let create = self.cognito.admin_create_user().user_pool_id(&self.id).username(ALICE);
        let created = create
            .temporary_password("Temporary-1")
            .message_action(MessageActionType::Suppress)
            .user_attributes(email)
            .send()
            .await?;
        Ok(created.user.and_then(|user| user.user_status))
    }

    async fn set_password(&self) -> Result {
        let set = self.cognito.admin_set_user_password().user_pool_id(&self.id).username(ALICE);
        set.password(PASSWORD).permanent(true).send().await?;
        Ok(())
    }

    async fn user_with_tokens(&self) -> Result<AuthenticationResultType> {
        self.create_user().await?;
        self.set_password().await?;
        self.sign_in(PASSWORD).await
    }

    async fn sign_in(&self, password: &str) -> Result<AuthenticationResultType> {
        let sign_in = self.cognito.admin_initiate_auth().user_pool_id(&self.id);
        let answer = sign_in
            .client_id(self.client_id())
            .auth_flow(AuthFlowType::AdminUserPasswordAuth)
            .auth_parameters("USERNAME", ALICE)
            .auth_parameters("PASSWORD", password)
            .auth_parameters("SECRET_HASH", self.secret_hash(ALICE))
            .send()
            .await?;
        Ok(answer.authentication_result.expect("no challenge"))
    }

    async fn refresh(&self, token: &str) -> Result<AuthenticationResultType> {
        let refresh = self.cognito.admin_initiate_auth().user_pool_id(&self.id);
        let answer = refresh
            .client_id(self.client_id())
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", token)
            .auth_parameters("SECRET_HASH", self.secret_hash(ALICE))
            .send()
            .await?;
        Ok(answer.authentication_result.expect("no challenge"))
    }

    async fn own_sign_in(&self, password: &str) -> Result<AuthenticationResultType> {
        let sign_in = self.cognito.initiate_auth().client_id(self.client_id());
        let answer = sign_in
            .auth_flow(AuthFlowType::UserPasswordAuth)
            .auth_parameters("USERNAME", BOB)
            .auth_parameters("PASSWORD", password)
            .auth_parameters("SECRET_HASH", self.secret_hash(BOB))
            .send()
            .await?;
        Ok(answer.authentication_result.expect("no challenge"))
    }
}

/// Prints a step's name once it has passed. The script compares the names with the list.
fn passed(step: &str) -> Result {
    Ok(writeln!(io::stdout(), "{step}")?)
}

fn code<T: Debug, E: ProvideErrorMetadata, R>(answer: Result<T, SdkError<E, R>>) -> String {
    match answer {
        Ok(answer) => panic!("not refused: {answer:?}"),
        Err(error) => error.code().unwrap_or_default().to_owned(),
    }
}

fn both(tokens: &AuthenticationResultType) -> (&str, &str) {
    let access = tokens.access_token().expect("a sign-in has an access token");
    (access, tokens.id_token().expect("a sign-in has an ID token"))
}

/// What a token says, unverified.
fn claims(token: Option<&str>) -> Value {
    let payload = token.and_then(|token| token.split('.').nth(1)).expect("a token has a payload");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("it is base64");
    serde_json::from_slice(&payload).expect("it is JSON")
}

fn attribute<'a>(attributes: &'a [AttributeType], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.name() == name)?.value()
}

/// A token with one of its parts changed.
fn tampered(token: &str, part: usize, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut parts: Vec<_> = token.split('.').map(ToOwned::to_owned).collect();
    let mut content = URL_SAFE_NO_PAD.decode(&parts[part]).expect("it is base64");
    change(&mut content);
    parts[part] = URL_SAFE_NO_PAD.encode(content);
    parts.join(".")
}
