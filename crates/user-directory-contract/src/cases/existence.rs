//! Whether an answer tells that a user does not exist.

use user_directory::{
    AuthOutcome, ConfirmSignUp, CreateUser, DeleteUserAttributes, Error, ErrorKind, MessageAction,
    ResetUserPassword, Result, SetUserPassword, SignIn, UpdateUserAttributes, UserDirectory,
};

use crate::{
    Case, ClientSettings, Evidence, Failure, PoolProfile, WhichClient, case, check,
    trial::{OTHER_PASSWORD, PASSWORD},
};

const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const NO_CLIENT: Evidence = Evidence::Reported {
    note: "the API reference: no client is named, whose setting could hide it",
};

const NOT_FOUND: &str = "User does not exist.";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "existence/unknown-user-looks-like-a-wrong-password",
            "Where it is prevented, nothing tells an unknown user from a wrong password.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                let wrong = t.try_sign_in("alice", OTHER_PASSWORD).await;
                let unknown = t.try_sign_in("nobody", OTHER_PASSWORD).await;
                alike(wrong, unknown)
            }
        ),
        case!(
            "existence/public-sign-in-alike",
            "What an unknown user's own sign-in tells is the client's setting, too.",
            profile = both_settings,
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                let shows = t.self_service();
                let refused = shows.sign_in(SignIn::new("nobody", PASSWORD)).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NOT_FOUND])?;
                let second = t.choice().with_client(WhichClient::Second);
                let hides = t.self_service_with(&second);
                let wrong = hides.sign_in(SignIn::new("alice", OTHER_PASSWORD)).await;
                let unknown = hides.sign_in(SignIn::new("nobody", OTHER_PASSWORD)).await;
                alike(wrong, unknown)
            }
        ),
        case!(
            "existence/shown-by-default",
            "A client that does not choose shows existence errors, as is the API's default.",
            profile = || PoolProfile::article().map_client(|mut client| {
                client.prevent_user_existence_errors = None;
                client
            }),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html"
            },
            async |t| {
                let refused = t.try_sign_in("nobody", PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NOT_FOUND])?;
                Ok(())
            }
        ),
        case!(
            "existence/deleted-user-is-unknown",
            "Where existence errors are prevented, a deleted user looks like a wrong password.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                t.register("bob").await?;
                t.directory().delete_user("bob").await?;
                let wrong = t.try_sign_in("alice", OTHER_PASSWORD).await;
                t.eventually(async || {
                    let deleted = t.try_sign_in("bob", PASSWORD).await;
                    check::refused(deleted, ErrorKind::NotAuthorized, &[]).map(drop)
                })
                .await?;
                alike(wrong, t.try_sign_in("bob", PASSWORD).await)
            }
        ),
        case!(
            "existence/admin-operations-tell",
            "Every operation of an administrator answers UserNotFound for an unknown user.",
            evidence = NO_CLIENT,
            async |t| {
                tell(&*t.directory()).await?;
                Ok(())
            }
        ),
        case!(
            "existence/admin-operations-tell-where-prevented",
            "The operations of an administrator answer UserNotFound whatever the client hides.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = NO_CLIENT,
            async |t| {
                tell(&*t.directory()).await?;
                Ok(())
            }
        ),
        case!(
            "existence/create-tells-where-prevented",
            "Creating a user tells that the name is taken whatever the client hides.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = Evidence::Assumed {
                why: "the guide says it of SignUp, and AdminCreateUser names no client"
            },
            async |t| {
                t.register("alice").await?;
                let refused = t.directory().create_user(CreateUser::new("alice")).await;
                check::refused(refused, ErrorKind::UsernameExists, &[])?;
                Ok(())
            }
        ),
    ]
}

fn both_settings() -> PoolProfile {
    let hides = ClientSettings::article().with_prevent_user_existence_errors("ENABLED");
    PoolProfile::article().with_second_client(hides)
}

/// The wrong password is refused as usual, and the other refusal has the same kind, code and text.
fn alike(wrong: Result<AuthOutcome>, other: Result<AuthOutcome>) -> Result<(), Failure> {
    let texts = ["Incorrect username or password."];
    let wrong = check::refused(wrong, ErrorKind::NotAuthorized, &texts)?;
    let other = check::refused(other, ErrorKind::NotAuthorized, &texts)?;
    let seen =
        |error: &Error| (error.kind(), error.code().map(str::to_owned), error.message().to_owned());
    check::equal("kind, code and text", seen(&other), seen(&wrong))
}

async fn tell(directory: &dyn UserDirectory) -> Result<(), Failure> {
    let name = "nobody";
    let attributes = UpdateUserAttributes::new(name, [("name", "Nobody")]);
    let resend = CreateUser::new(name).with_message_action(MessageAction::Resend);
    let refusals = [
        ("AdminGetUser", directory.user(name).await.map(drop)),
        ("AdminUpdateUserAttributes", directory.update_user_attributes(attributes).await),
        (
            "AdminDeleteUserAttributes",
            directory.delete_user_attributes(DeleteUserAttributes::new(name, ["name"])).await,
        ),
        (
            "AdminSetUserPassword, permanent",
            directory.set_user_password(SetUserPassword::permanent(name, PASSWORD)).await,
        ),
        (
            "AdminSetUserPassword, temporary",
            directory.set_user_password(SetUserPassword::temporary(name, PASSWORD)).await,
        ),
        (
            "AdminResetUserPassword",
            directory.reset_user_password(ResetUserPassword::new(name)).await,
        ),
        ("AdminConfirmSignUp", directory.confirm_sign_up(ConfirmSignUp::new(name)).await),
        ("AdminEnableUser", directory.enable_user(name).await),
        ("AdminDisableUser", directory.disable_user(name).await),
        ("AdminUserGlobalSignOut", directory.global_sign_out(name).await),
        ("AdminCreateUser, again", directory.create_user(resend).await.map(drop)),
        ("AdminDeleteUser", directory.delete_user(name).await),
    ];
    for (operation, refused) in refusals {
        check::refused(refused, ErrorKind::UserNotFound, &[NOT_FOUND]).map_err(|failure| {
            Failure::new(failure.aspect(), format!("{operation}: {}", failure.message()))
        })?;
    }
    Ok(())
}
