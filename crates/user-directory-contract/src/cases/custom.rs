//! Custom attributes, and what administrators may write.

use user_directory::{
    CreateUser, DeleteUserAttributes, ErrorKind, Filter, FilterAttribute, ListUsers, Register,
    Result, UpdateUserAttributes,
};

use crate::{
    Case, CustomAttribute, Evidence, Failure, PoolProfile, Trial, case, check, trial::PASSWORD,
};

const SCHEMA: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html",
};
const STRING: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StringAttributeConstraintsType.html",
};
const NUMBER: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_NumberAttributeConstraintsType.html",
};
const LIVE: Evidence = Evidence::Reported {
    note: "seen in public code, no address: integration tests of a live pool through UpdateUserAttributes",
};

fn profile() -> PoolProfile {
    PoolProfile::article()
        .with_name("custom-attributes")
        .map_pool(|pool| {
            pool.with_custom_attributes([
                CustomAttribute::new("plan", "String"),
                CustomAttribute::new("code", "String").with_min(3).with_max(5),
                CustomAttribute::new("level", "Number").with_min(1).with_max(10),
                CustomAttribute::new("member", "Boolean"),
                CustomAttribute::new("origin", "String").with_mutable(false),
            ])
        })
        .map_client(|client| {
            client.with_read_attributes(["email", "custom:plan", "custom:level", "custom:member"])
        })
}

pub(crate) fn cases() -> Vec<Case> {
    [values(), rules(), elsewhere()].concat()
}

