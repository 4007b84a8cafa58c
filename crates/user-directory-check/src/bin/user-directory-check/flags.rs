use std::{num::NonZero, path::PathBuf};

use clap::{Parser, ValueEnum};
use user_directory_check::{AwsAccount, Deviations, Refusal};
use user_directory_contract::Ability;

// One line for each paragraph: clap breaks it.
const ABOUT: &str = "\
Asks an emulator of Amazon Cognito, or AWS, what user pools must do, case by case. Each case creates \
a pool of its own, checks one claim about Cognito on it, and deletes it. It ends as passed, failed, \
deviates (it does not hold, as a ledger records with a reason) or unsupported (it was not run, for \
a reason).";

const EXAMPLES: &str = "\
Examples:
  user-directory-check --endpoint http://127.0.0.1:4566
  user-directory-check --endpoint http://127.0.0.1:5000 --ledger moto refresh/
  user-directory-check --endpoint http://127.0.0.1:9229 --write-ledger mine.json
  user-directory-check --endpoint http://127.0.0.1:9229 --ledger mine.json \\
      --without 'client-secrets=not yet' --format junit --output report.xml
  user-directory-check --explain alias/update-to-a-taken-email
  user-directory-check --aws --account 111122223333 --region eu-west-1

Exit status:
  0    nothing unexpected
  1    a case failed, or a recorded deviation passes
  2    nothing could be run, and a sentence says why
  130  Ctrl-C; the pools are deleted all the same";

/// What the command line asks for.
#[derive(Debug, Parser)]
#[command(version, about = ABOUT, after_help = EXAMPLES, max_term_width = 80)]
pub(crate) struct Flags {
    /// Run only cases whose id contains one of these texts, such as `refresh/`
    #[arg(value_name = "CASE")]
    pub(crate) cases: Vec<String>,

    /// The emulator; credentials are made up
    #[arg(long, value_name = "URL", required_unless_present_any = ["account", "aws", "explain", "list"])]
    pub(crate) endpoint: Option<String>,

    /// The region [default: us-east-1; with --aws, the environment's]
    #[arg(long, value_name = "R")]
    pub(crate) region: Option<String>,

    #[arg(long, value_name = "NAME-OR-PATH", help = ledger_help())]
    pub(crate) ledger: Option<String>,

    /// Do not run cases that need this, and say why (repeatable)
    #[arg(long, value_name = "ABILITY=REASON", value_parser = without)]
    pub(crate) without: Vec<(Ability, String)>,

    /// How many cases to run side by side, where the endpoint bears it
    #[arg(long, value_name = "N", default_value_t = NonZero::<usize>::MIN)]
    pub(crate) jobs: NonZero<usize>,

    /// A table for terminals, JSON for programs, JUnit for CI, Markdown for pull requests
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Write the report there, and only its last lines to stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Print the ids and claims of the cases, and run nothing
    #[arg(long)]
    pub(crate) list: bool,

    /// Print what a case calls, what Cognito answers, and how that is known
    #[arg(long, value_name = "CASE", conflicts_with_all = ["cases", "endpoint", "aws"])]
    pub(crate) explain: Option<String>,

    /// Write what the endpoint was asked and answered there, a file for each case, without secrets
    #[arg(long, value_name = "DIR", conflicts_with = "jobs")]
    pub(crate) record: Option<PathBuf>,

    /// Write the deviations of the cases that were run there, as a ledger
    #[arg(long, value_name = "FILE")]
    pub(crate) write_ledger: Option<PathBuf>,

    /// Run on AWS, in the account that --account names: own pools only, below five requests a
    /// second, and nothing that sends mail
    #[arg(long, requires = "account", conflicts_with = "endpoint")]
    pub(crate) aws: bool,

    /// The 12 digits of the account that may be used; the credentials must be its own
    // clap does not require --aws where --endpoint excludes it.
    #[arg(long, value_name = "ID", requires = "aws", conflicts_with = "endpoint")]
    #[arg(value_parser = account)]
    pub(crate) account: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Junit,
    Markdown,
}

fn ledger_help() -> String {
    let names: Vec<_> = Deviations::names().collect();
    format!("What is known to deviate: {}, or a JSON file", names.join(", "))
}

fn without(text: &str) -> Result<(Ability, String), String> {
    let (name, reason) = text.split_once('=').ok_or("write an ability, = and why it is missing")?;
    let ability = Ability::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Ability::ALL.iter().map(|ability| ability.name()).collect();
        format!("there is no ability {name:?}; there are {}", names.join(", "))
    })?;
    if reason.trim().is_empty() {
        return Err(format!("say after the = why {name} is missing"));
    }
    Ok((ability, reason.to_owned()))
}

fn account(text: &str) -> Result<String, String> {
    AwsAccount::named(Some(text)).map(str::to_owned).map_err(|error: Refusal| error.for_flags())
}
