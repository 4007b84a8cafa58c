use std::{
    convert::Infallible,
    fs::OpenOptions,
    io::{self, IsTerminal as _},
    net::IpAddr,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, SystemTime},
};

use clap::{Parser, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::StartError;

/// A test double of Amazon Cognito user pools, never for production: its signing keys are public.
///
/// It speaks Cognito's own protocol, so that every AWS SDK and the AWS CLI can use it; point them at
/// the endpoint and region that it prints, with any credentials. It starts with one
/// pool and one confidential client, and forgets everything when it ends, unless --snapshot is
/// given.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "user-directory-server",
    version,
    max_term_width = 80,
    after_help = EXAMPLES,
)]
pub struct Args {
    /// Port to listen on; 0 lets the system choose
    #[arg(long, default_value_t = 9229, env = "USER_DIRECTORY_PORT", hide_env = true)]
    pub(crate) port: u16,

    /// Address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1", env = "USER_DIRECTORY_LISTEN")]
    #[arg(hide_env = true)]
    pub(crate) listen: IpAddr,

    /// Allow --listen on an address that other machines reach; needs --control-token-file
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Accept requests for this host name too, beside localhost; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_host: Vec<String>,

    /// Accept requests of web pages of this origin, such as http://localhost:5173; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,

    /// Start with the pool, clients, groups and users of this JSON file; repeat it for several pools
    #[arg(long, value_name = "FILE")]
    pub(crate) fixture: Vec<PathBuf>,

    /// Let time stand until the control plane moves it, from a moment such as
    /// frozen:2026-01-31T12:00:00Z
    #[arg(long, value_name = "frozen:TIME", value_parser = frozen, conflicts_with = "snapshot")]
    pub(crate) clock: Option<SystemTime>,

    /// Keep everything in this file: read at start if it is there, written while it runs.
    /// It holds passwords in clear
    #[arg(long, value_name = "FILE")]
    pub(crate) snapshot: Option<PathBuf>,

    /// A change is in the snapshot at the latest after this time, such as 500ms or 1m
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = interval)]
    pub(crate) snapshot_every: Duration,

    /// Read the control plane's token from this file, instead of making one and printing it
    #[arg(long, value_name = "FILE", env = "USER_DIRECTORY_CONTROL_TOKEN_FILE", hide_env = true)]
    pub(crate) control_token_file: Option<PathBuf>,

    /// Answer HTTPS instead of HTTP, with a certificate authority made for this run; its file is
    /// printed, for AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS or SSL_CERT_FILE
    #[arg(long)]
    pub(crate) tls: bool,

    /// Who the tokens say has issued them: cognito, as on AWS; local, this server's own address,
    /// where verifiers find the keys; or another address of this server
    #[arg(long, value_name = "cognito|local|URL", default_value = "cognito", value_parser = issuer)]
    pub(crate) issuer: Issuer,

    /// Verify signatures, made with an access key of this run: it is printed, and in --ready-file
    #[arg(long)]
    pub(crate) require_signature: bool,

    /// Store settings of pools and clients that are not honoured, instead of refusing them; each is
    /// logged once
    #[arg(long)]
    pub(crate) store_unhonoured: bool,

    /// Largest request body, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    pub(crate) max_body: usize,

    /// Region in the ids of pools, unless a fixture or snapshot has them. Some verifiers insist on AWS's
    /// form: zz-fake-1 has it, and AWS has no such region
    #[arg(long, value_name = "REGION", default_value = "local-fake-1")]
    pub(crate) region: String,

    /// Make ids, codes and tokens the same in every run
    #[arg(long, value_name = "NUMBER")]
    pub(crate) rng_seed: Option<u64>,

    /// Write this JSON file, for its owner alone, once the server listens: endpoint, ids, client secret,
    /// access key and control token, so that a script reads no terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,

    /// Print only what a script needs, and no client secret
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Where to log: text or json on stderr, or at the end of a file, which gets JSON
    #[arg(long, value_name = "text|json|FILE", default_value = "text", value_parser = log)]
    pub(crate) log: Log,

    /// How much to log; debug has a line for each call
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = LogLevel::Info)]
    pub(crate) log_level: LogLevel,
}

