use std::io;

/// Compares a text that a test generates with what stands in the repository. `UPDATE_README=1`
/// writes it anew.
///
/// # Panics
///
/// It is out of date, or cannot be written.
pub fn is_current(test: &str, found: &str, text: &str, write: impl FnOnce() -> io::Result<()>) {
    if std::env::var_os("UPDATE_README").is_some() {
        write().expect("the file can be written");
        return;
    }
    assert!(
        found == text,
        "out of date, run: UPDATE_README=1 cargo test -p offline-tests --test {test}"
    );
}