fn values() -> Vec<Case> {
    vec![
        case!(
            "custom/prefix",
            "A custom attribute is written and shown as custom: and its name.",
            profile = profile,
            evidence = SCHEMA,
            async |t| {
                registered(&t, &[("custom:plan", "free")]).await?;
                shows(&t, "custom:plan", Some("free")).await?;
                update(&t, "custom:plan", "paid").await?;
                shows(&t, "custom:plan", Some("paid")).await?;
                check::refused(update(&t, "plan", "free").await, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "custom/delete",
            "An administrator deletes a custom attribute by its name with custom:.",
            profile = profile,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html"
            },
            async |t| {
                registered(&t, &[("custom:plan", "free"), ("custom:code", "abc")]).await?;
                let request = DeleteUserAttributes::new("alice", ["custom:plan"]);
                t.directory().delete_user_attributes(request).await?;
                shows(&t, "custom:plan", None).await?;
                shows(&t, "custom:code", Some("abc")).await
            }
        ),
        case!(
            "custom/empty-deletes",
            "An empty value deletes a custom attribute, whatever its least length.",
            profile = profile,
            evidence = LIVE,
            async |t| {
                registered(&t, &[("custom:code", "abc")]).await?;
                update(&t, "custom:code", "").await?;
                shows(&t, "custom:code", None).await
            }
        ),
        case!(
            "custom/lengths-include-their-ends",
            "A text may be as short as the least length and as long as the greatest.",
            profile = profile,
            evidence = STRING,
            async |t| {
                registered(&t, &[("custom:code", "abc")]).await?;
                update(&t, "custom:code", "abcde").await?;
                shows(&t, "custom:code", Some("abcde")).await?;
                for value in ["ab", "abcdef"] {
                    let refused = update(&t, "custom:code", value).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                shows(&t, "custom:code", Some("abcde")).await
            }
        ),
        case!(
            "custom/numbers-include-their-ends",
            "A number may be as small as the least value and as great as the greatest.",
            profile = profile,
            evidence = NUMBER,
            async |t| {
                registered(&t, &[("custom:level", "1")]).await?;
                update(&t, "custom:level", "10").await?;
                shows(&t, "custom:level", Some("10")).await?;
                for value in ["0", "11"] {
                    let refused = update(&t, "custom:level", value).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                shows(&t, "custom:level", Some("10")).await
            }
        ),
        case!(
            "custom/type",
            "A text is no number, and a number is no boolean.",
            profile = profile,
            evidence = Evidence::Assumed {
                why: "the type is documented; how a value of another type is refused is not known"
            },
            async |t| {
                registered(&t, &[("custom:level", "1"), ("custom:member", "false")]).await?;
                update(&t, "custom:member", "true").await?;
                shows(&t, "custom:member", Some("true")).await?;
                for (name, value) in [("custom:level", "high"), ("custom:member", "1")] {
                    let refused = update(&t, name, value).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                shows(&t, "custom:level", Some("1")).await
            }
        ),
        case!(
            "custom/checked-at-creation",
            "A value that breaks the schema is refused at creation too, and nobody is created.",
            profile = profile,
            evidence = Evidence::Assumed {
                why: "other attributes that do not conform are refused so; the texts for values are not known"
            },
            async |t| {
                let broken = [
                    ("custom:code", "ab"),
                    ("custom:code", "abcdef"),
                    ("custom:level", "11"),
                    ("custom:level", "high"),
                    ("custom:member", "1"),
                ];
                for attribute in broken {
                    let request = CreateUser::new("alice").with_attributes([attribute]);
                    let refused = t.directory().create_user(request).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                    let absent = t.directory().user("alice").await;
                    check::refused(absent, ErrorKind::UserNotFound, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "custom/all-or-nothing",
            "An update with one value that breaks the schema changes nothing.",
            profile = profile,
            evidence = Evidence::Assumed { why: "a refused call changes nothing elsewhere either" },
            async |t| {
                registered(&t, &[("custom:plan", "free")]).await?;
                let attributes = [("custom:plan", "paid"), ("custom:code", "ab"), ("name", "Al")];
                let request = UpdateUserAttributes::new("alice", attributes);
                let refused = t.directory().update_user_attributes(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                shows(&t, "custom:plan", Some("free")).await?;
                shows(&t, "name", None).await
            }
        ),
    ]
}

fn rules() -> Vec<Case> {
    vec![
        case!(
            "custom/too-short",
            "The text about a value that is too short names the attribute and the least length.",
            profile = profile,
            evidence = LIVE,
            async |t| {
                registered(&t, &[]).await?;
                let refused = update(&t, "custom:code", "ab").await;
                let text = "user.custom:code: String must be no shorter than 3 characters\n";
                check::refused(refused, ErrorKind::InvalidParameter, &[text, text.trim_end()])?;
                Ok(())
            }
        ),
        case!(
            "custom/too-long",
            "The text about a value that is too long names the attribute and the greatest length.",
            profile = profile,
            evidence =
                Evidence::Assumed { why: "by analogy with the text for values that are too short" },
            async |t| {
                registered(&t, &[]).await?;
                let refused = update(&t, "custom:code", "abcdef").await;
                let text = "user.custom:code: String must be no longer than 5 characters\n";
                check::refused(refused, ErrorKind::InvalidParameter, &[text, text.trim_end()])?;
                Ok(())
            }
        ),
        case!(
            "custom/immutable",
            "An immutable attribute is written at creation and never again, by nobody.",
            profile = profile,
            evidence = SCHEMA,
            async |t| {
                registered(&t, &[("custom:origin", "here")]).await?;
                for value in ["there", "here", ""] {
                    let refused = update(&t, "custom:origin", value).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                shows(&t, "custom:origin", Some("here")).await
            }
        ),
        case!(
            "custom/immutable-text",
            "The text about an immutable attribute names it, also if it never had a value.",
            profile = profile,
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool, and traces of administrators' updates"
            },
            async |t| {
                registered(&t, &[]).await?;
                for value in ["here", ""] {
                    let refused = update(&t, "custom:origin", value).await;
                    let text = "user.custom:origin: Attribute cannot be updated.\n";
                    let texts = [text, text.trim_end()];
                    check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                }
                Ok(())
            }
        ),
        case!(
            "custom/immutable-cannot-be-deleted",
            "An immutable attribute cannot be deleted.",
            profile = profile,
            evidence =
                Evidence::Assumed { why: "an empty value is refused, which would delete it" },
            async |t| {
                registered(&t, &[("custom:origin", "here")]).await?;
                let request = DeleteUserAttributes::new("alice", ["custom:origin"]);
                let refused = t.directory().delete_user_attributes(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                shows(&t, "custom:origin", Some("here")).await
            }
        ),
    ]
}

fn elsewhere() -> Vec<Case> {
    vec![
        case!(
            "custom/id-token",
            "The ID token has custom attributes as texts, numbers and booleans too.",
            profile = profile,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html"
            },
            async |t| {
                let attributes =
                    [("custom:plan", "free"), ("custom:level", "7"), ("custom:member", "true")];
                registered(&t, &attributes).await?;
                let set = t.sign_in("alice").await?;
                let claims = check::claims(set.id_token().expose())?;
                for (name, value) in attributes {
                    check::equal(name, &claims[name], value)?;
                }
                Ok(())
            }
        ),
        case!(
            "custom/readable-by-default",
            "A client that names nothing that it may read reads custom attributes, too.",
            profile = || profile().map_client(|mut client| {
                client.read_attributes.clear();
                client
            }),
            evidence = Evidence::Assumed {
                why: "the CDK's documentation says so; the API's speaks of standard attributes alone"
            },
            async |t| {
                registered(&t, &[("custom:plan", "free")]).await?;
                let set = t.sign_in("alice").await?;
                let claims = check::claims(set.id_token().expose())?;
                check::equal("custom:plan", &claims["custom:plan"], "free")
            }
        ),
        case!(
            "custom/not-searchable",
            "A custom attribute that users have cannot be searched all the same.",
            profile = profile,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html"
            },
            async |t| {
                registered(&t, &[("custom:plan", "free")]).await?;
                let request = ListUsers::new().with_filter("custom:plan = \"free\"");
                let refused = t.directory().list_users(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "custom/listed",
            "A list of users shows custom attributes, also if only they are asked for.",
            profile = profile,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html"
            },
            async |t| {
                registered(&t, &[("custom:plan", "free"), ("name", "Alice")]).await?;
                let request = ListUsers::new()
                    .with_filter(Filter::equal(FilterAttribute::Username, "alice"))
                    .with_attributes_to_get(["custom:plan"]);
                t.eventually(async || {
                    let page = t.directory().list_users(request.clone()).await?;
                    let alice = check::some("the user", page.users.into_iter().next())?;
                    check::equal("the plan", alice.attributes.get("custom:plan"), Some("free"))?;
                    check::equal("the name", alice.attributes.get("name"), None)
                })
                .await
            }
        ),
        case!(
            "write/administrators-write-all",
            "What an app client may write does not bind administrators.",
            profile = || profile().map_client(|client| client.with_write_attributes(["nickname"])),
            evidence = Evidence::Reported {
                note: "the developer guide: the permissions are those of an app client, which administrators do not name"
            },
            async |t| {
                registered(&t, &[("name", "Alice"), ("custom:plan", "free")]).await?;
                update(&t, "name", "Al").await?;
                shows(&t, "name", Some("Al")).await?;
                update(&t, "custom:plan", "paid").await?;
                shows(&t, "custom:plan", Some("paid")).await?;
                let request = DeleteUserAttributes::new("alice", ["name", "custom:plan"]);
                t.directory().delete_user_attributes(request).await?;
                shows(&t, "name", None).await?;
                shows(&t, "custom:plan", None).await
            }
        ),
    ]
}

async fn registered(t: &Trial, attributes: &[(&'static str, &'static str)]) -> Result<(), Failure> {
    let mut request = Register::new("alice", PASSWORD);
    request.attributes = attributes.iter().copied().collect();
    t.register_with(request).await?;
    Ok(())
}

async fn update(t: &Trial, name: &str, value: &str) -> Result<()> {
    let request = UpdateUserAttributes::new("alice", [(name, value)]);
    t.directory().update_user_attributes(request).await
}

async fn shows(t: &Trial, name: &str, value: Option<&str>) -> Result<(), Failure> {
    t.eventually(async || {
        let user = t.directory().user("alice").await?;
        check::equal(name, user.attributes.get(name), value)
    })
    .await
}
