//! The fixture of the documentation, as a file.

use user_directory::{
    Authentication as _, ErrorKind, ListGroupsForUser, SignIn, UserDirectory as _, UserStatus,
};
use user_directory_fake::Fake;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/pool.json");
const DOCUMENTED: &str = include_str!("../../../crates/user-directory-fake/FIXTURES.md");

#[test]
fn the_documentation_shows_the_file() {
    let fixture = std::fs::read_to_string(FIXTURE).expect("the fixture is there");
    assert!(DOCUMENTED.contains(&format!("```json\n{fixture}```")));
}

#[tokio::test]
async fn a_fake_starts_as_the_file_says() {
    let fake = Fake::from_fixture_file(FIXTURE).expect("the fixture is good");
    let directory = fake.directory();
    assert_eq!(directory.client().pool_id, "local-fake-1_Example01");
    assert_eq!(directory.client().client_id, "1example2client3id4");

    let alice = directory.user("alice").await.expect("it is in the fixture");
    assert_eq!(alice.sub(), Some("825d8d71-f582-4d9a-a35f-0123456789ab"));
    assert_eq!(alice.attributes.get("email_verified"), Some("true"));
    let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await;
    assert!(outcome.expect("alice may").tokens().is_some());

    let groups = directory.list_groups_for_user(ListGroupsForUser::new("alice")).await;
    let names: Vec<_> =
        groups.expect("it is in the fixture").groups.into_iter().map(|g| g.name).collect();
    assert_eq!(names, ["admins"]);

    let outcome = directory.sign_in(SignIn::new("bob", "Temporary-1")).await;
    assert!(outcome.expect("bob is asked").challenge().is_some());

    let carol = directory.user("carol").await.expect("it is in the fixture");
    assert_eq!(carol.status, UserStatus::ResetRequired);
    assert!(!carol.enabled);
    let error = directory.sign_in(SignIn::new("carol", "anything-9-A")).await;
    assert_eq!(error.expect_err("refused").kind(), ErrorKind::NotAuthorized);
}
