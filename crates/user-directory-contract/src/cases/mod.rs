//! The cases, one file per topic.

use crate::Case;

/// Declares the files, and the topics besides its own name that the ids in a file may begin with.
macro_rules! files {
    ($($file:ident [$($alias:literal),*],)*) => {
        $(mod $file;)*

        /// Every case, in the order of the files.
        pub(crate) fn all() -> Vec<Case> {
            files().into_iter().flat_map(|(_, _, cases)| cases).collect()
        }

        /// The files with their other topics and their cases.
        fn files() -> Vec<(&'static str, &'static [&'static str], Vec<Case>)> {
            vec![$((stringify!($file), &[$($alias),*], $file::cases()),)*]
        }
    };
}

files! {
    article [],
    account ["confirm"],
    create [],
    register [],
    password ["reset"],
    policy [],
    attributes ["alias"],
    verification ["attributes"],
    alias [],
    custom ["write"],
    usernames [],
    list [],
    search ["list"],
    sign_in ["flow"],
    srp [],
    srp_claims ["srp"],
    existence [],
    secret_hash ["client-secrets"],
    challenge ["session"],
    mfa [],
    mfa_setup ["mfa"],
    mfa_codes ["mfa"],
    mfa_preference ["mfa"],
    software_token ["mfa"],
    refresh [],
    rotation [],
    sign_out ["disable", "delete"],
    revoke [],
    self_service [],
    sign_up [],
    sign_up_attributes ["sign-up"],
    confirm_sign_up ["confirm", "alias"],
    resend [],
    forgot_password ["forgot"],
    confirm_forgot_password ["forgot"],
    change_password [],
    password_history [],
    lockout [],
    own_attributes ["self-service"],
    verify [],
    delete_own [],
    tokens [],
    groups [],
    group_members ["groups"],
    group_claims [],
    auth_events [],
    recorded [],
    published [],
    settings ["pool-settings", "client-settings", "mfa-settings"],
    faults ["register", "create"],
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique() {
        let mut seen = BTreeSet::new();
        for case in all() {
            assert!(seen.insert(case.id()), "{} stands twice", case.id());
        }
    }

    #[test]
    fn ids_begin_with_a_topic_of_their_file() {
        for (file, aliases, cases) in files() {
            let topic = file.replace('_', "-");
            for case in cases {
                let (own, words) = case.id().split_once('/').unwrap_or((case.id(), ""));
                assert!(own == topic || aliases.contains(&own), "{} in {file}.rs", case.id());
                let is_word = |word: &str| {
                    !word.is_empty()
                        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                };
                assert!(words.split('-').all(is_word), "{}", case.id());
            }
        }
    }

    #[test]
    fn sentences_end_and_evidence_names_its_source() {
        for case in all() {
            let about = case.about();
            assert!(about.ends_with('.') && !about.contains('\n'), "{}: {about}", case.id());
            let source = case.evidence().source();
            assert!(!source.trim().is_empty(), "{}", case.id());
            if case.evidence().grade() == crate::Grade::Documented {
                assert!(source.starts_with("https://"), "{}: {source}", case.id());
            }
        }
    }
}
