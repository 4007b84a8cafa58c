use std::{collections::BTreeMap, fmt};

/// Declares the categories: documentation, name, default requests per second.
macro_rules! categories {
    ($($(#[$doc:meta])* $category:ident $rate:literal,)*) => {
        /// A category of operations that share one quota of requests per second, for all pools of
        /// an AWS account in a Region together.
        ///
        /// Besides, Cognito allows each user 10 operations that read and 10 that write in a second.
        ///
        /// AWS: [Quotas in Amazon Cognito](https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html).
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum QuotaCategory {
            $($(#[$doc])* $category,)*
        }

        impl QuotaCategory {
            /// All categories that an [`Operation`](crate::Operation) may count against.
            pub const ALL: &'static [Self] = &[$(Self::$category,)*];

            /// The AWS name, such as `UserAccountRecovery`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$category => stringify!($category),)*
                }
            }

            /// What AWS documents for an account that has not asked for more.
            pub fn default_requests_per_second(self) -> u32 {
                match self {
                    $(Self::$category => $rate,)*
                }
            }
        }
    };
}

categories! {
    /// Sign-ins, answers to challenges and refreshes. Answers to challenges have a budget of their
    /// own first, [three times](Quotas::challenge_answers_per_second) this one.
    UserAuthentication 120,
    /// Creating and confirming users.
    UserCreation 50,
    /// Setting, changing and resetting passwords. Registering users cannot go faster than this.
    UserAccountRecovery 30,
    /// Looking one user up.
    UserRead 120,
    /// Changing, disabling, deleting and signing out a user; membership of groups.
    UserUpdate 25,
    /// Revoking tokens.
    UserToken 120,
    /// Listing users.
    UserList 30,
    /// Looking at what belongs to a user, such as devices and membership of groups.
    UserResourceRead 50,
    /// Changing what belongs to a user.
    UserResourceUpdate 25,
    /// Looking at pools.
    UserPoolRead 15,
    /// Creating, changing and deleting pools.
    UserPoolUpdate 15,
    /// Looking at what belongs to a pool, such as groups.
    UserPoolResourceRead 20,
    /// Changing what belongs to a pool.
    UserPoolResourceUpdate 15,
    /// Looking at app clients. It is assumed that looking at their secrets counts here.
    UserPoolClientRead 15,
    /// Creating, changing and deleting app clients. It is assumed that their secrets count here.
    UserPoolClientUpdate 15,
}

impl fmt::Display for QuotaCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The quotas of an AWS account in a Region: AWS's defaults, unless you set others.
///
/// ```
/// use user_directory::{Operation, QuotaCategory, Quotas};
///
/// let quotas = Quotas::new().with(QuotaCategory::UserList, 10);
/// assert_eq!(quotas.requests_per_second(Operation::ListUsers.quota_category()), 10);
/// assert_eq!(quotas.requests_per_second(QuotaCategory::UserAccountRecovery), 30);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Quotas(BTreeMap<QuotaCategory, u32>);

impl Quotas {
    /// What AWS documents for an account that has not asked for more.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one quota, for an account that has bought more or leaves a part to other programs. 0
    /// counts as 1.
    #[must_use]
    pub fn with(mut self, category: QuotaCategory, requests_per_second: u32) -> Self {
        self.0.insert(category, requests_per_second.max(1));
        self
    }

    /// The quota of a category.
    pub fn requests_per_second(&self, category: QuotaCategory) -> u32 {
        self.0.get(&category).copied().unwrap_or_else(|| category.default_requests_per_second())
    }

    /// How many answers to challenges have a budget of their own, three times the quota of
    /// [`UserAuthentication`](QuotaCategory::UserAuthentication); more count against that one.
    pub fn challenge_answers_per_second(&self) -> u32 {
        self.requests_per_second(QuotaCategory::UserAuthentication).saturating_mul(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;

    /// What the page of AWS says, category by category.
    #[test]
    fn defaults_are_the_documented_ones() {
        let found: Vec<_> = QuotaCategory::ALL
            .iter()
            .map(|category| (category.name(), category.default_requests_per_second()))
            .collect();
        assert_eq!(
            found,
            [
                ("UserAuthentication", 120),
                ("UserCreation", 50),
                ("UserAccountRecovery", 30),
                ("UserRead", 120),
                ("UserUpdate", 25),
                ("UserToken", 120),
                ("UserList", 30),
                ("UserResourceRead", 50),
                ("UserResourceUpdate", 25),
                ("UserPoolRead", 15),
                ("UserPoolUpdate", 15),
                ("UserPoolResourceRead", 20),
                ("UserPoolResourceUpdate", 15),
                ("UserPoolClientRead", 15),
                ("UserPoolClientUpdate", 15),
            ]
        );
        for category in QuotaCategory::ALL {
            let rate = category.default_requests_per_second();
            assert_eq!(Quotas::new().requests_per_second(*category), rate, "{category}");
        }
    }

    #[test]
    fn operations_share_the_documented_categories() {
        for (operation, category) in [
            (Operation::AdminCreateUser, QuotaCategory::UserCreation),
            (Operation::AdminSetUserPassword, QuotaCategory::UserAccountRecovery),
            (Operation::GetTokensFromRefreshToken, QuotaCategory::UserAuthentication),
            (Operation::GetUser, QuotaCategory::UserRead),
            (Operation::GlobalSignOut, QuotaCategory::UserUpdate),
            (Operation::AdminDeleteUser, QuotaCategory::UserUpdate),
            (Operation::RevokeToken, QuotaCategory::UserToken),
            (Operation::ListUsers, QuotaCategory::UserList),
            (Operation::DescribeUserPool, QuotaCategory::UserPoolRead),
            (Operation::UpdateUserPool, QuotaCategory::UserPoolUpdate),
            (Operation::CreateUserPoolClient, QuotaCategory::UserPoolClientUpdate),
        ] {
            assert_eq!(operation.quota_category(), category, "{operation}");
        }
    }

    #[test]
    fn a_quota_is_changed_alone_and_never_none() {
        let quotas = Quotas::new().with(QuotaCategory::UserAuthentication, 0);
        assert_eq!(quotas.requests_per_second(QuotaCategory::UserAuthentication), 1);
        assert_eq!(quotas.challenge_answers_per_second(), 3);
        assert_eq!(quotas.requests_per_second(QuotaCategory::UserToken), 120);
        assert_eq!(Quotas::new().challenge_answers_per_second(), 360);
    }
}
