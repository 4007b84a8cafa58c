//! Groups: what they are, and lists of them.

use std::{collections::BTreeSet, time::Duration};

use futures_util::TryStreamExt as _;
use user_directory::{
    CreateGroup, ErrorKind, Group, ListGroups, ListGroupsForUser, ListUsersInGroup, Result,
    UpdateGroup, UserDirectoryExt as _,
};

use super::group_members::{NO_ROLE, members, role};
use crate::{Case, Evidence, Failure, Trial, case, check};

const CREATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html",
};
const TYPE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GroupType.html",
};
const UPDATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html",
};
const DELETE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html",
};
const LIST: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html",
};

pub(crate) fn cases() -> Vec<Case> {
    [life(), names(), settings(), lists()].concat()
}

fn life() -> Vec<Case> {
    vec![
        case!(
            "groups/create",
            "A new group has what the request says, in the answer and when it is looked up.",
            evidence = CREATE,
            async |t| {
                let request = CreateGroup::new("staff")
                    .with_description("who works here")
                    .with_precedence(7)
                    .with_role_arn(role("staff"));
                let created = t.directory().create_group(request).await?;
                check::equal("the name", created.name.as_str(), "staff")?;
                let description = created.description.as_deref();
                check::equal("the description", description, Some("who works here"))?;
                check::equal("the precedence", created.precedence, Some(7))?;
                check::equal("the role", created.role_arn.clone(), Some(role("staff")))?;
                t.eventually(async || {
                    let found = t.directory().group("staff").await?;
                    check::equal("the group found", found, created.clone())
                })
                .await
            }
        ),
        case!(
            "groups/nothing-but-a-name",
            "A group that was given only a name has no description, precedence or role.",
            evidence = TYPE,
            async |t| {
                t.directory().create_group(CreateGroup::new("staff")).await?;
                let group = group(&t, "staff").await?;
                check::equal("the description", group.description, None)?;
                check::equal("the precedence", group.precedence, None)?;
                check::equal("the role", group.role_arn, None)
            }
        ),
        case!(
            "groups/dates",
            "Both dates of a new group are one; an update moves the later one alone.",
            needs = [Clock],
            evidence = TYPE,
            async |t| {
                let created = t.directory().create_group(CreateGroup::new("staff")).await?;
                let dates = (created.create_date, created.last_modified_date);
                check::equal("the modified date at first", dates.1, dates.0)?;
                t.advance(Duration::from_secs(60)).await;
                let request = UpdateGroup::new("staff").with_description("who works here");
                t.directory().update_group(request).await?;
                let updated = group(&t, "staff").await?;
                check::equal("the creation date", updated.create_date, dates.0)?;
                check::that(updated.last_modified_date > dates.1, "the modified date has moved")
            }
        ),
        case!(
            "groups/name-taken",
            "The name of a group that exists is refused, and the group stays as it is.",
            evidence = CREATE,
            async |t| {
                let request = CreateGroup::new("staff").with_precedence(1);
                let first = t.directory().create_group(request).await?;
                let again = CreateGroup::new("staff").with_precedence(2);
                let refused = t.directory().create_group(again).await;
                check::refused(refused, ErrorKind::GroupExists, &[])?;
                check::equal("the group", group(&t, "staff").await?, first)
            }
        ),
        case!(
            "groups/name-taken-text",
            "The text about a taken name does not repeat the name.",
            evidence = Evidence::Reported { note: "three emulators, one without the full stop" },
            async |t| {
                t.directory().create_group(CreateGroup::new("staff")).await?;
                let refused = t.directory().create_group(CreateGroup::new("staff")).await;
                let texts = [
                    "A group with the name already exists.",
                    "A group with the name already exists",
                ];
                check::refused(refused, ErrorKind::GroupExists, &texts)?;
                Ok(())
            }
        ),
        case!(
            "groups/missing",
            "Every operation that names a group refuses one that does not exist.",
            evidence = Evidence::Reported {
                note: "ResourceNotFoundException is in the API's lists; the text: seen in public code, no address"
            },
            async |t| {
                t.register("alice").await?;
                let directory = t.directory();
                absent(directory.group("staff").await)?;
                absent(directory.update_group(UpdateGroup::new("staff")).await)?;
                absent(directory.delete_group("staff").await)?;
                absent(directory.add_user_to_group("alice", "staff").await)?;
                absent(directory.remove_user_from_group("alice", "staff").await)?;
                absent(directory.list_users_in_group(ListUsersInGroup::new("staff")).await)
            }
        ),
        case!(
            "groups/update",
            "An update changes description, precedence and role, and answers with the group.",
            evidence = UPDATE,
            async |t| {
                let request = CreateGroup::new("staff")
                    .with_description("before")
                    .with_precedence(1)
                    .with_role_arn(role("before"));
                t.directory().create_group(request).await?;
                let request = UpdateGroup::new("staff")
                    .with_description("after")
                    .with_precedence(0)
                    .with_role_arn(role("after"));
                let updated = t.directory().update_group(request).await?;
                t.eventually(async || {
                    let group = t.directory().group("staff").await?;
                    check::equal("the description", group.description.as_deref(), Some("after"))?;
                    check::equal("the precedence", group.precedence, Some(0))?;
                    check::equal("the role", group.role_arn.clone(), Some(role("after")))?;
                    check::equal("the answer", updated.clone(), group)
                })
                .await
            }
        ),
        case!(
            "groups/update-leaves-the-rest",
            "An update leaves what it does not name.",
            evidence = Evidence::Assumed {
                why: "the API says only what an update changes, and has no way to say that a setting stays"
            },
            async |t| {
                let request = CreateGroup::new("staff")
                    .with_description("before")
                    .with_precedence(1)
                    .with_role_arn(role("staff"));
                t.directory().create_group(request).await?;
                let request = UpdateGroup::new("staff").with_description("after");
                t.directory().update_group(request).await?;
                let request = UpdateGroup::new("staff").with_precedence(2);
                t.directory().update_group(request).await?;
                let group = group(&t, "staff").await?;
                check::equal("the description", group.description.as_deref(), Some("after"))?;
                check::equal("the precedence", group.precedence, Some(2))?;
                check::equal("the role", group.role_arn, Some(role("staff")))
            }
        ),
        case!(
            "groups/delete",
            "A deleted group is not found and not listed; others are.",
            evidence = DELETE,
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                t.directory().delete_group("staff").await?;
                t.eventually(async || {
                    let absent = t.directory().group("staff").await;
                    check::refused(absent, ErrorKind::ResourceNotFound, &[])?;
                    check::equal("the groups", listed(&t).await?, set(["guests"]))
                })
                .await
            }
        ),
        case!(
            "groups/deleted-name-is-free",
            "The name of a deleted group can be used again, for a group without members.",
            evidence =
                Evidence::Assumed { why: "the group of then is gone, with what belonged to it" },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.directory().delete_group("staff").await?;
                create(&t, ["staff"]).await?;
                check::equal("the members", members(&t, "staff").await?, set([]))
            }
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case!(
            "groups/names-of-any-script",
            "Letters, marks, symbols, numbers and punctuation of any script make a name; spaces do not.",
            evidence = CREATE,
            async |t| {
                let names = ["桐生くん", "o'neil-smith", "€uro+1", "a/b:c"];
                create(&t, names).await?;
                check::equal("the groups", listed(&t).await?, set(names))?;
                let spaced = t.directory().create_group(CreateGroup::new("two words")).await;
                check::refused(spaced, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "groups/name-length",
            "A name has 1 to 128 characters.",
            evidence = CREATE,
            async |t| {
                create(&t, ["x".repeat(128).as_str(), "y"]).await?;
                for name in [String::new(), "x".repeat(129)] {
                    let refused = t.directory().create_group(CreateGroup::new(name)).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "groups/names-differ-by-case",
            "Names that differ by case are two groups.",
            evidence = Evidence::Assumed {
                why: "only user names have a setting about case, and it is off by default"
            },
            async |t| {
                create(&t, ["staff", "Staff"]).await?;
                check::equal("the groups", listed(&t).await?, set(["staff", "Staff"]))?;
                let absent = t.directory().group("STAFF").await;
                check::refused(absent, ErrorKind::ResourceNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "groups/validation-texts",
            "What breaks a constraint of a group is named, with its value.",
            evidence = Evidence::Reported {
                note: "the shapes are in the API, the texts by the rule of other members"
            },
            async |t| {
                let long = "x".repeat(129);
                let refused = t.directory().group(&long).await;
                broken(
                    refused,
                    &format!("'{long}' at 'groupName'"),
                    "length less than or equal to 128",
                )?;
                let description = "x".repeat(2049);
                let request = CreateGroup::new("staff").with_description(description.clone());
                let refused = t.directory().create_group(request).await;
                let value = format!("'{description}' at 'description'");
                broken(refused, &value, "length less than or equal to 2048")?;
                let request = UpdateGroup::new("staff").with_role_arn("arn:aws");
                let error = t.directory().update_group(request).await.err();
                let message = error.map(|error| error.message().to_owned()).unwrap_or_default();
                let begins = "2 validation errors detected: Value 'arn:aws' at 'roleArn' failed to \
                              satisfy constraint: Member must have length greater than or equal to \
                              20; Value 'arn:aws' at 'roleArn' failed to satisfy constraint: Member \
                              must satisfy regular expression pattern: arn:";
                check::that(message.starts_with(begins), "the text names both rules for a role")
            }
        ),
    ]
}

fn settings() -> Vec<Case> {
    vec![
        case!(
            "groups/description-length",
            "A description has up to 2048 characters.",
            evidence = CREATE,
            async |t| {
                let request = CreateGroup::new("staff").with_description("x".repeat(2048));
                t.directory().create_group(request).await?;
                let request = CreateGroup::new("guests").with_description("x".repeat(2049));
                let refused = t.directory().create_group(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "groups/precedence-ends",
            "A precedence is 0 to 2147483647, ends included.",
            evidence = CREATE,
            async |t| {
                for (name, precedence) in [("least", 0), ("greatest", 2_147_483_647)] {
                    let request = CreateGroup::new(name).with_precedence(precedence);
                    t.directory().create_group(request).await?;
                    let group = group(&t, name).await?;
                    check::equal("the precedence", group.precedence, Some(precedence))?;
                }
                Ok(())
            }
        ),
        case!(
            "groups/precedence-too-great",
            "A precedence over 2147483647 is refused.",
            evidence = Evidence::Assumed {
                why: "the limit is documented; the class that answers a number beyond its type is not known"
            },
            async |t| {
                let request = CreateGroup::new("staff").with_precedence(2_147_483_648);
                let refused = t.directory().create_group(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "groups/role-is-an-arn",
            "A role that is no ARN is refused, at creation and later.",
            evidence = CREATE,
            async |t| {
                let request = CreateGroup::new("staff").with_role_arn(NO_ROLE);
                let refused = t.directory().create_group(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                create(&t, ["staff"]).await?;
                let request = UpdateGroup::new("staff").with_role_arn(NO_ROLE);
                let refused = t.directory().update_group(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "groups/shared-precedence",
            "Two groups may have the same precedence.",
            evidence = CREATE,
            async |t| {
                for name in ["staff", "guests"] {
                    let request = CreateGroup::new(name).with_precedence(1);
                    t.directory().create_group(request).await?;
                }
                check::equal("the groups", listed(&t).await?, set(["staff", "guests"]))
            }
        ),
    ]
}

fn lists() -> Vec<Case> {
    vec![
        case!(
            "groups/list-empty",
            "A pool without groups has an empty page and no token.",
            evidence = LIST,
            async |t| {
                let page = t.directory().list_groups(ListGroups::new()).await?;
                check::equal("groups", page.groups, vec![])?;
                check::equal("the token", page.next_token, None)
            }
        ),
        case!(
            "groups/list-pages",
            "Pages follow each other by token, show each group once, and the last has no token.",
            evidence = LIST,
            async |t| {
                let names = ["a", "b", "c", "d", "e", "f", "g"];
                create(&t, names).await?;
                let mut seen = Vec::new();
                let mut request = ListGroups::new().with_limit(3);
                loop {
                    let page = t.directory().list_groups(request.clone()).await?;
                    check::that(page.groups.len() <= 3, "a page is no longer than its limit")?;
                    seen.extend(page.groups.into_iter().map(|group| group.name));
                    let Some(token) = page.next_token else { break };
                    request = request.with_next_token(token);
                }
                check::equal("how many", seen.len(), names.len())?;
                check::equal("the groups", seen.into_iter().collect::<BTreeSet<_>>(), set(names))
            }
        ),
        case!(
            "groups/list-shows-what-get-shows",
            "A listed group has the settings and dates of GetGroup.",
            evidence = LIST,
            async |t| {
                let request = CreateGroup::new("staff")
                    .with_description("who works here")
                    .with_precedence(1)
                    .with_role_arn(role("staff"));
                t.directory().create_group(request).await?;
                let page = t.directory().list_groups(ListGroups::new()).await?;
                check::equal("the page", page.groups, vec![group(&t, "staff").await?])
            }
        ),
        case!(
            "groups/streams",
            "The streams of groups, of a user's groups and of a group's users pass the ends of pages.",
            evidence = Evidence::Own {
                promise: "all_groups, all_groups_for_user and all_users_in_group follow the pages"
            },
            async |t| {
                let names = ["a", "b", "c", "d", "e"];
                create(&t, names).await?;
                t.register("alice").await?;
                for name in names {
                    t.directory().add_user_to_group("alice", name).await?;
                }
                for user in ["bob", "carol", "dora"] {
                    t.register(user).await?;
                    t.directory().add_user_to_group(user, "a").await?;
                }
                let directory = t.directory();
                let request = ListGroups::new().with_limit(2);
                let all: Vec<_> = directory.all_groups(request).try_collect().await?;
                check::equal("all groups", group_names(all)?, set(names))?;
                let request = ListGroupsForUser::new("alice").with_limit(2);
                let own: Vec<_> = directory.all_groups_for_user(request).try_collect().await?;
                check::equal("the user's groups", group_names(own)?, set(names))?;
                let request = ListUsersInGroup::new("a").with_limit(1);
                let users: Vec<_> = directory.all_users_in_group(request).try_collect().await?;
                let users: Vec<_> = users.into_iter().map(|user| user.username).collect();
                check::equal("how many", users.len(), 4)?;
                let expected = set(["alice", "bob", "carol", "dora"]);
                check::equal(
                    "the group's users",
                    users.into_iter().collect::<BTreeSet<_>>(),
                    expected,
                )
            }
        ),
        case!(
            "groups/limit-in-range",
            "The lists take limits of 0 and of 60.",
            evidence = LIST,
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                for limit in [0, 60] {
                    lists_with_limit(&t, limit).await.into_iter().collect::<Result<()>>()?;
                }
                Ok(())
            }
        ),
        case!(
            "groups/limit-over-60",
            "A limit over 60 breaks a constraint of every list.",
            evidence = Evidence::Reported {
                note: "the range is in the API, the text by the general rule"
            },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                for refused in lists_with_limit(&t, 61).await {
                    broken(refused, "'61' at 'limit'", "value less than or equal to 60")?;
                }
                Ok(())
            }
        ),
        case!(
            "groups/foreign-token",
            "A token that nobody issued, or another list did, is refused.",
            evidence = Evidence::Assumed { why: "tokens are opaque; class and text are not known" },
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                for user in ["alice", "bob"] {
                    t.register(user).await?;
                    t.directory().add_user_to_group(user, "staff").await?;
                    t.directory().add_user_to_group(user, "guests").await?;
                }
                let directory = t.directory();
                let groups = directory.list_groups(ListGroups::new().with_limit(1)).await?;
                let request = ListUsersInGroup::new("staff").with_limit(1);
                let users = directory.list_users_in_group(request).await?;
                let groups = check::some("a token of the groups", groups.next_token)?;
                let users = check::some("a token of the users", users.pagination_token)?;
                for token in ["Z2FyYmFnZQ", groups.as_str(), users.as_str()] {
                    let request = ListUsersInGroup::new("guests").with_next_token(token);
                    let refused = directory.list_users_in_group(request).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                    let request = ListGroupsForUser::new("alice").with_next_token(token);
                    let refused = directory.list_groups_for_user(request).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                let request = ListGroups::new().with_next_token(users);
                let refused = directory.list_groups(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
    ]
}

/// Creates groups that have nothing but names.
pub(super) async fn create<'a>(
    t: &Trial,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Failure> {
    for name in names {
        t.directory().create_group(CreateGroup::new(name)).await?;
    }
    Ok(())
}

pub(super) fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The names of groups, none of which may stand twice.
pub(super) fn group_names(groups: Vec<Group>) -> Result<BTreeSet<String>, Failure> {
    let count = groups.len();
    let names: BTreeSet<_> = groups.into_iter().map(|group| group.name).collect();
    check::equal("how many groups", count, names.len())?;
    Ok(names)
}

async fn group(t: &Trial, name: &str) -> Result<Group, Failure> {
    t.eventually(async || Ok(t.directory().group(name).await?)).await
}

async fn listed(t: &Trial) -> Result<BTreeSet<String>, Failure> {
    group_names(t.directory().list_groups(ListGroups::new()).await?.groups)
}

/// What the three lists about groups answer to a limit.
async fn lists_with_limit(t: &Trial, limit: u32) -> [Result<()>; 3] {
    let directory = t.directory();
    let for_user = ListGroupsForUser::new("alice").with_limit(limit);
    let users = ListUsersInGroup::new("staff").with_limit(limit);
    [
        directory.list_groups(ListGroups::new().with_limit(limit)).await.map(drop),
        directory.list_groups_for_user(for_user).await.map(drop),
        directory.list_users_in_group(users).await.map(drop),
    ]
}

fn absent<T>(result: Result<T>) -> Result<(), Failure> {
    check::refused(result, ErrorKind::ResourceNotFound, &["Group not found."])?;
    Ok(())
}

/// One constraint was broken: `value` with its member, and the rule after "must have".
fn broken<T>(result: Result<T>, value: &str, rule: &str) -> Result<(), Failure> {
    let text = format!(
        "1 validation error detected: Value {value} failed to satisfy constraint: Member must have \
         {rule}"
    );
    check::refused(result, ErrorKind::InvalidParameter, &[&text])?;
    Ok(())
}
