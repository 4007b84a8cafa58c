//! The README's example, to the letter: `readme.rs` compares.

use user_directory::{AuthOutcome, CreateUser, Result, SignIn, UserDirectory};
use user_directory_fake::FakeDirectory;

async fn may_enter(directory: &dyn UserDirectory, name: &str, password: &str) -> Result<bool> {
    let outcome = directory.sign_in(SignIn::new(name, password)).await?;
    Ok(matches!(outcome, AuthOutcome::Tokens(_)))
}

#[tokio::test]
async fn a_temporary_password_does_not_enter() -> Result<()> {
    let directory = FakeDirectory::new();
    directory.create_user(CreateUser::new("alice").with_temporary_password("Temporary-1")).await?;
    assert!(!may_enter(&directory, "alice", "Temporary-1").await?);
    Ok(())
}
