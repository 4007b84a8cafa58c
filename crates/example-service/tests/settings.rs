//! The configuration: from a file, from the environment, and what is said of a wrong one.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use example_service::{SecretFrom, Settings};

const SECRET: &str = "1example2client3secret4value5";

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let named =
        pairs.iter().map(|(name, value)| (format!("EXAMPLE_SERVICE_{name}"), (*value).to_owned()));
    named.collect()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("there is a folder for temporary files");
    std::fs::write(file.path(), text).expect("it can be written");
    file
}

#[test]
fn the_example_is_right() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("cognito.toml");
    let settings = Settings::read(Some(&example), []).expect("it is right");
    let cognito = settings.cognito.expect("it is about Cognito");
    assert_eq!(cognito.user_pool_id, "eu-west-1_Example01");
    assert!(
        matches!(cognito.secret, SecretFrom::SecretsManager(id) if id == "cognito/example-service")
    );
    assert_eq!(settings.administrators, ["alice"]);
    assert_eq!(settings.listen.port(), 3000);
}

#[test]
fn the_environment_wins() {
    let file = file("directory = 'cognito'\nuser_pool_id = 'a_1'\nclient_id = 'one'");
    let secret = "with,a comma";
    let environment = variables(&[
        ("CLIENT_ID", "two"),
        ("CLIENT_SECRET", secret),
        ("ADMINISTRATORS", "alice, bob"),
        ("LISTEN", "127.0.0.1:0"),
    ]);
    let others = [("PATH".to_owned(), "/bin".to_owned())];
    let settings = Settings::read(Some(file.path()), environment.into_iter().chain(others));
    let settings = settings.expect("it is right");
    assert_eq!(settings.administrators, ["alice", "bob"]);
    assert_eq!(settings.listen.port(), 0);
    let cognito = settings.cognito.expect("a pool is named");
    assert_eq!((&*cognito.user_pool_id, &*cognito.client_id), ("a_1", "two"));
    assert!(matches!(cognito.secret, SecretFrom::Here(given) if given.expose() == secret));
}

/// Each with one sentence, and without any value.
#[test]
fn what_is_wrong() {
    let cognito = "directory = 'cognito'\nuser_pool_id = 'a_1'\nclient_id = 'one'\n";
    for (text, said) in [
        (
            format!("directory = '{SECRET}'"),
            "directory is neither fake nor cognito: write one of them",
        ),
        (
            format!("client_secret = '{SECRET}'"),
            "client_secret is set, and the directory is the fake: set directory to cognito, or leave client_secret out",
        ),
        (
            format!("{cognito}listen = '{SECRET}'"),
            "listen is not an address with a port: write 127.0.0.1:3000",
        ),
        (
            cognito.to_owned(),
            "client_secret_id is not set: set it in the file, or EXAMPLE_SERVICE_CLIENT_SECRET_ID in the environment",
        ),
        (
            "directory = 'cognito'".to_owned(),
            "user_pool_id is not set: set it in the file, or EXAMPLE_SERVICE_USER_POOL_ID in the environment",
        ),
        (
            format!("{cognito}client_secret = '{SECRET}'\nclient_secret_id = 'a'"),
            "client_secret and client_secret_id are both set: leave one of them out",
        ),
        (
            format!("{cognito}client_secret = ['{SECRET}', '{SECRET}']"),
            "client_secret has one value: leave the others out",
        ),
        (
            format!("{cognito}client_secret = {{ it = '{SECRET}' }}"),
            ":4: client_secret is not a text: put it between quotation marks",
        ),
        (
            format!("{cognito}client_secret = {SECRET}"),
            ":4: this is not TOML: write name = \"value\" in each line",
        ),
        (
            format!("{cognito}client_secret '{SECRET}'"),
            ":4: this is not TOML: write name = \"value\" in each line",
        ),
        (
            format!("{cognito}secret_{SECRET} = 'x'"),
            ":4: there is no such name: the known ones are administrators, client_id, client_secret, client_secret_id, directory, listen, redis_url, user_pool_id",
        ),
    ] {
        let file = file(&text);
        let error = Settings::read(Some(file.path()), []).expect_err(said).to_string();
        assert!(error.ends_with(said), "{error}");
        assert!(!error.contains(SECRET), "{said}");
    }
    let environment = variables(&[("CLIENTSECRET", SECRET)]);
    let error = Settings::read(None, environment).expect_err("no such name").to_string();
    assert!(
        error.starts_with("there is no variable EXAMPLE_SERVICE_CLIENTSECRET: the known ones are")
    );
    assert!(!error.contains(SECRET));
    let error = Settings::read(Some(Path::new("no/such.toml")), []).expect_err("no file");
    assert!(error.to_string().starts_with("the file no/such.toml cannot be read: "), "{error}");
}

#[test]
fn no_secret_in_debug() {
    let environment = variables(&[
        ("DIRECTORY", "cognito"),
        ("USER_POOL_ID", "a_1"),
        ("CLIENT_ID", "one"),
        ("CLIENT_SECRET", SECRET),
        ("REDIS_URL", &format!("redis://:{SECRET}@127.0.0.1")),
    ]);
    let settings = Settings::read(None, environment).expect("it is right");
    assert!(!format!("{settings:?}").contains(SECRET));
}

/// As a shell starts it.
#[test]
fn a_wrong_configuration_ends_the_program_with_its_sentence() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_example-service"));
        command.args(arguments).env_clear().env("EXAMPLE_SERVICE_DIRECTORY", "cognito");
        let output = command.stdin(Stdio::null()).output().expect("it starts");
        assert!(output.stdout.is_empty());
        (output.status.code(), String::from_utf8(output.stderr).expect("it is text"))
    };
    let sentence = "example-service: user_pool_id is not set: set it in the file, or \
                    EXAMPLE_SERVICE_USER_POOL_ID in the environment\n";
    assert_eq!(run(&[]), (Some(2), sentence.to_owned()));
    let sentence = "example-service: there is one argument at most: a configuration file\n";
    assert_eq!(run(&["a", "b"]), (Some(2), sentence.to_owned()));
}
