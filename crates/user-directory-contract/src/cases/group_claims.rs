//! What groups say in tokens.

use std::collections::BTreeSet;

use serde_json::Value;
use user_directory::{CreateGroup, Refresh, TokenSet, UpdateGroup};

use super::{
    group_members::role,
    groups::{create, set},
};
use crate::{Case, Evidence, Failure, PoolProfile, Trial, case, check};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html",
};
const PRECEDENCE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html",
};
const ISSUE: Evidence = Evidence::Reported {
    note: "the nature of tokens: each issue says what is true then, and nothing changes it later",
};

const GROUPS: &str = "cognito:groups";
const ROLES: &str = "cognito:roles";
const PREFERRED: &str = "cognito:preferred_role";

pub(crate) fn cases() -> Vec<Case> {
    [presence(), preferred_role(), changes()].concat()
}

fn presence() -> Vec<Case> {
    vec![
        case!(
            "group-claims/id-token",
            "The ID token has the names of the user's groups, and of no others, as an array.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html"
            },
            async |t| {
                create(&t, ["staff", "guests", "others"]).await?;
                join(&t, ["staff", "guests"]).await?;
                signed_in(&t, |token| {
                    check::equal(GROUPS, names(&token.id, GROUPS)?, set(["staff", "guests"]))
                })
                .await
            }
        ),
        case!(
            "group-claims/access-token",
            "The access token has the names of the user's groups, as an array.",
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                join(&t, ["staff"]).await?;
                signed_in(&t, |token| {
                    check::equal(GROUPS, names(&token.access, GROUPS)?, set(["staff"]))
                })
                .await
            }
        ),
        case!(
            "group-claims/read-permissions",
            "Groups are in the ID token whatever attributes the client may read.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_read_attributes(["email"])),
            evidence = Evidence::Assumed { why: "groups are no attributes" },
            async |t| {
                create(&t, ["staff"]).await?;
                join(&t, ["staff"]).await?;
                signed_in(&t, |token| {
                    check::equal(GROUPS, names(&token.id, GROUPS)?, set(["staff"]))
                })
                .await
            }
        ),
        case!(
            "group-claims/roles",
            "The ID token has the roles of all groups of the user that have one.",
            evidence = GUIDE,
            async |t| {
                grouped(&t, &[("a", "one", Some(1)), ("b", "two", None)]).await?;
                create(&t, ["plain"]).await?;
                join(&t, ["plain"]).await?;
                signed_in(&t, |token| {
                    let expected = BTreeSet::from([role("one"), role("two")]);
                    check::equal(ROLES, names(&token.id, ROLES)?, expected)
                })
                .await
            }
        ),
        case!(
            "group-claims/roles-in-the-id-token-only",
            "The access token has no roles.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html"
            },
            async |t| {
                grouped(&t, &[("a", "one", Some(1))]).await?;
                signed_in(&t, |token| {
                    check::equal(GROUPS, names(&token.access, GROUPS)?, set(["a"]))?;
                    check::equal(ROLES, token.access.get(ROLES), None)?;
                    check::equal(PREFERRED, token.access.get(PREFERRED), None)
                })
                .await
            }
        ),
        case!(
            "group-claims/no-roles",
            "The ID token of a user whose groups have no roles has no claims for them.",
            evidence = Evidence::Assumed { why: "a user without groups has no empty claim either" },
            async |t| {
                create(&t, ["staff"]).await?;
                join(&t, ["staff"]).await?;
                signed_in(&t, |token| {
                    check::equal(GROUPS, names(&token.id, GROUPS)?, set(["staff"]))?;
                    check::equal(ROLES, token.id.get(ROLES), None)?;
                    check::equal(PREFERRED, token.id.get(PREFERRED), None)
                })
                .await
            }
        ),
    ]
}

