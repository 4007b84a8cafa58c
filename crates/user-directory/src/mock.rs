//! [mockall](https://docs.rs/mockall) mocks of the traits, behind the feature `mock`.
//!
//! A mock is for "this call must happen" and "this call fails so". It can return an outcome that
//! Cognito never gives, so anything with two steps belongs on the fake of `user-directory-fake`.
//!
//! ```
//! use user_directory::{ErrorKind, UserDirectory as _, mock::MockUserDirectory};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let mut directory = MockUserDirectory::new();
//! directory
//!     .expect_delete_user()
//!     .withf(|username| username == "alice")
//!     .times(1)
//!     .returning(|_| Err(ErrorKind::TooManyRequests.into()));
//!
//! let error = directory.delete_user("alice").await.unwrap_err();
//! assert!(error.is_retryable());
//! # });
//! ```

// `mock!` writes undocumented helper types and public structs into this module.
#![allow(missing_docs, clippy::exhaustive_structs, unreachable_pub)]

use async_trait::async_trait;

use crate::{Authentication, OwnFactors, Result, SelfService, UserDirectory, methods::each_method};

// `#[automock]` does not implement supertraits, hence `mock!`.
macro_rules! mocks {
    (
        Authentication { $($sign_in:tt)* }
        UserDirectory { $($directory:tt)* }
        SelfService { $($own:tt)* }
        OwnFactors { $($factors:tt)* }
    ) => {
        mocks! {
            /// Mocks [`Authentication`] alone.
            Authentication:
            Authentication { $($sign_in)* }
        }
        mocks! {
            /// Mocks [`Authentication`], too: `expect_sign_in` and its siblings.
            UserDirectory:
            Authentication { $($sign_in)* }
            UserDirectory { $($directory)* }
        }
        mocks! {
            /// Mocks [`Authentication`], too: `expect_sign_in` and its siblings.
            SelfService:
            Authentication { $($sign_in)* }
            SelfService { $($own)* }
        }
        mocks! {
            /// Mocks [`Authentication`], too: `expect_sign_in` and its siblings.
            OwnFactors:
            Authentication { $($sign_in)* }
            OwnFactors { $($factors)* }
        }
    };
    (
        $(#[$doc:meta])* $mock:ident:
        $($of:ident { $($name:ident($($args:tt)*) -> $answer:ty;)* })*
    ) => {
        mockall::mock! {
            $(#[$doc])*
            #[derive(Debug)]
            pub $mock {}

            $(
                #[async_trait]
                impl $of for $mock {
                    $(async fn $name(&self, $($args)*) -> Result<$answer>;)*
                }
            )*
        }
    };
}

each_method!(mocks!);
