//! Where the service runs and on which directory, from a file and from the environment.

use std::{collections::BTreeMap, error, fmt, net::SocketAddr, ops::Range, path::Path};

use toml::de::{DeTable, DeValue};
use user_directory::ClientSecret;

/// What every variable of the environment begins with.
const PREFIX: &str = "EXAMPLE_SERVICE_";

/// The one that is a list.
const ADMINISTRATORS: &str = "administrators";

/// Every name that there is. In the environment it is in upper case, behind the prefix.
const NAMES: [&str; 8] = [
    ADMINISTRATORS,
    "client_id",
    "client_secret",
    "client_secret_id",
    "directory",
    "listen",
    "redis_url",
    "user_pool_id",
];

/// The configuration of the service.
///
/// ```
/// use example_service::Settings;
///
/// let settings = Settings::read(None, []).unwrap();
/// assert!(settings.cognito.is_none(), "without a configuration it runs on the fake");
///
/// let environment = [
///     ("EXAMPLE_SERVICE_DIRECTORY", "cognito"),
///     ("EXAMPLE_SERVICE_USER_POOL_ID", "eu-west-1_Example01"),
///     ("EXAMPLE_SERVICE_CLIENT_ID", "1example23456789"),
///     ("EXAMPLE_SERVICE_CLIENT_SECRET", "9example8secret7"),
/// ];
/// let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
/// let cognito = Settings::read(None, environment).unwrap().cognito.unwrap();
/// assert_eq!(cognito.user_pool_id, "eu-west-1_Example01");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// `listen`: `127.0.0.1:3000` unless set. Behind a proxy that adds TLS, or on this machine alone:
    /// the service itself speaks plain HTTP.
    pub listen: SocketAddr,
    /// The user pool where `directory` is `cognito`; absent where it is `fake`, or not set.
    pub cognito: Option<CognitoSettings>,
    /// `administrators`: real user names. A list in the file, with commas in the environment.
    pub administrators: Vec<String>,
    /// `redis_url`: where instances share their sign-out ledger. May hold a password.
    pub redis_url: Option<String>,
}

/// A user pool of Amazon Cognito and an app client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CognitoSettings {
    /// `user_pool_id`
    pub user_pool_id: String,
    /// `client_id`
    pub client_id: String,
    /// `client_secret` or `client_secret_id`
    pub secret: SecretFrom,
}

/// Where the secret of the app client is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SecretFrom {
    /// `client_secret`: here. Once it rotates, the service stops signing people in.
    Here(ClientSecret),
    /// `client_secret_id`: in AWS Secrets Manager, under this name or ARN, where Cognito rotates it.
    SecretsManager(String),
}

impl Settings {
    /// Reads a file in TOML, if there is one, and variables of the environment, which win.
    ///
    /// # Errors
    ///
    /// One sentence that says what is wrong and how to fix it, without any value.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingsError> {
        let mut values = match file {
            Some(file) => from_file(file)?,
            None => BTreeMap::new(),
        };
        for (variable, value) in environment {
            let Some(name) = variable.strip_prefix(PREFIX) else { continue };
            let known = NAMES.into_iter().find(|known| known.to_uppercase() == name);
            let known = known.ok_or_else(|| {
                let known = NAMES.map(|name| format!("{PREFIX}{}", name.to_uppercase()));
                let known = known.join(", ");
                SettingsError(format!(
                    "there is no variable {variable}: the known ones are {known}"
                ))
            })?;
            let value = match known {
                ADMINISTRATORS => value.split(',').map(|name| name.trim().to_owned()).collect(),
                _ => vec![value],
            };
            values.insert(known, value);
        }
        Values(values).settings()
    }
}

