//! The command as a process, and how to call it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

/// A token that a test chose.
pub(crate) const TOKEN: &str = "a-token-that-the-tests-chose";

/// A running server, killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) endpoint: String,
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    /// All that it has printed at its start.
    pub(crate) banner: String,
    http: Client,
}

/// The command, with what every test needs.
pub(crate) fn command(directory: &Path, flags: &[&str]) -> Command {
    let token = directory.join("token");
    std::fs::write(&token, TOKEN).expect("the directory is there");
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-server"));
    command.args(["--port", "0", "--control-token-file"]).arg(token).args(flags);
    command.current_dir(directory);
    command
}

/// How the command ends that is to refuse to start: status and what it says.
pub(crate) fn refusal(directory: &Path, flags: &[&str]) -> (Option<i32>, String) {
    let output = command(directory, flags).output().expect("it starts");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    let text = String::from_utf8(output.stderr).expect("text");
    (output.status.code(), text)
}

impl Process {
    pub(crate) fn start(directory: &Path, flags: &[&str]) -> Self {
        Self::spawn(&mut command(directory, flags))
    }

    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command is built");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut banner = String::new();
        while !banner.contains("control token") {
            let read = lines.read_line(&mut banner).expect("text");
            assert_ne!(read, 0, "it ended: {banner}{}", stderr(&mut child));
        }
        let value = |name: &str| {
            let line = banner.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name} in {banner}")).trim().to_owned()
        };
        let http = Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        Self {
            endpoint: value("endpoint"),
            pool_id: value("user pool id"),
            client_id: value("client id"),
            banner: banner.clone(),
            child,
            http,
        }
    }

    /// A request to be changed.
    pub(crate) fn post(&self, operation: &str, body: &Value) -> reqwest::blocking::RequestBuilder {
        post(&self.http, &self.endpoint, operation, body)
    }

    /// A call of the API.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        answer(self.post(operation, body).send().expect("an answer"))
    }

    /// Calls from a thread of its own; answers whether a call succeeded.
    pub(crate) fn caller(&self) -> impl Fn(&str, &Value) -> bool + Send + 'static {
        let (http, endpoint) = (Client::new(), self.endpoint.clone());
        move |operation, body| {
            let sent = post(&http, &endpoint, operation, body).send();
            sent.is_ok_and(|response| response.status().is_success())
        }
    }

    /// A call that succeeds.
    pub(crate) fn ok(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.call(operation, body);
        assert_eq!(status, 200, "{operation}: {answer}");
        answer
    }

    pub(crate) fn create_user(&self, name: &str) {
        self.ok("AdminCreateUser", &json!({ "UserPoolId": self.pool_id, "Username": name }));
    }

    /// The names of all users.
    pub(crate) fn usernames(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut body = json!({ "UserPoolId": self.pool_id });
        loop {
            let page = self.ok("ListUsers", &body);
            let users = page["Users"].as_array().expect("a list");
            names
                .extend(users.iter().map(|user| user["Username"].as_str().expect("a name").into()));
            let Some(token) = page.get("PaginationToken") else { return names };
            body["PaginationToken"] = token.clone();
        }
    }

    /// A request to the control plane, with its token.
    pub(crate) fn control(&self, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
        let method = method.parse().expect("a method");
        let url = format!("{}/_user-directory/{path}", self.endpoint);
        self.http.request(method, url).bearer_auth(TOKEN)
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::blocking::RequestBuilder {
        self.http.get(format!("{}{path}", self.endpoint))
    }

    /// Kills it: it can do nothing about that.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and answers its status and log.
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().expect("kill is there");
        assert!(told.success());
        let status = self.child.wait().expect("it ends");
        (status.code(), stderr(&mut self.child))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn post(
    http: &Client,
    endpoint: &str,
    operation: &str,
    body: &Value,
) -> reqwest::blocking::RequestBuilder {
    http.post(format!("{endpoint}/"))
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .header("authorization", "anything")
        .body(body.to_string())
}

fn stderr(child: &mut Child) -> String {
    let mut text = String::new();
    let mut pipe = child.stderr.take().expect("it is piped");
    pipe.read_to_string(&mut text).expect("text");
    text
}

/// Status and body; null for none.
pub(crate) fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().expect("a body");
    let body =
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") };
    (status, body)
}
