//! The test of the README in Japanese, to the letter: `readme.rs` compares.

use user_directory::{ErrorKind, Register, UserDirectory as _, UserDirectoryExt as _};
use user_directory_fake::FakeDirectory;

#[tokio::test]
async fn 登録して削除する() -> user_directory::Result<()> {
    let directory = FakeDirectory::new();
    let _ = directory.register(Register::new("kiriukun", "Correct-horse-9")).await?;
    directory.delete_user("kiriukun").await?;
    let error = directory.user("kiriukun").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UserNotFound);
    Ok(())
}
