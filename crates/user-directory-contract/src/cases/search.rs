//! ListUsers: what it shows, where it stops, and filters by their parts.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _};
use user_directory::{
    ErrorKind, Filter, FilterAttribute, ListUsers, Register, UserDirectoryExt as _, UserStatus,
};

use crate::{Case, Evidence, Failure, FixtureUser, Trial, case, check, mailbox, trial::PASSWORD};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html",
};
const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html",
};

pub(crate) fn cases() -> Vec<Case> {
    [attributes_to_get(), filters(), pages()].concat()
}

fn attributes_to_get() -> Vec<Case> {
    vec![
        case!(
            "list/attributes-to-get",
            "A list shows only the attributes that are asked for, and status and dates all the same.",
            evidence = API,
            async |t| {
                registered(&t, "alice", [("name", "Alice"), ("locale", "en")]).await?;
                let request = ListUsers::new().with_attributes_to_get(["name"]);
                let page = t.directory().list_users(request).await?;
                let listed = check::some("the user", page.users.into_iter().next())?;
                let shown: Vec<_> = listed.attributes.iter().map(|(name, _)| name).collect();
                check::equal("the attributes", shown, vec!["name"])?;
                let mut alice = t.directory().user("alice").await?;
                alice.attributes = listed.attributes.clone();
                check::equal("the rest", listed, alice)
            }
        ),
        case!(
            "list/attribute-missing",
            "Asking for an attribute that one of the users lacks is refused.",
            evidence = API,
            async |t| {
                registered(&t, "alice", [("nickname", "al")]).await?;
                t.register("bob").await?;
                let request = ListUsers::new().with_attributes_to_get(["nickname"]);
                let refused = t.directory().list_users(request.clone()).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                let request =
                    request.with_filter(Filter::equal(FilterAttribute::Username, "alice"));
                let page = t.directory().list_users(request).await?;
                check::equal("how many users", page.users.len(), 1)
            }
        ),
        case!(
            "list/no-attributes",
            "An empty list of attributes shows none, and no list shows all.",
            evidence = Evidence::Reported {
                note: "https://github.com/aws/aws-sdk-js/issues/2203, \
                       https://github.com/aws/aws-sdk-js/issues/2570"
            },
            async |t| {
                t.register("alice").await?;
                let none: [&str; 0] = [];
                let request = ListUsers::new().with_attributes_to_get(none);
                let page = t.directory().list_users(request).await?;
                let listed = check::some("the user", page.users.into_iter().next())?;
                check::equal("how many attributes", listed.attributes.iter().count(), 0)?;
                let page = t.directory().list_users(ListUsers::new()).await?;
                let listed = check::some("the user", page.users.into_iter().next())?;
                check::that(listed.sub().is_some(), "without a list the sub is shown")
            }
        ),
        case!(
            "list/attribute-missing-text",
            "The text about an attribute that a user lacks does not name it.",
            evidence = Evidence::Reported { note: "seen in public code, no address: two clients" },
            async |t| {
                t.register("alice").await?;
                let request = ListUsers::new().with_attributes_to_get(["nickname"]);
                let refused = t.directory().list_users(request).await;
                let text = "One or more requested attributes do not exist.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn filters() -> Vec<Case> {
    vec![
        case!(
            "list/filter-ignores-case",
            "A filter finds addresses and names in any case.",
            evidence = Evidence::Assumed {
                why: "the developer guide contradicts itself; users of an emulator report it"
            },
            async |t| {
                registered(&t, "alice", [("given_name", "Ann")]).await?;
                for filter in [
                    Filter::equal(FilterAttribute::GivenName, "aNN"),
                    Filter::prefix(FilterAttribute::GivenName, "an"),
                ] {
                    let page =
                        t.directory().list_users(ListUsers::new().with_filter(filter)).await?;
                    check::equal("how many users", page.users.len(), 1)?;
                }
                Ok(())
            }
        ),
        case!(
            "list/filter-prefix-of-attributes",
            "^= finds the beginning of names, phone numbers and preferred user names, and = does not.",
            evidence = GUIDE,
            async |t| {
                let attributes = [
                    (FilterAttribute::Name, "Alice Liddell"),
                    (FilterAttribute::GivenName, "Alice"),
                    (FilterAttribute::FamilyName, "Liddell"),
                    (FilterAttribute::PreferredUsername, "alice-l"),
                    (FilterAttribute::PhoneNumber, "+15555550100"),
                ];
                let own = attributes.map(|(attribute, value)| (attribute.name(), value));
                registered(&t, "alice", own).await?;
                registered(&t, "bob", [("name", "Not Alice"), ("phone_number", "+25555550100")])
                    .await?;
                for (attribute, value) in attributes {
                    let begins = &value[..4];
                    found(&t, Filter::prefix(attribute, begins), &["alice"]).await?;
                    found(&t, Filter::prefix(attribute, value), &["alice"]).await?;
                    found(&t, Filter::equal(attribute, begins), &[]).await?;
                    found(&t, Filter::prefix(attribute, &value[1..]), &[]).await?;
                }
                Ok(())
            }
        ),
        case!(
            "list/filter-prefix-of-a-status",
            "^= finds the beginning of a status.",
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                let invited = user_directory::CreateUser::new("bob");
                t.directory().create_user(invited).await?;
                let filter = Filter::prefix(FilterAttribute::UserStatus, "CONF");
                found(&t, filter, &["alice"]).await?;
                let filter = Filter::prefix(FilterAttribute::UserStatus, "FORCE_");
                found(&t, filter, &["bob"]).await
            }
        ),
        case!(
            "list/filter-by-name-and-case",
            "A search for a user name in another case finds nobody where names differ by case.",
            evidence = Evidence::Assumed {
                why: "the guide says both, that such searches heed case and that none does"
            },
            async |t| {
                t.register("alice").await?;
                found(&t, Filter::equal(FilterAttribute::Username, "ALICE"), &[]).await?;
                found(&t, Filter::equal(FilterAttribute::Username, "alice"), &["alice"]).await
            }
        ),
        case!(
            "list/filter-by-status-and-case",
            "A search for a status finds it in any case.",
            evidence = Evidence::Assumed {
                why: "the guide says so, and on the same page otherwise of all searches"
            },
            async |t| {
                t.register("alice").await?;
                found(&t, Filter::equal(FilterAttribute::UserStatus, "confirmed"), &["alice"]).await
            }
        ),
        case!(
            "list/filter-prefix-of-a-sub",
            "^= finds the beginning of a sub.",
            evidence = Evidence::Assumed { why: "the guide names no exception" },
            async |t| {
                let alice = t.register("alice").await?;
                let sub = check::some("the sub", alice.sub())?;
                found(&t, Filter::prefix(FilterAttribute::Sub, &sub[..13]), &["alice"]).await
            }
        ),
        case!(
            "list/filter-finds-every-holder",
            "A search by e-mail address finds all who have it, verified or not.",
            evidence = Evidence::Reported {
                note: "the developer guide, on searching by attributes, by its sense"
            },
            async |t| {
                for (name, verified) in [("alice", "true"), ("bob", "false"), ("carol", "true")] {
                    let attributes =
                        [("email", mailbox("shared")), ("email_verified", verified.to_owned())];
                    let request = Register::new(name, PASSWORD).with_attributes(attributes);
                    t.register_with(request).await?;
                }
                let filter = Filter::equal(FilterAttribute::Email, mailbox("shared"));
                found(&t, filter, &["alice", "bob", "carol"]).await
            }
        ),
        case!(
            "list/typed-filter-finds-what-was-typed",
            "A Filter finds the value as it is, with marks and backslashes, and nothing else.",
            evidence = Evidence::Own { promise: "Filter escapes whatever a user typed" },
            async |t| {
                let typed = ["a\"b", "a\\b", "\"", "\\", "x\" or name ^= \"", "a\\\"b"];
                for (number, value) in typed.into_iter().enumerate() {
                    registered(&t, &format!("user{number}"), [("name", value)]).await?;
                }
                for (number, value) in typed.into_iter().enumerate() {
                    let name = format!("user{number}");
                    let filter = Filter::equal(FilterAttribute::Name, value);
                    found(&t, filter, &[name.as_str()]).await?;
                }
                let filter = Filter::prefix(FilterAttribute::Name, "a\"");
                found(&t, filter, &["user0"]).await
            }
        ),
        case!(
            "list/filter-length",
            "A filter has at most 256 characters.",
            evidence = API,
            async |t| {
                t.register("alice").await?;
                let longest = format!("name = \"{}\"", "x".repeat(256 - 9));
                let page = t.directory().list_users(ListUsers::new().with_filter(longest)).await?;
                check::equal("how many users", page.users.len(), 0)?;
                let longer = format!("name = \"{}\"", "x".repeat(257 - 9));
                let refused = t.directory().list_users(ListUsers::new().with_filter(longer)).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
    ]
}

fn pages() -> Vec<Case> {
    vec![
        case!(
            "list/limit-in-range",
            "A list takes limits of 0 and of 60.",
            evidence = API,
            async |t| {
                t.register("alice").await?;
                for limit in [0, 60] {
                    t.directory().list_users(ListUsers::new().with_limit(limit)).await?;
                }
                Ok(())
            }
        ),
        case!(
            "list/at-most-60",
            "A page that asks for no limit has 60 users at most, and a token where there are more.",
            needs = [Fixtures],
            evidence = API,
            async |t| {
                for number in 0..61 {
                    t.put_user(FixtureUser::new(format!("user{number}"), UserStatus::Confirmed))
                        .await;
                }
                let page = t.directory().list_users(ListUsers::new()).await?;
                check::that(page.users.len() <= 60, "there are 60 users at most")?;
                check::that(page.pagination_token.is_some(), "there is a token")
            }
        ),
        case!(
            "list/short-pages",
            "A short page that has a token is not the end of a search through many users.",
            needs = [Fixtures],
            evidence = API,
            async |t| {
                let matches = many(&t).await;
                let filter = Filter::equal(FilterAttribute::FamilyName, "Rare");
                let mut request = ListUsers::new().with_filter(filter);
                let mut seen = Vec::new();
                loop {
                    let page = t.directory().list_users(request.clone()).await?;
                    seen.extend(page.users.into_iter().map(|user| user.username));
                    let Some(token) = page.pagination_token else { break };
                    request = request.with_pagination_token(token);
                }
                check::equal("how many", seen.len(), matches.len())?;
                check::equal("the users", seen.into_iter().collect::<BTreeSet<_>>(), matches)
            }
        ),
        case!(
            "list/stream-passes-short-pages",
            "The stream of all users goes on after a short page that has a token.",
            needs = [Fixtures],
            evidence =
                Evidence::Own { promise: "all_users ends where there is no token, and not before" },
            async |t| {
                let matches = many(&t).await;
                let filter = Filter::prefix(FilterAttribute::FamilyName, "Rar");
                let directory = t.directory();
                let request = ListUsers::new().with_filter(filter);
                let users: Vec<_> = directory.all_users(request).try_collect().await?;
                check::equal("how many", users.len(), matches.len())?;
                let seen: BTreeSet<_> = users.into_iter().map(|user| user.username).collect();
                check::equal("the users", seen, matches)
            }
        ),
        case!(
            "list/stream-from-a-token",
            "The stream of all users begins where a request's token says.",
            evidence = Evidence::Own { promise: "all_users goes on from the request's token" },
            async |t| {
                for name in ["alice", "bob", "carol", "dora"] {
                    t.register(name).await?;
                }
                let directory = t.directory();
                let request = ListUsers::new().with_limit(1);
                let first = directory.list_users(request.clone()).await?;
                let token = check::some("a token", first.pagination_token)?;
                let rest = directory.all_users(request.with_pagination_token(token));
                let rest: Vec<_> = rest.try_collect().await?;
                check::equal("how many are left", rest.len(), 3)?;
                let shown = first.users.into_iter().next();
                check::that(
                    !rest.iter().any(|user| Some(user) == shown.as_ref()),
                    "none stands twice",
                )
            }
        ),
        case!(
            "list/stream-ends-after-an-error",
            "The stream of all users gives an error once, and ends.",
            evidence = Evidence::Own { promise: "after an error the stream ends" },
            async |t| {
                t.register("alice").await?;
                let directory = t.directory();
                let mut users = directory.all_users(ListUsers::new().with_filter("nonsense"));
                let first = check::some("the error", users.next().await)?;
                check::refused(first, ErrorKind::InvalidParameter, &[])?;
                check::that(users.next().await.is_none(), "nothing follows the error")
            }
        ),
    ]
}

/// More users than a search without an index looks through at once, some of them, who are brought,
/// with a family name that is rare; fewer than a page takes.
async fn many(t: &Trial) -> BTreeSet<String> {
    let mut matches = BTreeSet::new();
    for number in 0..1500 {
        let name = format!("user{number}");
        let mut user = FixtureUser::new(&name, UserStatus::Confirmed);
        if number % 50 == 0 {
            user = user.with_attributes([("family_name", "Rare")]);
            matches.insert(name);
        }
        t.put_user(user).await;
    }
    matches
}

async fn registered<const COUNT: usize>(
    t: &Trial,
    name: &str,
    attributes: [(&str, &str); COUNT],
) -> Result<(), Failure> {
    t.register_with(Register::new(name, PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

async fn found(t: &Trial, filter: Filter, expected: &[&str]) -> Result<(), Failure> {
    let expected: BTreeSet<_> = expected.iter().map(|name| (*name).to_owned()).collect();
    t.eventually(async || {
        let page = t.directory().list_users(ListUsers::new().with_filter(filter.clone())).await?;
        let names: BTreeSet<_> = page.users.into_iter().map(|user| user.username).collect();
        check::equal(&filter.to_string(), names, expected.clone())
    })
    .await
}
