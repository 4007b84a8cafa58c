//! The hash of a client's secret, and the secrets themselves.

use std::time::Duration;

use user_directory::{
    CreateUser, ErrorKind, MessageAction, NewPasswordRequired, Reason, Refresh, RefreshGrant,
    Register, Revoke, SignIn, UserDirectory,
};

use crate::{
    Case, Evidence, Failure, PoolProfile, Trial, WhichSecret, case, check, mailbox,
    trial::{OTHER_PASSWORD, PASSWORD},
};

const HASH: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
};
const TRACES: Evidence =
    Evidence::Reported { note: "seen in public code, no address: raw errors of live pools" };

pub(crate) fn cases() -> Vec<Case> {
    [sign_in(), refresh(), names(), two_secrets(), sources()].concat()
}

fn sign_in() -> Vec<Case> {
    vec![
        case!(
            "secret-hash/missing",
            "A client with a secret cannot sign users in without a hash.",
            evidence = TRACES,
            async |t| {
                t.register("alice").await?;
                let refused = with(&t, WhichSecret::Omitted).sign_in(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&missing(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/missing-in-public",
            "Nor can a user's own handle of such a client.",
            needs = [SelfService],
            evidence = TRACES,
            async |t| {
                t.register("alice").await?;
                let own = t.self_service_with(&t.choice().with_secret(WhichSecret::Omitted));
                let refused = own.sign_in(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&missing(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/wrong",
            "A hash with another secret is refused.",
            evidence = TRACES,
            async |t| {
                t.register("alice").await?;
                let refused = with(&t, WhichSecret::Wrong).sign_in(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/before-the-user",
            "A wrong hash is refused before it shows whether the user exists.",
            evidence =
                Evidence::Reported { note: "the order of checks that public traces suggest" },
            async |t| {
                let refused = with(&t, WhichSecret::Wrong).sign_in(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/not-needed",
            "A client without a secret signs in and refreshes without a hash.",
            profile = PoolProfile::without_secret,
            evidence = HASH,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/not-expected",
            "A client without a secret refuses a hash.",
            profile = PoolProfile::without_secret,
            evidence = Evidence::Reported { note: "seen in public code, no address: notes only" },
            async |t| {
                t.register("alice").await?;
                let refused = with(&t, WhichSecret::Wrong).sign_in(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/challenge-needs-it",
            "An answer to a challenge needs the hash as well.",
            evidence = TRACES,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let outcome = t.try_sign_in("alice", PASSWORD).await?;
                let challenge = check::new_password_required(outcome)?;
                let answer = challenge.answer(OTHER_PASSWORD);
                let omitted = with(&t, WhichSecret::Omitted);
                let refused = omitted.respond_to_challenge(answer.clone()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&missing(&t)))?;
                let other = with(&t, WhichSecret::Wrong);
                let refused = other.respond_to_challenge(answer).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                Ok(())
            }
        ),
    ]
}

fn refresh() -> Vec<Case> {
    vec![
        case!(
            "secret-hash/refresh-needs-it",
            "A refresh by REFRESH_TOKEN_AUTH needs the hash.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let omitted = with(&t, WhichSecret::Omitted);
                let refused = omitted.refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&missing(&t)))?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/wrong-at-refresh",
            "A refresh with a hash of another secret is refused, and the token stays good.",
            evidence = TRACES,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refused = with(&t, WhichSecret::Wrong).refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case!(
            "secret-hash/email-pool-refresh",
            "In an e-mail pool a refresh is hashed with the sub, as the grant does.",
            profile = PoolProfile::email_usernames,
            evidence = HASH,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                let typed = rebuilt(&set.grant, &mailbox("alice"));
                let refused = t.directory().refresh(Refresh::new(typed)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                let sub = check::some("the sub", user.sub())?;
                let by_sub = rebuilt(&set.grant, sub);
                check::kept(t.directory().refresh(Refresh::new(by_sub)).await?)?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/alias-sign-in",
            "A sign-in by an alias is hashed with the alias, through either handle.",
            profile = PoolProfile::email_alias,
            needs = [SelfService],
            evidence = HASH,
            async |t| {
                register_with_alias(&t).await?;
                t.sign_in(&mailbox("alice")).await?;
                let request = SignIn::new(mailbox("alice"), PASSWORD);
                check::tokens(t.self_service().sign_in(request).await?)?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/alias-challenge",
            "An answer that names the user by an alias is hashed with the alias.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Assumed {
                why: "the hash is of the name that is sent with it; the advice is to send the real one"
            },
            async |t| {
                let attributes =
                    [("email", mailbox("alice")), ("email_verified", "true".to_owned())];
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes(attributes)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let outcome = t.try_sign_in("alice", PASSWORD).await?;
                let challenge = check::new_password_required(outcome)?;
                let by_alias =
                    NewPasswordRequired::new(mailbox("alice"), challenge.session().clone());
                let answer = by_alias.answer(OTHER_PASSWORD);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/alias-refresh",
            "After a sign-in by alias a refresh is hashed with the user name, as the grant does.",
            profile = PoolProfile::email_alias,
            evidence = HASH,
            async |t| {
                register_with_alias(&t).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                let typed = rebuilt(&set.grant, &mailbox("alice"));
                let refused = t.directory().refresh(Refresh::new(typed)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t)))?;
                Ok(())
            }
        ),
    ]
}

fn two_secrets() -> Vec<Case> {
    vec![
        case!(
            "secret-hash/two-secrets",
            "While a client has two secrets, a hash with either is right.",
            needs = [ClientSecrets],
            evidence = Evidence::Reported {
                note: "the API reference on AddUserPoolClientSecret, by its sense"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.add_client_secret().await?;
                check::equal("secrets", t.client_secret_ids().await.len(), 2)?;
                for place in [0, 1] {
                    let directory = with(&t, WhichSecret::Nth(place));
                    t.eventually(async || check::tokens(directory.sign_in(alice()).await?)).await?;
                    check::kept(directory.refresh(Refresh::from(&set.grant)).await?)?;
                }
                Ok(())
            }
        ),
        case!(
            "client-secrets/third",
            "A client has two secrets at most.",
            needs = [ClientSecrets],
            evidence = Evidence::Assumed { why: "the limit is documented, the class is not" },
            async |t| {
                t.add_client_secret().await?;
                let refused = t.add_client_secret().await;
                check::refused(refused, ErrorKind::LimitExceeded, &[])?;
                check::equal("secrets", t.client_secret_ids().await.len(), 2)
            }
        ),
        case!(
            "client-secrets/id-form",
            "The id of a secret is that of the client, two dashes, and when it was made.",
            needs = [Clock, ClientSecrets],
            evidence = Evidence::Reported {
                note: "the API reference on the operations for client secrets, by its sense"
            },
            async |t| {
                t.advance(Duration::from_secs(2)).await;
                let id = t.add_client_secret().await?;
                let client = t.client_id();
                let seconds = id.strip_prefix(&client).and_then(|rest| rest.strip_prefix("--"));
                let seconds = check::some("what follows the client", seconds)?;
                check::that(
                    !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit()),
                    "a number follows",
                )
            }
        ),
        case!(
            "client-secrets/deleted",
            "A hash with a deleted secret is wrong, and one with the other is still right.",
            needs = [ClientSecrets],
            evidence = Evidence::Reported {
                note: "the API reference on the operations for client secrets, by its sense"
            },
            async |t| {
                t.register("alice").await?;
                t.add_client_secret().await?;
                let ids = t.client_secret_ids().await;
                let first = check::some("the first secret", ids.first())?;
                let with_first = with(&t, WhichSecret::Nth(0));
                let with_second = with(&t, WhichSecret::Nth(1));
                t.delete_client_secret(first).await?;
                t.eventually(async || {
                    let refused = with_first.sign_in(alice()).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &texts(&wrong(&t))).map(drop)
                })
                .await?;
                check::tokens(with_second.sign_in(alice()).await?)?;
                Ok(())
            }
        ),
        case!(
            "client-secrets/last",
            "The last secret cannot be deleted.",
            needs = [ClientSecrets],
            evidence = Evidence::Reported {
                note: "the API reference on the operations for client secrets, by its sense"
            },
            async |t| {
                t.register("alice").await?;
                let ids = t.client_secret_ids().await;
                let last = check::some("the secret", ids.first())?;
                let deleted = t.delete_client_secret(last).await;
                check::that(deleted.is_err(), "the deletion of the last secret is refused")?;
                check::equal("secrets", t.client_secret_ids().await.len(), 1)?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "secret-hash/unwanted-at-refresh",
            "A client without a secret refuses a hash at a refresh as it does at a sign-in.",
            profile = PoolProfile::without_secret,
            evidence = Evidence::Reported { note: "public notes, for sign-in" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let wrong = t.choice().with_secret(crate::WhichSecret::Wrong);
                let refused = t
                    .directory_with(&wrong)
                    .refresh(user_directory::Refresh::from(&set.grant))
                    .await;
                let text = format!("Unable to verify secret hash for client {}", t.client_id());
                check::refused(refused, user_directory::ErrorKind::NotAuthorized, &[&text])?;
                Ok(())
            }
        ),
    ]
}

/// What this library does with a secret that changes; not Cognito's behaviour.
const SOURCE: Evidence =
    Evidence::Own { promise: "a handle with a source follows a secret that changes" };

fn sources() -> Vec<Case> {
    vec![
        case!(
            "client-secrets/source-follows",
            "A handle with a source goes on when its secret is replaced and deleted.",
            needs = [ClientSecrets],
            evidence = SOURCE,
            async |t| {
                t.register("alice").await?;
                let directory = with(&t, WhichSecret::Newest);
                let set = check::tokens(directory.sign_in(alice()).await?)?;
                replace(&t).await?;
                t.eventually(async || check::tokens(directory.sign_in(alice()).await?)).await?;
                replace(&t).await?;
                t.eventually(async || {
                    check::kept(directory.refresh(Refresh::from(&set.grant)).await?)
                })
                .await?;
                replace(&t).await?;
                t.eventually(async || Ok(directory.revoke(Revoke::from(&set.grant)).await?)).await
            }
        ),
        case!(
            "client-secrets/source-with-overlap",
            "While the old secret is good beside the new one, no call of a handle with a source fails.",
            needs = [ClientSecrets],
            evidence = SOURCE,
            async |t| {
                t.register("alice").await?;
                let directory = with(&t, WhichSecret::Newest);
                let set = check::tokens(directory.sign_in(alice()).await?)?;
                for _ in 0..3 {
                    if let [oldest, _] = t.client_secret_ids().await.as_slice() {
                        t.delete_client_secret(oldest).await?;
                    }
                    t.add_client_secret().await?;
                    check::tokens(directory.sign_in(alice()).await?)?;
                    check::kept(directory.refresh(Refresh::from(&set.grant)).await?)?;
                }
                Ok(())
            }
        ),
        case!(
            "client-secrets/source-and-wrong-name",
            "A refresh for a wrong name is refused although the secret is right, and changes nothing \
             for others.",
            needs = [ClientSecrets],
            evidence = SOURCE,
            async |t| {
                t.register("alice").await?;
                let directory = with(&t, WhichSecret::Newest);
                let set = check::tokens(directory.sign_in(alice()).await?)?;
                t.add_client_secret().await?;
                let grant = &set.grant;
                let token = grant.refresh_token().clone();
                let wrong = RefreshGrant::new(token, "somebody", grant.sub());
                for _ in 0..3 {
                    let refused = directory.refresh(Refresh::from(&wrong)).await;
                    let error = check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                    check::equal("the reason", error.reason(), Reason::SecretHash)?;
                }
                check::kept(directory.refresh(Refresh::from(grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "client-secrets/source-and-challenge",
            "A challenge is answered although the secret was replaced after it was given out.",
            needs = [ClientSecrets],
            evidence = Evidence::Assumed {
                why: "whether a refusal for the secret ends the session is not known"
            },
            async |t| {
                let create = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(create).await?;
                let directory = with(&t, WhichSecret::Newest);
                let outcome = directory.sign_in(alice()).await?;
                let challenge = check::new_password_required(outcome)?;
                replace(&t).await?;
                let answer = challenge.answer(OTHER_PASSWORD);
                check::tokens(directory.respond_to_challenge(answer).await?)?;
                Ok(())
            }
        ),
    ]
}

/// Gives the client a new secret and takes all others away.
async fn replace(t: &Trial) -> Result<(), Failure> {
    let old = t.client_secret_ids().await;
    t.add_client_secret().await?;
    for id in old {
        t.delete_client_secret(&id).await?;
    }
    Ok(())
}

fn with(t: &Trial, secret: WhichSecret) -> std::sync::Arc<dyn UserDirectory> {
    t.directory_with(&t.choice().with_secret(secret))
}

fn alice() -> SignIn {
    SignIn::new("alice", PASSWORD)
}

async fn register_with_alias(t: &Trial) -> Result<(), Failure> {
    let attributes = [("email", mailbox("alice")), ("email_verified", "true".to_owned())];
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

/// The grant as an application has it that kept only the token and what the user typed.
fn rebuilt(grant: &RefreshGrant, username: &str) -> RefreshGrant {
    RefreshGrant::new(grant.refresh_token().clone(), username, grant.sub())
}

/// The text for a missing hash, and that of older pools.
fn missing(t: &Trial) -> [String; 2] {
    let client = t.client_id();
    [
        format!("Client {client} is configured with secret but SECRET_HASH was not received"),
        format!("Client {client} is configured for secret but secret was not received"),
    ]
}

/// The two texts for a wrong hash. Which operation gives which is not settled.
fn wrong(t: &Trial) -> [String; 2] {
    let client = t.client_id();
    [
        format!("Unable to verify secret hash for client {client}"),
        format!("SecretHash does not match for the client: {client}"),
    ]
}

fn texts(owned: &[String; 2]) -> [&str; 2] {
    owned.each_ref().map(String::as_str)
}
