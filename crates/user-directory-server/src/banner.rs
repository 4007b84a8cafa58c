//! What is printed at the start.

use std::{fmt, path::PathBuf};

use user_directory_fake::{FakeClient, Secret};
use user_directory_wire::AccessKey;

pub(crate) struct Banner {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) client: FakeClient,
    /// The address of the control plane.
    pub(crate) control: String,
    pub(crate) token: Option<Secret>,
    /// The file of the certificate authority.
    pub(crate) certificate_authority: Option<PathBuf>,
    /// With which requests must be signed.
    pub(crate) access_key: Option<AccessKey>,
    pub(crate) quiet: bool,
    pub(crate) terminal: bool,
}

impl fmt::Display for Banner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, region, client, control, .. } = self;
        writeln!(f, "A test double of Amazon Cognito: public keys, never production.")?;
        writeln!(f)?;
        writeln!(f, "endpoint         {endpoint}")?;
        writeln!(f, "region           {region}")?;
        if let Some(path) = &self.certificate_authority {
            writeln!(f, "certificates     {}", path.display())?;
        }
        writeln!(f, "user pool id     {}", client.pool_id)?;
        writeln!(f, "client id        {}", client.client_id)?;
        match &client.client_secret {
            Some(secret) if self.terminal && !self.quiet => {
                writeln!(f, "client secret    {}", secret.expose())?;
            }
            Some(_) if !self.quiet => {
                writeln!(f, "client secret    (on a terminal only; ask DescribeUserPoolClient)")?;
            }
            _ => {}
        }
        writeln!(f, "control plane    {control}")?;
        match &self.token {
            Some(token) => write!(f, "control token    {}", token.expose())?,
            None => write!(f, "control token    from --control-token-file")?,
        }
        if !self.quiet {
            write!(f, "\n\n{}", Recipes(self))?;
        }
        Ok(())
    }
}

/// Lines to paste.
struct Recipes<'a>(&'a Banner);

impl fmt::Display for Recipes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Banner { endpoint, region, client, access_key, terminal, .. } = self.0;
        let pool = &client.pool_id;
        let trust = self.0.certificate_authority.as_ref().map_or_else(String::new, |path| {
            let path = path.display();
            let names = ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];
            names.map(|name| format!("  export {name}={path}\n")).concat()
        });
        let (key_id, secret_key) = match access_key {
            None => ("x", "x"),
            Some(key) if *terminal => (key.id(), key.secret().expose()),
            Some(key) => (key.id(), "(on a terminal and in --ready-file only)"),
        };
        write!(
            f,
            r#"AWS CLI
  export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={endpoint}
  export AWS_REGION={region} AWS_DEFAULT_REGION={region}
  export AWS_ACCESS_KEY_ID={key_id}
  export AWS_SECRET_ACCESS_KEY={secret_key}
{trust}  aws cognito-idp list-users --user-pool-id {pool}

Python (boto3), with the variables above
  cognito = boto3.client("cognito-idp")
  cognito.list_users(UserPoolId="{pool}")

JavaScript (@aws-sdk/client-cognito-identity-provider), likewise
  const cognito = new CognitoIdentityProvider({{}});
  await cognito.listUsers({{ UserPoolId: "{pool}" }});

Rust (aws-config, aws-sdk-cognitoidentityprovider), likewise
  let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
  let cognito = aws_sdk_cognitoidentityprovider::Client::new(&config);
  cognito.list_users().user_pool_id("{pool}").send().await?;
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use user_directory_fake::Fake;

    use super::*;

    #[test]
    fn secrets_are_for_terminals() {
        let banner = |terminal, quiet| {
            let banner = Banner {
                endpoint: "http://127.0.0.1:1".to_owned(),
                region: "local-fake-1".to_owned(),
                client: Fake::new().first_client().clone(),
                control: String::new(),
                token: None,
                certificate_authority: None,
                access_key: Some(AccessKey::new("TESTONLY", "signs-requests")),
                quiet,
                terminal,
            };
            let secret = banner.client.client_secret.clone().expect("a confidential client");
            (banner.to_string(), secret)
        };
        let (text, secret) = banner(true, false);
        assert!(text.contains(secret.expose()) && text.contains("signs-requests"), "{text}");
        for (terminal, quiet) in [(false, false), (false, true), (true, true)] {
            let (text, secret) = banner(terminal, quiet);
            assert!(!text.contains(secret.expose()) && !text.contains("signs-requests"), "{text}");
        }
        assert!(banner(false, false).0.contains("AWS_ACCESS_KEY_ID=TESTONLY"));
    }
}
