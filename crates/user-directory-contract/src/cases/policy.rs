//! The password policy.

use user_directory::{CreateUser, ErrorKind, SetUserPassword};

use crate::{Case, Evidence, Failure, PasswordPolicy, PoolProfile, case, check, trial::Trial};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "policy/too-short",
            "A password under the minimal length is refused for its length first.",
            evidence = Evidence::Documented { url: "https://github.com/Liftric/cognito-idp" },
            async |t| { refused(&t, "Short", "Password not long enough").await }
        ),
        case!(
            "policy/default-length",
            "Where the pool says nothing, eight characters are enough and seven are not.",
            evidence =
                Evidence::Reported { note: "aws-amplify/amplify-js#12906, a pool's description" },
            async |t| {
                refused(&t, "Aa1!Aa1", "Password not long enough").await?;
                let request = SetUserPassword::permanent("alice", "Aa1!Aa1!");
                t.directory().set_user_password(request).await?;
                Ok(())
            }
        ),
        case!(
            "policy/greatest-length",
            "A policy may ask for 99 characters.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_password_policy(PasswordPolicy::length_only(99))),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html"
            },
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password("a".repeat(99));
                t.directory().create_user(request).await?;
                refused(&t, &"a".repeat(98), "Password not long enough").await
            }
        ),
        case!(
            "policy/lower-case",
            "A password without lower case is refused.",
            evidence = Evidence::Reported { note: "seen in public code, no address: traces" },
            async |t| {
                refused(&t, "UPPERCASE-9", "Password must have lowercase characters").await
            }
        ),
        case!(
            "policy/upper-case",
            "A password without upper case is refused.",
            evidence = Evidence::Reported { note: "seen in public code, no address: two clients" },
            async |t| {
                refused(&t, "lowercase-9", "Password must have uppercase characters").await
            }
        ),
        case!(
            "policy/numbers",
            "A password without a number is refused.",
            evidence = Evidence::Reported { note: "seen in public code, no address: two clients" },
            async |t| {
                refused(&t, "Correct-horse", "Password must have numeric characters").await
            }
        ),
        case!(
            "policy/symbols",
            "A password without a symbol is refused.",
            evidence = Evidence::Reported { note: "seen in public code, no address: two clients" },
            async |t| {
                refused(&t, "Correcthorse9", "Password must have symbol characters").await
            }
        ),
        case!(
            "policy/order-of-classes",
            "One reason is given: lower case before upper case, numbers and symbols.",
            evidence = Evidence::Assumed { why: "public notes suggest this order" },
            async |t| {
                refused(&t, "????????", "Password must have lowercase characters").await?;
                refused(&t, "????????a", "Password must have uppercase characters").await?;
                refused(&t, "aaaaaaaaA", "Password must have numeric characters").await
            }
        ),
        case!(
            "policy/every-symbol-counts",
            "Each of the 32 symbols of the guide satisfies the policy.",
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                for symbol in "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-".chars() {
                    let password = format!("Correcthorse9{symbol}");
                    let request = SetUserPassword::permanent("alice", password);
                    t.directory().set_user_password(request).await?;
                }
                Ok(())
            }
        ),
        case!(
            "policy/inner-space-is-a-symbol",
            "A space counts as a symbol unless it is first or last.",
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                let request = SetUserPassword::permanent("alice", "Correct horse9");
                t.directory().set_user_password(request).await?;
                let text = "Password must have symbol characters";
                refused(&t, "Correcthorse9 ", text).await
            }
        ),
        case!(
            "policy/only-basic-latin-counts",
            "Letters beyond basic Latin are allowed and satisfy nothing.",
            evidence = GUIDE,
            async |t| {
                refused(&t, "ÄÖÜÉ-ÄÖÜÉ-9", "Password must have lowercase characters").await?;
                let request = SetUserPassword::permanent("alice", "Äé-correct-horse-C9");
                t.directory().set_user_password(request).await?;
                Ok(())
            }
        ),
        case!(
            "policy/what-is-not-required-is-not-missed",
            "A policy of length alone takes any characters of that length.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_password_policy(PasswordPolicy::length_only(6))),
            evidence = GUIDE,
            async |t| {
                let request = CreateUser::new("bob").with_temporary_password("sixsix");
                t.directory().create_user(request).await?;
                refused(&t, "fives", "Password not long enough").await
            }
        ),
    ]
}

/// The policy refuses a password, with this reason after one of the known prefixes.
async fn refused(t: &Trial, password: &str, reason: &str) -> Result<(), Failure> {
    if t.directory().user("alice").await.is_err() {
        t.directory().create_user(CreateUser::new("alice")).await?;
    }
    let request = SetUserPassword::permanent("alice", password);
    let refused = t.directory().set_user_password(request).await;
    let texts = [
        format!("Password did not conform with policy: {reason}"),
        format!("Password did not conform with password policy: {reason}"),
        format!("Password does not conform to policy: {reason}"),
    ];
    check::refused(refused, ErrorKind::InvalidPassword, &texts.each_ref().map(String::as_str))?;
    Ok(())
}
