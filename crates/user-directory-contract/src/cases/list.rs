//! ListUsers.

use std::{collections::BTreeSet, time::Duration};

use futures_util::TryStreamExt as _;
use user_directory::{ErrorKind, ListUsers, Register, UserDirectoryExt as _, UserPage};

use crate::{
    Case, Evidence, Failure, PoolProfile, case, check, mailbox,
    trial::{PASSWORD, Trial},
};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html",
};
const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "list/pages",
            "Pages follow each other by token, show each user once, and the last has no token.",
            evidence = API,
            async |t| {
                let names = crowd(&t, 7).await?;
                let mut seen = Vec::new();
                let mut request = ListUsers::new().with_limit(3);
                loop {
                    let page = t.directory().list_users(request.clone()).await?;
                    check::that(page.users.len() <= 3, "a page is no longer than its limit")?;
                    seen.extend(page.users.into_iter().map(|user| user.username));
                    let Some(token) = page.pagination_token else { break };
                    request = request.with_pagination_token(token);
                }
                check::equal("how many", seen.len(), 7)?;
                check::equal("the users", seen.into_iter().collect::<BTreeSet<_>>(), names)
            }
        ),
        case!(
            "list/stream",
            "The stream of all users shows each once.",
            evidence = Evidence::Own { promise: "all_users follows the pages to their end" },
            async |t| {
                let names = crowd(&t, 5).await?;
                let directory = t.directory();
                let users: Vec<_> =
                    directory.all_users(ListUsers::new().with_limit(2)).try_collect().await?;
                let seen: BTreeSet<_> = users.into_iter().map(|user| user.username).collect();
                check::equal("the users", seen, names)
            }
        ),
        case!(
            "list/empty-pool",
            "A pool without users has an empty page and no token.",
            evidence = API,
            async |t| {
                let page = t.directory().list_users(ListUsers::new()).await?;
                check::equal("users", page.users.len(), 0)?;
                check::equal("the token", page.pagination_token, None)
            }
        ),
        case!(
            "list/shows-what-get-shows",
            "A listed user has the attributes, status and dates of AdminGetUser.",
            evidence = API,
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("name", "Alice"), ("locale", "en")]);
                t.register_with(request).await?;
                t.directory().disable_user("alice").await?;
                let page = t.directory().list_users(ListUsers::new()).await?;
                let listed = check::some("the user", page.users.into_iter().next())?;
                check::equal("the user", listed, t.directory().user("alice").await?)
            }
        ),
        case!(
            "list/filter-exact-and-prefix",
            "= finds a value, ^= finds a prefix, and an empty filter finds all.",
            evidence = GUIDE,
            async |t| {
                for (name, email) in [("ann", "a1"), ("anna", "a2"), ("bob", "b1")] {
                    let request =
                        Register::new(name, PASSWORD).with_attributes([("email", mailbox(email))]);
                    t.register_with(request).await?;
                }
                found(&t, "username = \"ann\"", &["ann"]).await?;
                found(&t, "username ^= \"ann\"", &["ann", "anna"]).await?;
                found(&t, &format!("email = \"{}\"", mailbox("b1")), &["bob"]).await?;
                found(&t, "email ^= \"success+a\"", &["ann", "anna"]).await?;
                found(&t, "email=\"nobody@example.com\"", &[]).await?;
                found(&t, "", &["ann", "anna", "bob"]).await
            }
        ),
        case!(
            "list/filter-by-attributes",
            "Names, phone number, preferred user name and sub can be searched.",
            evidence = GUIDE,
            async |t| {
                let attributes = [
                    ("name", "Alice Liddell"),
                    ("given_name", "Alice"),
                    ("family_name", "Liddell"),
                    ("preferred_username", "al"),
                    ("phone_number", "+15555550100"),
                ];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                let alice = t.register_with(request).await?;
                t.register("bob").await?;
                for (name, value) in attributes {
                    found(&t, &format!("{name} = \"{value}\""), &["alice"]).await?;
                }
                let sub = check::some("the sub", alice.sub())?;
                found(&t, &format!("sub = \"{sub}\""), &["alice"]).await
            }
        ),
        case!(
            "list/filter-by-status",
            "cognito:user_status finds a status, status finds enabled and disabled users.",
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                t.register("bob").await?;
                t.directory().create_user(user_directory::CreateUser::new("carol")).await?;
                t.directory().disable_user("bob").await?;
                found(&t, "cognito:user_status = \"CONFIRMED\"", &["alice", "bob"]).await?;
                found(&t, "cognito:user_status = \"FORCE_CHANGE_PASSWORD\"", &["carol"]).await?;
                found(&t, "status = \"Enabled\"", &["alice", "carol"]).await?;
                found(&t, "status = \"Disabled\"", &["bob"]).await
            }
        ),
        case!(
            "list/filter-follows-changes",
            "A filter finds the values of now, not those of before.",
            evidence = API,
            async |t| {
                let request =
                    Register::new("alice", PASSWORD).with_attributes([("name", "before")]);
                t.register_with(request).await?;
                let attributes = [("name", "after")];
                let request = user_directory::UpdateUserAttributes::new("alice", attributes);
                t.directory().update_user_attributes(request).await?;
                found(&t, "name = \"before\"", &[]).await?;
                found(&t, "name = \"after\"", &["alice"]).await?;
                t.directory().delete_user("alice").await?;
                found(&t, "name = \"after\"", &[]).await
            }
        ),
        case!(
            "list/filter-escapes",
            "A quotation mark inside a value is escaped with a backslash.",
            evidence = GUIDE,
            async |t| {
                let request =
                    Register::new("alice", PASSWORD).with_attributes([("name", "the \"one\"")]);
                t.register_with(request).await?;
                found(&t, "name = \"the \\\"one\\\"\"", &["alice"]).await
            }
        ),
        case!(
            "list/filter-pages",
            "Pages of a filter show each match once.",
            evidence = API,
            async |t| {
                for number in 0..5 {
                    let request = Register::new(format!("user{number}"), PASSWORD).with_attributes(
                        [("family_name", if number == 2 { "Other" } else { "Same" })],
                    );
                    t.register_with(request).await?;
                }
                let request = ListUsers::new().with_filter("family_name = \"Same\"").with_limit(3);
                let first = t.directory().list_users(request.clone()).await?;
                let token = check::some("a token", first.pagination_token.clone())?;
                let second = t.directory().list_users(request.with_pagination_token(token)).await?;
                let mut seen = names(first);
                seen.extend(names(second));
                let expected = ["user0", "user1", "user3", "user4"].map(str::to_owned);
                check::equal("the users", seen, BTreeSet::from(expected))
            }
        ),
        case!(
            "list/filter-syntax",
            "A filter that cannot be parsed is refused.",
            evidence = Evidence::Reported { note: "two emulators, with and without the full stop" },
            async |t| {
                for filter in ["username", "username = alice", "username = \"a", "= \"a\""] {
                    let refused =
                        t.directory().list_users(ListUsers::new().with_filter(filter)).await;
                    let texts = ["Error while parsing filter.", "Error while parsing filter"];
                    check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                }
                Ok(())
            }
        ),
        case!(
            "list/filter-attribute",
            "Custom attributes and others outside the list cannot be searched.",
            evidence = GUIDE,
            async |t| {
                for filter in ["custom:role = \"a\"", "nickname = \"a\""] {
                    let refused =
                        t.directory().list_users(ListUsers::new().with_filter(filter)).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "list/filter-attribute-text",
            "The text about an attribute that cannot be searched names it.",
            evidence = Evidence::Reported { note: "one emulator" },
            async |t| {
                let request = ListUsers::new().with_filter("nickname = \"a\"");
                let refused = t.directory().list_users(request).await;
                let text = "Invalid search attribute: nickname";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "list/filter-of-two",
            "A filter searches one attribute, not two.",
            evidence = GUIDE,
            async |t| {
                let filter = "name = \"a\" and given_name = \"a\"";
                let refused = t.directory().list_users(ListUsers::new().with_filter(filter)).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "list/limit-over-60",
            "A limit over 60 breaks a constraint.",
            evidence = Evidence::Reported {
                note: "the range is in the API, the text by the general rule"
            },
            async |t| {
                let refused = t.directory().list_users(ListUsers::new().with_limit(61)).await;
                let text = "1 validation error detected: Value '61' at 'limit' failed to satisfy \
                            constraint: Member must have value less than or equal to 60";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "list/token-life",
            "A pagination token dies after an hour, and works only with its own filter.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                crowd(&t, 3).await?;
                let request = ListUsers::new().with_limit(1);
                let page = t.directory().list_users(request.clone()).await?;
                let token = check::some("a token", page.pagination_token)?;
                let request = request.with_pagination_token(token);
                let other = request.clone().with_filter("username ^= \"user\"");
                let refused = t.directory().list_users(other).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                t.advance(Duration::from_secs(59 * 60)).await;
                t.directory().list_users(request.clone()).await?;
                t.advance(Duration::from_secs(2 * 60)).await;
                let refused = t.directory().list_users(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "list/garbage-token",
            "A pagination token that nobody issued is refused.",
            evidence = Evidence::Assumed { why: "the token is opaque; the text is not known" },
            async |t| {
                let request = ListUsers::new().with_pagination_token("Z2FyYmFnZQ");
                let refused = t.directory().list_users(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "list/username-is-the-real-name",
            "The filter on username finds real names, not aliases.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
            },
            async |t| {
                let request = Register::new("alice", PASSWORD).with_attributes([
                    ("email", mailbox("alice")),
                    ("email_verified", "true".into()),
                ]);
                t.register_with(request).await?;
                found(&t, &format!("username = \"{}\"", mailbox("alice")), &[]).await?;
                found(&t, &format!("email = \"{}\"", mailbox("alice")), &["alice"]).await
            }
        ),
    ]
}

async fn crowd(t: &Trial, count: usize) -> Result<BTreeSet<String>, Failure> {
    let mut names = BTreeSet::new();
    for number in 0..count {
        let name = format!("user{number}");
        t.register(&name).await?;
        names.insert(name);
    }
    Ok(names)
}

async fn found(t: &Trial, filter: &str, expected: &[&str]) -> Result<(), Failure> {
    let expected: BTreeSet<_> = expected.iter().map(|name| (*name).to_owned()).collect();
    t.eventually(async || {
        let page = t.directory().list_users(ListUsers::new().with_filter(filter)).await?;
        check::equal(filter, names(page), expected.clone())
    })
    .await
}

fn names(page: UserPage) -> BTreeSet<String> {
    page.users.into_iter().map(|user| user.username).collect()
}
