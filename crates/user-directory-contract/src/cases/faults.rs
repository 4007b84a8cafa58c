//! What errors promise about calls that went wrong, and how a registration survives them.

use user_directory::{
    CreateUser, DeliveryMedium, ErrorKind, MessageAction, Operation, Register, Registration,
    UnfinishedRegistration, UpdateUserAttributes, UserDirectoryExt as _, UserStatus,
};

use crate::{
    Case, Evidence, Failure, Fault, FaultKind, OTHER_PASSWORD, PASSWORD, Trial, case, check,
    mailbox,
};

/// Registers alice; it stops half-way.
async fn stopped(t: &Trial) -> Result<UnfinishedRegistration, Failure> {
    match t.directory().register(Register::new("alice", PASSWORD)).await? {
        Registration::Unfinished(unfinished) => {
            check::equal("the user name", unfinished.username(), "alice")?;
            Ok(unfinished)
        }
        Registration::Complete(_) => Err(Failure::other("the registration is complete")),
    }
}

async fn has_status(t: &Trial, status: UserStatus) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    check::equal("the status", user.status, status)
}

/// Finishes the registration, and alice signs in.
async fn finishes(t: &Trial, unfinished: &UnfinishedRegistration) -> Result<(), Failure> {
    unfinished.finish(&*t.directory(), PASSWORD).await?;
    has_status(t, UserStatus::Confirmed).await?;
    t.sign_in("alice").await?;
    Ok(())
}

async fn rename(t: &Trial) -> user_directory::Result<()> {
    let request = UpdateUserAttributes::new("alice", [("nickname", "allie")]);
    t.directory().update_user_attributes(request).await
}

async fn has_nickname(t: &Trial, nickname: Option<&str>) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    check::equal("nickname", user.attributes.get("nickname"), nickname)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = errors();
    cases.extend(first_step());
    cases.extend(second_step());
    cases
}

fn errors() -> Vec<Case> {
    vec![
        case!(
            "faults/throttled-change",
            "A throttled change says that it may be tried again and has done nothing.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "a throttled call changed nothing and may retry" },
            async |t| {
                t.register("alice").await?;
                let operation = Operation::AdminUpdateUserAttributes;
                t.fault(Fault::new(operation, FaultKind::Throttling).times(1)).await;
                let error = check::refused(rename(&t).await, ErrorKind::TooManyRequests, &[])?;
                check::equal("the operation", error.operation(), Some(operation))?;
                check::that(error.is_retryable(), "the error says to try again")?;
                check::that(!error.may_have_taken_effect(), "the error says nothing was done")?;
                has_nickname(&t, None).await?;
                rename(&t).await?;
                has_nickname(&t, Some("allie")).await
            }
        ),
        case!(
            "faults/internal-error-of-a-change",
            "A change that failed inside the service says that it may have been made.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "what may have been done is not safe to repeat" },
            async |t| {
                t.register("alice").await?;
                let operation = Operation::AdminUpdateUserAttributes;
                t.fault(Fault::new(operation, FaultKind::InternalError).times(1)).await;
                let error = check::refused(rename(&t).await, ErrorKind::Internal, &[])?;
                check::equal("the operation", error.operation(), Some(operation))?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                check::that(!error.is_retryable(), "the error says not to try again")?;
                Ok(())
            }
        ),
        case!(
            "faults/lost-answer-of-a-change",
            "A change whose answer was lost says that it may have been made, and it was.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "what may have been done is not safe to repeat" },
            async |t| {
                t.register("alice").await?;
                let operation = Operation::AdminUpdateUserAttributes;
                t.fault(Fault::new(operation, FaultKind::AnswerLost).times(1)).await;
                let error = check::refused(rename(&t).await, ErrorKind::NoAnswer, &[])?;
                check::equal("the operation", error.operation(), Some(operation))?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                check::that(!error.is_retryable(), "the error says not to try again")?;
                has_nickname(&t, Some("allie")).await
            }
        ),
        case!(
            "faults/lost-answer-of-a-read",
            "A read whose answer was lost may be tried again.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "a call that only reads is always safe to repeat" },
            async |t| {
                t.register("alice").await?;
                t.fault(Fault::new(Operation::AdminGetUser, FaultKind::AnswerLost).times(1)).await;
                let lost = t.directory().user("alice").await;
                let error = check::refused(lost, ErrorKind::NoAnswer, &[])?;
                check::that(error.is_retryable(), "the error says to try again")?;
                check::that(!error.may_have_taken_effect(), "the error says nothing was done")?;
                t.directory().user("alice").await?;
                Ok(())
            }
        ),
        case!(
            "create/delivery-failure-creates",
            "A user whose invitation was not delivered is there all the same.",
            needs = [Faults],
            evidence = Evidence::Documented { url: "https://github.com/aws/aws-sdk/issues/438" },
            async |t| {
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::DeliveryFailure).times(1)).await;
                let email = mailbox("delivery-failure");
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes([("email", email.as_str())])
                    .with_delivery_mediums([DeliveryMedium::Email]);
                let failed = t.directory().create_user(request).await;
                let error = check::refused(failed, ErrorKind::CodeDeliveryFailure, &[])?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                has_status(&t, UserStatus::ForceChangePassword).await
            }
        ),
    ]
}

