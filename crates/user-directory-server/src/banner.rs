//! What is printed at the start.

use std::fmt;

use user_directory_fake::{FakeClient, Secret};

pub(crate) struct Banner {
    pub(crate) endpoint: String,
    pub(crate) region: String,
    pub(crate) client: FakeClient,
    /// The address of the control plane.
    pub(crate) control: String,
    pub(crate) token: Option<Secret>,
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
        let Banner { endpoint, region, client, .. } = self.0;
        let pool = &client.pool_id;
        write!(
            f,
            r#"AWS CLI
  export AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER={endpoint}
  export AWS_REGION={region} AWS_DEFAULT_REGION={region}
  export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
  aws cognito-idp list-users --user-pool-id {pool}

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