fn preferred_role() -> Vec<Case> {
    vec![
        case!(
            "group-claims/lowest-precedence",
            "The preferred role is that of the group with the lowest precedence.",
            evidence = PRECEDENCE,
            async |t| {
                let groups =
                    [("a", "one", Some(10)), ("b", "two", Some(0)), ("c", "three", Some(9))];
                grouped(&t, &groups).await?;
                preferred(&t, Some("two")).await
            }
        ),
        case!(
            "group-claims/no-precedence-is-last",
            "A group without a precedence comes after all that have one.",
            evidence = PRECEDENCE,
            async |t| {
                let groups = [("a", "one", None), ("b", "two", Some(2_147_483_647))];
                grouped(&t, &groups).await?;
                preferred(&t, Some("two")).await
            }
        ),
        case!(
            "group-claims/one-without-precedence",
            "The role of the only group is preferred, precedence or not.",
            evidence = Evidence::Assumed { why: "it is the lowest of one" },
            async |t| {
                grouped(&t, &[("a", "one", None)]).await?;
                preferred(&t, Some("one")).await
            }
        ),
        case!(
            "group-claims/same-role",
            "Where the groups with the lowest precedence have the same role, it is preferred.",
            evidence = PRECEDENCE,
            async |t| {
                let groups =
                    [("a", "one", Some(1)), ("b", "one", Some(1)), ("c", "three", Some(2))];
                grouped(&t, &groups).await?;
                preferred(&t, Some("one")).await
            }
        ),
        case!(
            "group-claims/different-roles",
            "Where the groups with the lowest precedence have different roles, none is preferred.",
            evidence = PRECEDENCE,
            async |t| {
                let groups =
                    [("a", "one", Some(1)), ("b", "two", Some(1)), ("c", "three", Some(2))];
                grouped(&t, &groups).await?;
                preferred(&t, None).await?;
                let set = t.sign_in("alice").await?;
                check::equal(ROLES, names(&Claims::of(&set)?.id, ROLES)?.len(), 3)
            }
        ),
        case!(
            "group-claims/best-group-without-a-role",
            "A group without a role takes no part in the choice of the preferred one.",
            evidence = Evidence::Assumed { why: "the guide ranks roles, and this group has none" },
            async |t| {
                let request = CreateGroup::new("plain").with_precedence(0);
                t.directory().create_group(request).await?;
                grouped(&t, &[("a", "one", Some(2)), ("b", "two", Some(1))]).await?;
                join(&t, ["plain"]).await?;
                preferred(&t, Some("two")).await
            }
        ),
    ]
}

fn changes() -> Vec<Case> {
    vec![
        case!(
            "group-claims/next-refresh",
            "A new membership shows in the tokens of the next refresh.",
            evidence = ISSUE,
            async |t| {
                create(&t, ["before", "after"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "before").await?;
                let set = t.sign_in("alice").await?;
                t.directory().add_user_to_group("alice", "after").await?;
                refreshed(&t, &set, |token| {
                    let expected = self::set(["before", "after"]);
                    check::equal("in the ID token", names(&token.id, GROUPS)?, expected.clone())?;
                    check::equal("in the access token", names(&token.access, GROUPS)?, expected)
                })
                .await?;
                let id = check::claims(set.id_token().expose())?;
                let old = names(&id, GROUPS)?;
                check::that(!old.contains("after"), "the old token does not know of it")
            }
        ),
        case!(
            "group-claims/next-sign-in",
            "A membership that ended is not in the tokens of the next sign-in.",
            evidence = ISSUE,
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                join(&t, ["staff", "guests"]).await?;
                t.sign_in("alice").await?;
                t.directory().remove_user_from_group("alice", "staff").await?;
                signed_in(&t, |token| {
                    check::equal("in the ID token", names(&token.id, GROUPS)?, set(["guests"]))?;
                    let access = names(&token.access, GROUPS)?;
                    check::equal("in the access token", access, set(["guests"]))
                })
                .await
            }
        ),
        case!(
            "group-claims/last-group-left",
            "Who has left every group has no claim for groups after the next refresh.",
            evidence = Evidence::Reported {
                note: "the developer guide's notes on parsing, by their sense"
            },
            async |t| {
                grouped(&t, &[("a", "one", Some(1))]).await?;
                let set = t.sign_in("alice").await?;
                t.directory().remove_user_from_group("alice", "a").await?;
                refreshed(&t, &set, none_left).await
            }
        ),
        case!(
            "group-claims/deleted-group",
            "A deleted group is not in the tokens of the next refresh, nor is its role.",
            evidence = Evidence::Assumed { why: "there is nothing left to name" },
            async |t| {
                grouped(&t, &[("a", "one", Some(1))]).await?;
                let set = t.sign_in("alice").await?;
                t.directory().delete_group("a").await?;
                refreshed(&t, &set, none_left).await
            }
        ),
        case!(
            "group-claims/changed-group",
            "Another precedence and another role show in the ID token of the next refresh.",
            evidence = ISSUE,
            async |t| {
                grouped(&t, &[("a", "one", Some(1)), ("b", "two", Some(2))]).await?;
                let set = t.sign_in("alice").await?;
                let request = UpdateGroup::new("b").with_precedence(0).with_role_arn(role("new"));
                t.directory().update_group(request).await?;
                refreshed(&t, &set, |token| {
                    check::equal(PREFERRED, &token.id[PREFERRED], role("new").as_str())?;
                    let expected = BTreeSet::from([role("one"), role("new")]);
                    check::equal(ROLES, names(&token.id, ROLES)?, expected)
                })
                .await
            }
        ),
    ]
}