fn first_step() -> Vec<Case> {
    vec![
        case!(
            "register/lost-create-answer",
            "A registration whose first answer was lost sends nothing twice, deletes nothing, and \
             can be finished.",
            needs = [Faults, CallLog],
            evidence = Evidence::Own {
                promise: "nobody knows, so the registration is unfinished and not refused"
            },
            async |t| {
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::AnswerLost).times(1)).await;
                let unfinished = stopped(&t).await?;
                check::that(unfinished.created().is_none(), "nobody knows of a user")?;
                let cause = unfinished.cause();
                check::equal("the cause", cause.kind(), ErrorKind::NoAnswer)?;
                check::that(cause.may_have_taken_effect(), "the cause says that it may have")?;
                check::equal("the creations", t.count_calls(operation).await, 1)?;
                let deletions = t.count_calls(Operation::AdminDeleteUser).await;
                check::equal("the deletions", deletions, 0)?;
                has_status(&t, UserStatus::ForceChangePassword).await?;
                finishes(&t, &unfinished).await?;
                check::equal("the creations", t.count_calls(operation).await, 1)
            }
        ),
        case!(
            "register/throttled-first-step",
            "A registration whose first step was throttled is refused and leaves nothing.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "a refusal leaves no user" },
            async |t| {
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::Throttling).times(1)).await;
                let refused = t.directory().register(Register::new("alice", PASSWORD)).await;
                let error = check::refused(refused, ErrorKind::TooManyRequests, &[])?;
                check::that(error.is_retryable(), "the error says to try again")?;
                check::refused(t.directory().user("alice").await, ErrorKind::UserNotFound, &[])?;
                t.register("alice").await?;
                Ok(())
            }
        ),
        case!(
            "register/undelivered-invitation",
            "A registration whose invitation was not delivered is unfinished and can be finished.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "a user who may be there is not given up" },
            async |t| {
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::DeliveryFailure).times(1)).await;
                let email = mailbox("undelivered-invitation");
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("email", email.as_str())])
                    .with_invitation([DeliveryMedium::Email]);
                let unfinished = t.directory().register(request).await?.unfinished();
                let unfinished = check::some("the unfinished registration", unfinished)?;
                let kind = unfinished.cause().kind();
                check::equal("the cause", kind, ErrorKind::CodeDeliveryFailure)?;
                finishes(&t, &unfinished).await
            }
        ),
        case!(
            "register/finish-without-a-user",
            "Finishing a registration that created nobody says so and creates nobody.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "finishing answers as the sign-in does" },
            async |t| {
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::InternalError).times(1)).await;
                let unfinished = stopped(&t).await?;
                check::that(unfinished.created().is_none(), "nobody knows of a user")?;
                let refused = unfinished.finish(&*t.directory(), PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[])?;
                check::refused(t.directory().user("alice").await, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "register/finish-spares-another",
            "Finishing leaves somebody else's account alone, even if the password is the same.",
            needs = [Faults],
            evidence = Evidence::Own {
                promise: "only a user with the password as a temporary one is finished"
            },
            async |t| {
                let before = t.register("alice").await?;
                // A lost answer would have been a refusal: the name is taken.
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::InternalError).times(1)).await;
                let unfinished = stopped(&t).await?;
                let refused = unfinished.finish(&*t.directory(), PASSWORD).await;
                check::refused(refused, ErrorKind::UsernameExists, &[])?;
                let after = t.directory().user("alice").await?;
                check::equal("sub", after.sub(), before.sub())?;
                check::equal("the status", after.status, UserStatus::Confirmed)?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "register/finish-needs-the-password",
            "Finishing leaves an account alone that another administrator has created.",
            needs = [Faults],
            evidence = Evidence::Own {
                promise: "only a user with the password as a temporary one is finished"
            },
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(OTHER_PASSWORD)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let operation = Operation::AdminCreateUser;
                t.fault(Fault::new(operation, FaultKind::InternalError).times(1)).await;
                let unfinished = stopped(&t).await?;
                let refused = unfinished.finish(&*t.directory(), PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                has_status(&t, UserStatus::ForceChangePassword).await?;
                check::new_password_required(t.try_sign_in("alice", OTHER_PASSWORD).await?)?;
                Ok(())
            }
        ),
    ]
}

/// The second step stops as the fault has it; alice is there, in this status, until it is finished.
async fn second_step_stops(
    t: &Trial,
    fault: FaultKind,
    cause: ErrorKind,
    status: UserStatus,
) -> Result<(), Failure> {
    t.fault(Fault::new(Operation::AdminSetUserPassword, fault).times(1)).await;
    let unfinished = stopped(t).await?;
    check::equal("the cause", unfinished.cause().kind(), cause)?;
    let created = check::some("the created user", unfinished.created())?;
    let user = t.directory().user("alice").await?;
    check::equal("sub", user.sub(), created.sub())?;
    check::equal("the status", user.status, status)?;
    finishes(t, &unfinished).await?;
    let user = t.directory().user("alice").await?;
    check::equal("sub", user.sub(), created.sub())
}

fn second_step() -> Vec<Case> {
    vec![
        case!(
            "register/throttled-second-step",
            "A registration whose second step was throttled keeps the user and can be finished.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "what another try can repair is not undone" },
            async |t| {
                let (fault, cause) = (FaultKind::Throttling, ErrorKind::TooManyRequests);
                second_step_stops(&t, fault, cause, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "register/internal-error-in-second-step",
            "A registration whose second step failed inside the service keeps the user and can be \
             finished.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "what may have been done is not taken back" },
            async |t| {
                let (fault, cause) = (FaultKind::InternalError, ErrorKind::Internal);
                second_step_stops(&t, fault, cause, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "register/lost-second-answer",
            "A registration whose second answer was lost keeps the user, who is confirmed, and can \
             be finished.",
            needs = [Faults],
            evidence = Evidence::Own { promise: "what may have been done is not taken back" },
            async |t| {
                let (fault, cause) = (FaultKind::AnswerLost, ErrorKind::NoAnswer);
                second_step_stops(&t, fault, cause, UserStatus::Confirmed).await
            }
        ),
    ]
}
