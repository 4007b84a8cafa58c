//! The requests that the fake answers, each tied to its row in the table of operations.

use user_directory::Operation;
use user_directory_pool::{self as pool, Checked, Request, ServiceError};

use crate::{
    Fake,
    account::{Account, Performed},
    owner::OwnerRequest,
};

/// A request that [`Fake::call`] answers: one of `user-directory-pool`, whose operation stands in
/// the table of [`Operation`].
///
/// Sealed: the operations are those of that crate.
pub trait FakeRequest: Request + sealed::Sealed {
    /// The operation that it asks for.
    const ROW: Operation;

    #[doc(hidden)]
    fn perform(
        checked: Checked<Self>,
        fake: &Fake,
    ) -> Result<Performed<Self::Response>, ServiceError>;
}

/// A request about pools and app clients, for [`Fake::administer`]: no method of the traits makes it.
///
/// A test that only sets something up takes the method of [`Fake`] in the second column, which is no
/// call: faults, quotas and the call log do not see it.
///
/// | request | method of [`Fake`] |
/// | --- | --- |
/// | [`CreateUserPoolRequest`](user_directory_pool::CreateUserPoolRequest) | [`create_user_pool`](Fake::create_user_pool) |
/// | [`DescribeUserPoolRequest`](user_directory_pool::DescribeUserPoolRequest) | [`describe_user_pool`](Fake::describe_user_pool) |
/// | [`UpdateUserPoolRequest`](user_directory_pool::UpdateUserPoolRequest) | [`update_user_pool`](Fake::update_user_pool) |
/// | [`AddCustomAttributesRequest`](user_directory_pool::AddCustomAttributesRequest) | [`add_custom_attributes`](Fake::add_custom_attributes) |
/// | [`DeleteUserPoolRequest`](user_directory_pool::DeleteUserPoolRequest) | [`delete_user_pool`](Fake::delete_user_pool) |
/// | [`ListUserPoolsRequest`](user_directory_pool::ListUserPoolsRequest) | |
/// | [`GetUserPoolMfaConfigRequest`](user_directory_pool::GetUserPoolMfaConfigRequest), [`SetUserPoolMfaConfigRequest`](user_directory_pool::SetUserPoolMfaConfigRequest) | |
/// | [`CreateUserPoolClientRequest`](user_directory_pool::CreateUserPoolClientRequest) | [`create_user_pool_client`](Fake::create_user_pool_client) |
/// | [`DescribeUserPoolClientRequest`](user_directory_pool::DescribeUserPoolClientRequest) | [`describe_user_pool_client`](Fake::describe_user_pool_client) |
/// | [`UpdateUserPoolClientRequest`](user_directory_pool::UpdateUserPoolClientRequest) | [`update_user_pool_client`](Fake::update_user_pool_client) |
/// | [`DeleteUserPoolClientRequest`](user_directory_pool::DeleteUserPoolClientRequest) | [`delete_user_pool_client`](Fake::delete_user_pool_client) |
/// | [`ListUserPoolClientsRequest`](user_directory_pool::ListUserPoolClientsRequest) | |
/// | [`AddUserPoolClientSecretRequest`](user_directory_pool::AddUserPoolClientSecretRequest) | [`add_user_pool_client_secret`](Fake::add_user_pool_client_secret), [`rotate_client_secret`](Fake::rotate_client_secret) |
/// | [`DeleteUserPoolClientSecretRequest`](user_directory_pool::DeleteUserPoolClientSecretRequest) | [`delete_user_pool_client_secret`](Fake::delete_user_pool_client_secret) |
/// | [`ListUserPoolClientSecretsRequest`](user_directory_pool::ListUserPoolClientSecretsRequest) | [`user_pool_client_secrets`](Fake::user_pool_client_secrets) |
pub trait Administer: FakeRequest {}

mod sealed {
    #[expect(unnameable_types, reason = "that seals the trait")]
    pub trait Sealed {}
}

macro_rules! answers {
    (
        users { $($user:ident)* }
        settings { $($setting:ident)* }
        owner { $($owner:ident)* }
    ) => {
        $(answers!($user, Account::perform);)*
        $(answers!($setting, Account::perform);)*
        $(answers!($owner, OwnerRequest::answer);)*
        $(impl Administer for pool::$setting {})*
        $(impl Administer for pool::$owner {})*
    };
    ($request:ident, $perform:path) => {
        impl sealed::Sealed for pool::$request {}

        impl FakeRequest for pool::$request {
            const ROW: Operation = row(<Self as Request>::OPERATION);

            fn perform(
                checked: Checked<Self>,
                fake: &Fake,
            ) -> Result<Performed<Self::Response>, ServiceError> {
                $perform(&fake.0, checked)
            }
        }

        // One that the table does not have is found when this is compiled.
        const _: Operation = <pool::$request as FakeRequest>::ROW;
    };
}

pool::each_request!(answers);

/// The row of an operation.
const fn row(name: &str) -> Operation {
    let mut index = 0;
    loop {
        let operation = Operation::ALL[index];
        if is_same(operation.name().as_bytes(), name.as_bytes()) {
            return operation;
        }
        index += 1;
    }
}

/// `==` is not for constants yet.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}