/// Each value as a list: most have one element.
struct Values(BTreeMap<&'static str, Vec<String>>);

fn from_file(file: &Path) -> Result<BTreeMap<&'static str, Vec<String>>, SettingsError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        SettingsError(format!("the file {} cannot be read: {error}", file.display()))
    })?;
    // Lines instead of names and of the parser's own texts: whatever stands there may be a secret.
    let wrong = |span: Option<Range<usize>>, what: &str| {
        let before = span.and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        SettingsError(format!("{}:{line}: {what}", file.display()))
    };
    let table = DeTable::parse(&text).map_err(|error| {
        wrong(error.span(), "this is not TOML: write name = \"value\" in each line")
    })?;
    let mut values = BTreeMap::new();
    for (key, value) in table.into_inner() {
        let Some(known) = NAMES.into_iter().find(|known| known == key.get_ref()) else {
            let known = NAMES.join(", ");
            let what = format!("there is no such name: the known ones are {known}");
            return Err(wrong(Some(key.span()), &what));
        };
        let span = value.span();
        let Some(value) = texts(value.into_inner()) else {
            let what = format!("{known} is not a text: put it between quotation marks");
            return Err(wrong(Some(span), &what));
        };
        values.insert(known, value);
    }
    Ok(values)
}

/// A text, or a list of texts.
fn texts(value: DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.into_owned()]),
        DeValue::Array(values) => values
            .into_iter()
            .map(|value| match value.into_inner() {
                DeValue::String(text) => Some(text.into_owned()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

impl Values {
    fn settings(mut self) -> Result<Settings, SettingsError> {
        let listen = self.one("listen")?.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen = listen.parse().map_err(|_| {
            SettingsError("listen is not an address with a port: write 127.0.0.1:3000".to_owned())
        })?;
        let cognito = match self.one("directory")?.as_deref() {
            None | Some("fake") => {
                self.none_of_cognito()?;
                None
            }
            Some("cognito") => Some(self.cognito()?),
            Some(_) => {
                let text = "directory is neither fake nor cognito: write one of them";
                return Err(SettingsError(text.to_owned()));
            }
        };
        let mut administrators = self.0.remove(ADMINISTRATORS).unwrap_or_default();
        administrators.retain(|name| !name.is_empty());
        let redis_url = self.one("redis_url")?;
        Ok(Settings { listen, cognito, administrators, redis_url })
    }

    fn cognito(&mut self) -> Result<CognitoSettings, SettingsError> {
        let user_pool_id = self.needed("user_pool_id")?;
        let client_id = self.needed("client_id")?;
        let secret = match (self.one("client_secret")?, self.one("client_secret_id")?) {
            (Some(secret), None) => SecretFrom::Here(ClientSecret::new(secret)),
            (None, Some(id)) => SecretFrom::SecretsManager(id),
            (None, None) => return Err(missing("client_secret_id")),
            (Some(_), Some(_)) => {
                let text = "client_secret and client_secret_id are both set: leave one of them out";
                return Err(SettingsError(text.to_owned()));
            }
        };
        Ok(CognitoSettings { user_pool_id, client_id, secret })
    }

    /// Whoever sets one of these does not mean the fake.
    fn none_of_cognito(&self) -> Result<(), SettingsError> {
        let names = ["user_pool_id", "client_id", "client_secret", "client_secret_id"];
        match names.into_iter().find(|name| self.0.contains_key(name)) {
            None => Ok(()),
            Some(name) => Err(SettingsError(format!(
                "{name} is set, and the directory is the fake: set directory to cognito, or leave \
                 {name} out"
            ))),
        }
    }

    fn needed(&mut self, name: &'static str) -> Result<String, SettingsError> {
        self.one(name)?.ok_or_else(|| missing(name))
    }

    /// An empty text is none.
    fn one(&mut self, name: &'static str) -> Result<Option<String>, SettingsError> {
        let Some(mut values) = self.0.remove(name) else { return Ok(None) };
        match (values.pop(), values.is_empty()) {
            (Some(value), true) => Ok(Some(value).filter(|value| !value.is_empty())),
            _ => Err(SettingsError(format!("{name} has one value: leave the others out"))),
        }
    }
}

fn missing(name: &str) -> SettingsError {
    let variable = name.to_uppercase();
    SettingsError(format!(
        "{name} is not set: set it in the file, or {PREFIX}{variable} in the environment"
    ))
}

/// What is wrong with a configuration, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingsError(String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for SettingsError {}

impl fmt::Debug for Settings {
    /// Without the address of Redis, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("cognito", &self.cognito)
            .field("administrators", &self.administrators)
            .finish_non_exhaustive()
    }
}
