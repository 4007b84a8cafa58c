//! The members of the form that [`fixtures`](crate::fixtures) describes, as serde reads them.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;
use user_directory_pool::{
    self as pool, AliasAttribute, ExplicitAuthFlow, PreventUserExistenceErrors, Secret,
};

/// JSON's object: a structure of serde's can be read from a list, too.
pub(crate) struct Object<T>(pub(crate) T);

impl<T: Default> Default for Object<T> {
    fn default() -> Self {
        Self(T::default())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// Declares the members of the file, and which names are known.
macro_rules! parts {
    ($($(#[$attribute:meta])* struct $part:ident $(<$life:lifetime>)? {
        $($(#[$field_attribute:meta])* $field:ident: $type:ty,)*
    })*) => {
        $(
            $(#[$attribute])*
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            pub(crate) struct $part $(<$life>)? {
                $($(#[$field_attribute])* pub(crate) $field: $type,)*
            }
        )*

        pub(crate) fn is_known(member: &str) -> bool {
            [$($(stringify!($field),)*)*].contains(&member)
        }
    };
}

parts! {
    struct File<'a> {
        #[serde(default)]
        pool: Object<PoolPart>,
        #[serde(default)]
        client: Object<ClientPart>,
        #[serde(default)]
        further_clients: Vec<Object<ClientPart>>,
        #[serde(default)]
        groups: Vec<Object<GroupPart>>,
        /// Read one by one, so that each error has the line of its user.
        #[serde(default, borrow)]
        users: Vec<&'a RawValue>,
    }

    #[derive(Default)]
    struct PoolPart {
        id: Option<String>,
        #[serde(default)]
        username_attributes: Vec<Alias>,
        #[serde(default)]
        alias_attributes: Vec<Alias>,
        case_sensitive: Option<bool>,
        #[serde(default)]
        auto_verified_attributes: Vec<Alias>,
        allow_admin_create_user_only: Option<bool>,
        #[serde(default)]
        required_attributes: Vec<String>,
        /// Texts without limits.
        #[serde(default)]
        custom_attributes: Vec<String>,
        minimum_password_length: Option<u32>,
        temporary_password_validity_days: Option<u32>,
    }

    #[derive(Default)]
    struct ClientPart {
        name: Option<String>,
        id: Option<String>,
        secret: Option<SecretText>,
        /// `false`: a client without a secret.
        has_secret: Option<bool>,
        explicit_auth_flows: Option<Vec<Flow>>,
        prevent_user_existence_errors: Option<ExistenceErrors>,
    }

    struct GroupPart {
        name: String,
        description: Option<String>,
        role_arn: Option<String>,
        precedence: Option<u32>,
    }

    struct UserPart {
        username: String,
        status: Option<Status>,
        password: Option<SecretText>,
        #[serde(default)]
        attributes: BTreeMap<String, String>,
        enabled: Option<bool>,
        sub: Option<String>,
        #[serde(default)]
        groups: Vec<String>,
    }
}

/// A name of AWS's, looked up in the pool's own table.
macro_rules! named {
    ($($name:ident($of:ty);)*) => {$(
        pub(crate) struct $name(pub(crate) $of);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                <$of>::from_name(&name).map(Self).ok_or_else(|| {
                    let names = <$of>::ALL.map(|value| value.name()).join(", ");
                    de::Error::custom(format!("expected one of {names}"))
                })
            }
        }
    )*};
}

named! {
    Alias(AliasAttribute);
    ExistenceErrors(PreventUserExistenceErrors);
    Flow(ExplicitAuthFlow);
    Status(pool::UserStatus);
}

#[derive(Deserialize)]
#[serde(from = "String")]
pub(crate) struct SecretText(pub(crate) Secret);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}