/// The claims of one issue.
struct Claims {
    access: Value,
    id: Value,
}

impl Claims {
    fn of(set: &TokenSet) -> Result<Self, Failure> {
        let access = check::claims(set.access_token().expose())?;
        Ok(Self { access, id: check::claims(set.id_token().expose())? })
    }
}

/// Makes alice, who is registered if she is not yet, a member of these groups.
async fn join<'a>(t: &Trial, groups: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
    if t.directory().user("alice").await.is_err() {
        t.register("alice").await?;
    }
    for group in groups {
        t.directory().add_user_to_group("alice", group).await?;
    }
    Ok(())
}

/// Creates groups with a role and a precedence, and makes alice a member.
async fn grouped(t: &Trial, groups: &[(&str, &str, Option<u32>)]) -> Result<(), Failure> {
    for (name, role_name, precedence) in groups {
        let mut request = CreateGroup::new(*name).with_role_arn(role(role_name));
        request.precedence = *precedence;
        t.directory().create_group(request).await?;
        join(t, [*name]).await?;
    }
    Ok(())
}

/// What the tokens of a sign-in must say, once they do.
async fn signed_in(
    t: &Trial,
    look: impl Fn(&Claims) -> Result<(), Failure>,
) -> Result<(), Failure> {
    t.eventually(async || look(&Claims::of(&t.sign_in("alice").await?)?)).await
}

/// What the tokens of a refresh must say, once they do.
async fn refreshed(
    t: &Trial,
    set: &TokenSet,
    look: impl Fn(&Claims) -> Result<(), Failure>,
) -> Result<(), Failure> {
    t.eventually(async || {
        let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
        let tokens = refreshed.tokens();
        let access = check::claims(tokens.access_token.expose())?;
        look(&Claims { access, id: check::claims(tokens.id_token.expose())? })
    })
    .await
}

async fn preferred(t: &Trial, name: Option<&str>) -> Result<(), Failure> {
    signed_in(t, |token| {
        let expected = name.map(|name| Value::from(role(name)));
        check::equal(PREFERRED, token.id.get(PREFERRED), expected.as_ref())
    })
    .await
}

fn none_left(token: &Claims) -> Result<(), Failure> {
    for (what, claims) in [("access", &token.access), ("ID", &token.id)] {
        for name in [GROUPS, ROLES, PREFERRED] {
            let sentence = format!("there are no {name} in the {what} token");
            check::that(claims.get(name).is_none(), sentence)?;
        }
    }
    Ok(())
}

/// A claim that is an array of texts, none of which may stand twice.
fn names(claims: &Value, name: &str) -> Result<BTreeSet<String>, Failure> {
    let array = check::some(name, claims[name].as_array())?;
    let names: BTreeSet<_> =
        array.iter().filter_map(|text| Some(text.as_str()?.to_owned())).collect();
    check::equal(&format!("how many {name}"), array.len(), names.len())?;
    Ok(names)
}
