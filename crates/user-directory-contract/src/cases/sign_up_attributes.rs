//! The attributes of a SignUp.

use user_directory::{Attributes, ErrorKind, SignUp, SignedUp};

use super::sign_up::{absent, has_attribute};
use crate::{Case, CustomAttribute, Evidence, PASSWORD, PoolProfile, Trial, case, check, mailbox};

const TRACES: Evidence =
    Evidence::Reported { note: "seen in public code, no address: raw errors of live pools" };
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };
pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "sign-up/required-attributes",
            "A line of the refusal names each required attribute that is missing.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_required_attributes(["name", "family_name"])),
            needs = [SelfService],
            evidence = TRACES,
            async |t| {
                let refused = sign_up_with(&t, [("name", "Alice")]).await;
                let texts = [
                    "Attributes did not conform to the schema: family_name: The attribute is \
                     required\n",
                    "Attributes did not conform to the schema: family_name: The attribute is \
                     required",
                ];
                check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                let refused = sign_up_with(&t, [("nickname", "al")]).await;
                let texts = [
                    "Attributes did not conform to the schema: name: The attribute is required\n\
                     family_name: The attribute is required\n",
                    "Attributes did not conform to the schema: name: The attribute is required\n\
                     family_name: The attribute is required",
                ];
                check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                absent(&t, "alice").await?;
                sign_up_with(&t, [("name", "Alice"), ("family_name", "Adams")]).await?;
                Ok(())
            }
        ),
        case!(
            "sign-up/unwritable-attribute",
            "A user signs up only with attributes that the client may write.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_write_attributes(["nickname"])),
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = sign_up_with(&t, [("nickname", "al"), ("name", "Alice")]).await;
                let text = "A client attempted to write unauthorized attribute";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                absent(&t, "alice").await?;
                sign_up_with(&t, [("nickname", "al")]).await?;
                Ok(())
            }
        ),
        case!(
            "sign-up/unknown-attribute",
            "An attribute that the pool does not have is refused.",
            needs = [SelfService],
            evidence = TRACES,
            async |t| {
                let refused = sign_up_with(&t, [("custom:role", "x")]).await;
                let text = "Attributes did not conform to the schema: Type for attribute \
                            {custom:role} could not be determined";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                absent(&t, "alice").await
            }
        ),
        case!(
            "sign-up/immutable-attribute",
            "An attribute that cannot change is written at the sign-up.",
            profile = || PoolProfile::article().map_pool(|pool| {
                let role = CustomAttribute::new("role", "String").with_mutable(false);
                pool.with_custom_attributes([role])
            }),
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                sign_up_with(&t, [("custom:role", "reader")]).await?;
                has_attribute(&t, "alice", "custom:role", Some("reader")).await
            }
        ),
        case!(
            "sign-up/unverified-in-so-many-words",
            "After a sign-up the address is unverified, and the attributes say so.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "ID tokens of such users say so; that the attribute is there from the start is \
                      not on record"
            },
            async |t| {
                sign_up_with(&t, [("email", mailbox("alice"))]).await?;
                let user = t.directory().user("alice").await?;
                check::equal("verified", user.attributes.get("email_verified"), Some("false"))
            }
        ),
        case!(
            "sign-up/verification-is-not-given",
            "Nobody signs up with an address that is verified already.",
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "a code would prove nothing otherwise; the class is not known"
            },
            async |t| {
                let attributes =
                    [("email", mailbox("alice")), ("email_verified", "true".to_owned())];
                let refused = sign_up_with(&t, attributes).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                absent(&t, "alice").await
            }
        ),
        case!(
            "sign-up/preferred-user-name-as-alias",
            "A preferred user name that would be an alias cannot be given before the confirmation.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_alias_attributes(["preferred_username"])),
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "the developer guide has the rule; the class is seen in public code, no address"
            },
            async |t| {
                let refused = sign_up_with(&t, [("preferred_username", "al")]).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                absent(&t, "alice").await
            }
        ),
    ]
}

/// Alice signs up with these attributes.
async fn sign_up_with(
    t: &Trial,
    attributes: impl Into<Attributes>,
) -> user_directory::Result<SignedUp> {
    t.self_service().sign_up(SignUp::new("alice", PASSWORD).with_attributes(attributes)).await
}
