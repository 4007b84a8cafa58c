use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::{Client, types::AttributeType};
use serde_json::{Value, json};
use user_directory::{
    Attributes, CreateUser, DeliveryMedium, MessageAction, ResetUserPassword, SetUserPassword,
    SignIn, UpdateUserAttributes, UserDirectory,
};
use user_directory_check::{Deviations, EndpointHarness};
use user_directory_contract::{
    ClientChoice, Contract, Environment, Harness as _, Outcome, PoolProfile, mailbox,
};

use crate::wire::Network;

struct Run {
    network: Network,
    harness: EndpointHarness,
    environment: std::sync::Arc<dyn Environment>,
    directory: std::sync::Arc<dyn UserDirectory>,
}

async fn run(profile: PoolProfile) -> Run {
    let network = Network::new();
    let harness = network.aws().await;
    let environment = harness.open(&profile).await.expect("it opens");
    let directory = environment.directory(&ClientChoice::new());
    Run { network, harness, environment, directory }
}

impl Run {
    /// The refusals since the last time, and that nothing was sent.
    fn refusals(&self, expected: usize) {
        let refusals = self.harness.rules().refusals();
        assert_eq!(refusals.len(), expected, "{refusals:?}");
        assert!(self.network.fake.inbox().messages().is_empty());
    }
}

fn address() -> Attributes {
    [("email", mailbox("alice")), ("email_verified", "true".into())].into()
}

fn alice() -> CreateUser {
    CreateUser::new("alice").with_temporary_password("Temporary-1").with_attributes(address())
}