const EXAMPLES: &str = "\
Examples:
  user-directory-server
      One pool and one client; prints how to call it.
  user-directory-server --port 0 --quiet --ready-file ready.json
      For a test suite: any free port; the file says where it is, once it is there.
  user-directory-server --fixture users.json --snapshot state.json
      Starts with the users of a file, and goes on where it stopped.
  user-directory-server --tls --issuer local
      For verifiers that look for their keys at the issuer's address.

Control plane, with `authorization: Bearer <token>`, under /_user-directory:
  GET  health               POST clock {\"advance_seconds\": 3600, \"freeze\": true}
  GET  openapi.json         GET  fixture?secrets=true
  GET  inbox?username=U&wait_seconds=10
  GET  calls                POST faults {\"operation\": \"GetUser\",
  POST, DELETE quotas                    \"kind\": \"throttling\", \"times\": 1}
  POST reset                GET, PUT snapshot      POST snapshot (to the file)

What is not implemented is refused with NotImplementedException (501), by name.";

/// Where the log goes.
#[derive(Clone, Debug)]
pub(crate) enum Log {
    /// For people, on stderr
    Text,
    /// One JSON object a line, on stderr
    Json,
    /// The same in a file
    File(PathBuf),
}

/// Who issues tokens.
#[derive(Clone, Debug)]
pub(crate) enum Issuer {
    Cognito,
    /// The endpoint
    Local,
    /// A URL without a slash at its end
    At(String),
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogLevel {
    /// Nothing
    Off,
    /// What fails
    Error,
    /// What may not be meant, too
    Warn,
    /// Start, stop and snapshots, too
    Info,
    /// Each call, too
    Debug,
}

impl Args {
    /// Reads flags as the command line has them, without the program's name.
    ///
    /// # Errors
    ///
    /// What the command would print.
    pub fn from_flags<'a>(flags: impl IntoIterator<Item = &'a str>) -> Result<Self, StartError> {
        Self::try_parse_from(["user-directory-server"].into_iter().chain(flags))
            .map_err(|error| StartError::new(error.to_string()))
    }

    /// Writes the log of this process, as the flags have it.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn init_logging(&self) -> Result<(), StartError> {
        let own = match self.log_level {
            LogLevel::Off => return Ok(()),
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
        };
        // The fake's warning is the first line that is printed, and the line of a call says what its
        // spans would say.
        let others = if self.log_level == LogLevel::Error { "error" } else { "warn" };
        let filter = format!("{others},user_directory_fake=error,user_directory_server={own}");
        let filter = EnvFilter::new(filter);
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr);
        match &self.log {
            Log::Text => subscriber.with_target(false).compact().init(),
            Log::Json => subscriber.json().flatten_event(true).init(),
            Log::File(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                let file = file.map_err(|error| {
                    StartError::new(format!("--log {}: {error}", path.display()))
                })?;
                subscriber.json().flatten_event(true).with_writer(Mutex::new(file)).init();
            }
        }
        Ok(())
    }
}

fn log(text: &str) -> Result<Log, Infallible> {
    Ok(match text {
        "text" => Log::Text,
        "json" => Log::Json,
        path => Log::File(path.into()),
    })
}

fn issuer(text: &str) -> Result<Issuer, String> {
    match text {
        "cognito" => Ok(Issuer::Cognito),
        "local" => Ok(Issuer::Local),
        url => {
            let is_url = url.parse::<http::Uri>().is_ok_and(|url| {
                matches!(url.scheme_str(), Some("http" | "https")) && url.query().is_none()
            });
            if !is_url || url.ends_with('/') {
                return Err("write cognito, local, or a URL without a slash at its end, such as \
                            http://cognito:9229"
                    .to_owned());
            }
            Ok(Issuer::At(url.to_owned()))
        }
    }
}

/// The moment at which time stands.
fn frozen(text: &str) -> Result<SystemTime, String> {
    let time = text.strip_prefix("frozen:").and_then(|time| humantime::parse_rfc3339(time).ok());
    time.ok_or_else(|| {
        "write frozen: and a moment in UTC, such as frozen:2026-01-31T12:00:00Z".to_owned()
    })
}

/// A time that is not zero.
fn interval(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text)
        .map_err(|_| "give a number with a unit, such as 500ms, 5s or 1m".to_owned())?;
    if time < Duration::from_millis(100) {
        return Err("write 100ms or more: a snapshot takes time to write".to_owned());
    }
    Ok(time)
}
