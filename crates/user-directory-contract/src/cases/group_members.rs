//! Who is in which group.

use std::{collections::BTreeSet, time::Duration};

use user_directory::{
    CreateUser, ErrorKind, ListGroupsForUser, ListUsersInGroup, MessageAction, Register,
};

use super::{
    groups::{create, group_names, set},
    refresh::refused_as_one_of,
};
use crate::{Case, Evidence, Failure, PoolProfile, Trial, case, check, mailbox, trial::PASSWORD};

const ADD: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html",
};
const REMOVE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html",
};
const USERS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html",
};
const GROUPS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html",
};

/// Long enough for a role, and none.
pub(super) const NO_ROLE: &str = "not the ARN of any role at all";

/// The ARN of a role, which need not exist.
pub(super) fn role(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "groups/members",
            "A member stands in the group's list and the group in the member's, and nobody else does.",
            evidence = ADD,
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                t.register("alice").await?;
                t.register("bob").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.eventually(async || {
                    check::equal("the members", members(&t, "staff").await?, set(["alice"]))?;
                    check::equal("her groups", groups_of(&t, "alice").await?, set(["staff"]))?;
                    check::equal("other members", members(&t, "guests").await?, set([]))?;
                    check::equal("his groups", groups_of(&t, "bob").await?, set([]))
                })
                .await
            }
        ),
        case!(
            "groups/add-twice",
            "Adding a member again is no error, and makes no second membership.",
            evidence =
                Evidence::Reported { note: "emulators agree; the API names no error for it" },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                check::equal("the members", members(&t, "staff").await?, set(["alice"]))?;
                t.directory().remove_user_from_group("alice", "staff").await?;
                check::equal("the members then", members(&t, "staff").await?, set([]))
            }
        ),
        case!(
            "groups/remove",
            "Removing ends one membership, and leaves the user's others and those of others.",
            evidence = REMOVE,
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                for user in ["alice", "bob"] {
                    t.register(user).await?;
                    t.directory().add_user_to_group(user, "staff").await?;
                    t.directory().add_user_to_group(user, "guests").await?;
                }
                t.directory().remove_user_from_group("alice", "staff").await?;
                t.eventually(async || {
                    check::equal("her groups", groups_of(&t, "alice").await?, set(["guests"]))?;
                    check::equal("the members", members(&t, "staff").await?, set(["bob"]))?;
                    let expected = set(["staff", "guests"]);
                    check::equal("his groups", groups_of(&t, "bob").await?, expected)
                })
                .await
            }
        ),
        case!(
            "groups/remove-nobody",
            "Removing a user who is no member is no error.",
            evidence =
                Evidence::Reported { note: "emulators agree; the API names no error for it" },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                t.register("bob").await?;
                t.directory().add_user_to_group("bob", "staff").await?;
                t.directory().remove_user_from_group("alice", "staff").await?;
                check::equal("the members", members(&t, "staff").await?, set(["bob"]))
            }
        ),
        case!(
            "groups/by-alias",
            "Where a user name is taken an alias is, and the lists have the real name.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                create(&t, ["staff"]).await?;
                let attributes = [("email", mailbox("a")), ("email_verified", "true".into())];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                t.register_with(request).await?;
                t.directory().add_user_to_group(&mailbox("a"), "staff").await?;
                t.eventually(async || {
                    check::equal("the members", members(&t, "staff").await?, set(["alice"]))?;
                    let groups = groups_of(&t, &mailbox("a")).await?;
                    check::equal("the groups", groups, set(["staff"]))
                })
                .await?;
                t.directory().remove_user_from_group(&mailbox("a"), "staff").await?;
                t.eventually(async || {
                    check::equal("the members then", members(&t, "staff").await?, set([]))
                })
                .await
            }
        ),
        case!(
            "groups/unknown-user",
            "Every operation about a member refuses a user who does not exist.",
            evidence = Evidence::Reported {
                note: "UserNotFoundException is in the API's lists; the text is that of other operations"
            },
            async |t| {
                create(&t, ["staff"]).await?;
                let directory = t.directory();
                for refused in [
                    directory.add_user_to_group("alice", "staff").await,
                    directory.remove_user_from_group("alice", "staff").await,
                    directory.list_groups_for_user(ListGroupsForUser::new("alice")).await.map(drop),
                ] {
                    check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                }
                Ok(())
            }
        ),
        case!(
            "groups/user-and-group-missing",
            "Where neither the user nor the group exists, one of them is told.",
            evidence = Evidence::Assumed {
                why: "both are in the API's list; which comes first is not known"
            },
            async |t| {
                let refused = t.directory().add_user_to_group("nobody", "nothing").await;
                refused_as_one_of(
                    refused,
                    &[ErrorKind::UserNotFound, ErrorKind::ResourceNotFound],
                )?;
                let refused = t.directory().remove_user_from_group("nobody", "nothing").await;
                refused_as_one_of(refused, &[ErrorKind::UserNotFound, ErrorKind::ResourceNotFound])
            }
        ),
        case!(
            "groups/deleted-user-leaves",
            "A deleted user is in no group, and who gets the name next is in none either.",
            evidence = Evidence::Assumed { why: "memberships belong to the user, not to the name" },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.directory().delete_user("alice").await?;
                t.eventually(async || {
                    check::equal("the members", members(&t, "staff").await?, set([]))
                })
                .await?;
                t.register("alice").await?;
                check::equal("the groups", groups_of(&t, "alice").await?, set([]))?;
                check::equal("the members then", members(&t, "staff").await?, set([]))
            }
        ),
        case!(
            "groups/deleted-group-leaves-its-members",
            "The members of a deleted group stay users, and keep their other groups.",
            evidence = Evidence::Assumed { why: "the API's text speaks of the group alone" },
            async |t| {
                create(&t, ["staff", "guests"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.directory().add_user_to_group("alice", "guests").await?;
                t.directory().delete_group("staff").await?;
                t.eventually(async || {
                    check::equal("the groups", groups_of(&t, "alice").await?, set(["guests"]))
                })
                .await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "groups/disabled-members",
            "A disabled user stays a member, and is listed as disabled.",
            evidence = Evidence::Assumed { why: "it is documented for the list of all users" },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                t.directory().disable_user("alice").await?;
                let page =
                    t.directory().list_users_in_group(ListUsersInGroup::new("staff")).await?;
                let member = check::some("the member", page.users.into_iter().next())?;
                check::that(!member.enabled, "the member is disabled")
            }
        ),
        case!(
            "groups/users-in-any-status",
            "A user who has not signed in yet can be a member.",
            evidence = Evidence::Assumed { why: "the API asks for no status" },
            async |t| {
                create(&t, ["staff"]).await?;
                let request = CreateUser::new("alice").with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                check::equal("the members", members(&t, "staff").await?, set(["alice"]))
            }
        ),
        case!(
            "groups/users-show-what-get-shows",
            "A listed member has the attributes, status and dates of AdminGetUser.",
            evidence = USERS,
            async |t| {
                create(&t, ["staff"]).await?;
                let attributes = [("name", "Alice"), ("locale", "en")];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                t.register_with(request).await?;
                t.directory().add_user_to_group("alice", "staff").await?;
                let page =
                    t.directory().list_users_in_group(ListUsersInGroup::new("staff")).await?;
                check::equal("the members", page.users, vec![t.directory().user("alice").await?])
            }
        ),
        case!(
            "groups/user-pages",
            "Pages of a group's users follow each other by token, and the last has none.",
            evidence = USERS,
            async |t| {
                create(&t, ["staff"]).await?;
                let names = ["alice", "bob", "carol", "dora", "eve"];
                for name in names {
                    t.register(name).await?;
                    t.directory().add_user_to_group(name, "staff").await?;
                }
                let mut seen = Vec::new();
                let mut request = ListUsersInGroup::new("staff").with_limit(2);
                loop {
                    let page = t.directory().list_users_in_group(request.clone()).await?;
                    check::that(page.users.len() <= 2, "a page is no longer than its limit")?;
                    seen.extend(page.users.into_iter().map(|user| user.username));
                    let Some(token) = page.pagination_token else { break };
                    request = request.with_next_token(token);
                }
                check::equal("how many", seen.len(), names.len())?;
                check::equal("the users", seen.into_iter().collect::<BTreeSet<_>>(), set(names))
            }
        ),
        case!(
            "groups/pages-of-a-user",
            "Pages of a user's groups follow each other by token, and the last has none.",
            evidence = GROUPS,
            async |t| {
                let names = ["a", "b", "c", "d", "e"];
                create(&t, names).await?;
                t.register("alice").await?;
                for name in names {
                    t.directory().add_user_to_group("alice", name).await?;
                }
                let mut seen = Vec::new();
                let mut request = ListGroupsForUser::new("alice").with_limit(2);
                loop {
                    let page = t.directory().list_groups_for_user(request.clone()).await?;
                    check::that(page.groups.len() <= 2, "a page is no longer than its limit")?;
                    seen.extend(page.groups);
                    let Some(token) = page.next_token else { break };
                    request = request.with_next_token(token);
                }
                check::equal("the groups", group_names(seen)?, set(names))
            }
        ),
        case!(
            "groups/at-most-100-of-a-user",
            "A user is in at most 100 groups.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"
            },
            async |t| {
                t.register("alice").await?;
                let names: Vec<_> = (0..101).map(|number| format!("group{number}")).collect();
                create(&t, names.iter().map(String::as_str)).await?;
                for name in &names[..100] {
                    t.directory().add_user_to_group("alice", name).await?;
                }
                let refused = t.directory().add_user_to_group("alice", &names[100]).await;
                let kinds = [ErrorKind::InvalidParameter, ErrorKind::LimitExceeded];
                refused_as_one_of(refused, &kinds)?;
                t.directory().add_user_to_group("alice", &names[99]).await?;
                t.directory().remove_user_from_group("alice", &names[0]).await?;
                t.directory().add_user_to_group("alice", &names[100]).await?;
                Ok(())
            }
        ),
        case!(
            "groups/user-dates-stay",
            "A membership does not move the user's dates.",
            needs = [Clock],
            evidence = Evidence::Assumed {
                why: "the date is of attributes, password and status; nobody is known to have looked"
            },
            async |t| {
                create(&t, ["staff"]).await?;
                t.register("alice").await?;
                let alice = t.directory().user("alice").await?;
                t.advance(Duration::from_secs(60)).await;
                t.directory().add_user_to_group("alice", "staff").await?;
                check::equal("the user", t.directory().user("alice").await?, alice.clone())?;
                t.directory().remove_user_from_group("alice", "staff").await?;
                check::equal("the user then", t.directory().user("alice").await?, alice)
            }
        ),
    ]
}

/// The names of a group's users, none of whom may stand twice.
pub(super) async fn members(t: &Trial, group: &str) -> Result<BTreeSet<String>, Failure> {
    let users = t.directory().list_users_in_group(ListUsersInGroup::new(group)).await?.users;
    let count = users.len();
    let names: BTreeSet<_> = users.into_iter().map(|user| user.username).collect();
    check::equal("how many members", count, names.len())?;
    Ok(names)
}

async fn groups_of(t: &Trial, username: &str) -> Result<BTreeSet<String>, Failure> {
    let request = ListGroupsForUser::new(username);
    group_names(t.directory().list_groups_for_user(request).await?.groups)
}