/// Where a sign-in could send a code, nobody has an address, and the other way round.
#[tokio::test(start_paused = true)]
async fn no_code_of_a_second_factor() {
    let by_message = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": { "SmsAuthenticationMessage": "{####}" },
    });
    let set = async |run: &Run, members: &Value| {
        let mut members = members.clone();
        members["UserPoolId"] = run.environment.pool_id().into();
        run.environment.send("SetUserPoolMfaConfig", members).await
    };
    let suppressed = alice().with_message_action(MessageAction::Suppress);

    let first = run(PoolProfile::article()).await;
    set(&first, &by_message).await;
    first.refusals(0);
    first.directory.create_user(suppressed.clone()).await.expect_err("it could get a code");
    first.refusals(1);

    let second = run(PoolProfile::article()).await;
    second.directory.create_user(suppressed).await.expect("it sends nothing");
    let by_app = json!({
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    assert_eq!(set(&second, &by_app).await.status, 200);
    second.refusals(0);
    set(&second, &by_message).await;
    second.refusals(1);
}

#[tokio::test(start_paused = true)]
async fn no_invitation() {
    let run = run(PoolProfile::article()).await;
    let by_mail = alice().with_delivery_mediums([DeliveryMedium::Email]);
    run.directory.create_user(by_mail.clone()).await.expect_err("it would send");
    run.directory.create_user(alice()).await.expect_err("it would send, by the default medium");
    run.refusals(2);
    let suppressed = by_mail.with_message_action(MessageAction::Suppress);
    run.directory.create_user(suppressed).await.expect("it sends nothing");
    let again = CreateUser::new("alice").with_message_action(MessageAction::Resend);
    run.directory.create_user(again).await.expect_err("it would send");
    run.refusals(3);
}

#[tokio::test(start_paused = true)]
async fn no_invitation_to_an_address_that_is_the_name() {
    let run = run(PoolProfile::email_usernames()).await;
    run.directory.create_user(CreateUser::new(mailbox("alice"))).await.expect_err("it would send");
    run.refusals(1);
}

#[tokio::test(start_paused = true)]
async fn no_code() {
    let run = run(PoolProfile::email_alias()).await;
    let suppressed = alice().with_message_action(MessageAction::Suppress);
    run.directory.create_user(suppressed).await.expect("it sends nothing");
    let reset = ResetUserPassword::new("alice");
    run.directory.reset_user_password(reset).await.expect_err("it would send");
    run.refusals(1);
    let moved = UpdateUserAttributes::new("alice", [("email", mailbox("new"))]);
    run.directory.update_user_attributes(moved).await.expect_err("the pool would verify it");
    run.refusals(2);
    let attributes = [("email", mailbox("new")), ("email_verified", "true".into())];
    let verified = UpdateUserAttributes::new("alice", attributes);
    run.directory.update_user_attributes(verified).await.expect("it sends nothing");
    run.refusals(2);
}

/// An answer to a challenge can bring an address, too.
#[tokio::test(start_paused = true)]
async fn no_code_to_an_address_in_an_answer() {
    let asked = async |run: &Run| {
        let bob = CreateUser::new("bob").with_temporary_password("Temporary-1");
        run.directory.create_user(bob).await.expect("there is no address");
        let outcome =
            run.directory.sign_in(SignIn::new("bob", "Temporary-1")).await.expect("he is");
        outcome.challenge().and_then(|asked| asked.new_password_required().cloned()).expect("asked")
    };
    let email = Attributes::from([("email", mailbox("bob"))]);

    let verifying = run(PoolProfile::email_alias()).await;
    let answer = asked(&verifying).await.answer_with("Permanent-1", email.clone());
    verifying.directory.respond_to_challenge(answer).await.expect_err("the pool would verify it");
    verifying.refusals(1);

    let run = run(PoolProfile::article()).await;
    let answer = asked(&run).await.answer_with("Permanent-1", email);
    let _ = run.directory.respond_to_challenge(answer).await.expect("it sends nothing");
    let again = CreateUser::new("carol").with_message_action(MessageAction::Resend);
    run.directory.create_user(again).await.expect_err("the pool has an address");
    run.refusals(1);
}

#[tokio::test(start_paused = true)]
async fn no_code_to_who_asks_without_a_token() {
    let run = run(PoolProfile::without_secret()).await;
    let client: Client = run.harness.client();
    let id = run.environment.client_id();
    let email = AttributeType::builder().name("email").value(mailbox("alice")).build().unwrap();
    let sign_up = client.sign_up().client_id(&id).username("alice").password("Temporary-1");
    sign_up.clone().user_attributes(email).send().await.expect_err("it would send");
    sign_up.send().await.expect("there is no address");
    let forgot = client.forgot_password().client_id(&id).username("alice");
    forgot.clone().send().await.expect_err("AWS refuses it");
    let resend = client.resend_confirmation_code().client_id(&id).username("alice");
    resend.clone().send().await.expect_err("AWS refuses it");
    run.refusals(1);
    let bob = CreateUser::new("bob").with_attributes(address());
    let bob = bob.with_message_action(MessageAction::Suppress);
    run.directory.create_user(bob).await.expect("it sends nothing");
    forgot.send().await.expect_err("it would send");
    resend.send().await.expect_err("it would send");
    run.refusals(3);
}

#[tokio::test(start_paused = true)]
async fn no_code_to_who_asks_with_a_token() {
    let run = run(PoolProfile::email_alias()).await;
    let client: Client = run.harness.client();
    let suppressed = alice().with_message_action(MessageAction::Suppress);
    run.directory.create_user(suppressed).await.expect("it sends nothing");
    let password = SetUserPassword::permanent("alice", "Permanent-1");
    run.directory.set_user_password(password).await.expect("it sends nothing");
    let signed_in =
        run.directory.sign_in(SignIn::new("alice", "Permanent-1")).await.expect("she is");
    let tokens = signed_in.tokens().expect("no challenge");
    let token = tokens.access_token().expose();
    let code = client.get_user_attribute_verification_code().attribute_name("email");
    code.access_token(token).send().await.expect_err("it would send");
    let email = AttributeType::builder().name("email").value(mailbox("new")).build().unwrap();
    let update = client.update_user_attributes().access_token(token).user_attributes(email);
    update.send().await.expect_err("the pool would verify it");
    run.refusals(2);
}

#[tokio::test(start_paused = true)]
async fn no_operation_that_is_not_known_to_be_quiet() {
    let run = run(PoolProfile::article()).await;
    let client: Client = run.harness.client();
    let pool = run.environment.pool_id();
    client.get_csv_header().user_pool_id(pool).send().await.expect_err("nobody knows");
    run.refusals(1);
    assert!(!run.network.operations().contains(&"GetCSVHeader".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn nobody_to_write_to_nothing_to_refuse() {
    let run = run(PoolProfile::article()).await;
    run.directory.create_user(CreateUser::new("alice")).await.expect("there is no address");
    let again = CreateUser::new("alice").with_message_action(MessageAction::Resend);
    run.directory.create_user(again).await.expect("there is no address");
    run.refusals(0);
}

/// All that the promises cost: the cases of the ledger for AWS, and no other. On the way it checks
/// each promise on each request of the contract.
#[tokio::test(start_paused = true)]
async fn the_ledger_for_aws_is_what_the_promise_costs() {
    let network = Network::new();
    let harness = network.aws().await;
    let known = Deviations::named("aws").expect("it is built in");
    let report = Contract::new().run(&harness, known.ledger()).await;
    assert!(report.is_success(), "{report}");
    assert!(network.fake.inbox().messages().is_empty());
    let deviates =
        report.results().iter().filter(|r| matches!(r.outcome(), Outcome::Deviates { .. }));
    let deviates: BTreeSet<_> = deviates.map(|result| result.id()).collect();
    assert_eq!(deviates, known.ledger().iter().map(|(id, _)| id).collect());
    assert_eq!(network.pools().await, [network.foreign_pool()]);
}
