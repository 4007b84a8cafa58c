// A sign-in by SRP, by amazon-cognito-identity-js, which Amplify's grew out of.

import assert from "node:assert/strict";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { ENDPOINT, step, versionOf } from "./common.mjs";

const cognito = new CognitoIdentityProvider({});
const [PASSWORD, NEW_PASSWORD] = ["Correct-horse-9", "Battery-staple-7"];

const version = versionOf("amazon-cognito-identity-js");
console.log(`with amazon-cognito-identity-js ${version} on Node.js ${process.versions.node}`);

let poolId, pool;

/** A user with a temporary password. */
const createUser = (Username) =>
  cognito.adminCreateUser({
    UserPoolId: poolId,
    Username,
    TemporaryPassword: PASSWORD,
    MessageAction: "SUPPRESS",
  });

/** What comes of a sign-in: a session, a question for a new password, or an error. */
function signIn(Username, Password) {
  const user = new CognitoUser({ Username, Pool: pool });
  const details = new AuthenticationDetails({ Username, Password });
  return new Promise((resolve, onFailure) =>
    user.authenticateUser(details, {
      onSuccess: (session) => resolve({ session }),
      newPasswordRequired: (attributes) => resolve({ user, attributes }),
      onFailure,
    }),
  );
}

async function refused(call, code, message) {
  const error = await call.then(
    () => assert.fail(`not refused; ${code} was expected`),
    (error) => error,
  );
  assert.deepEqual([error.code, error.message], [code, message]);
}

const WRONG = ["NotAuthorizedException", "Incorrect username or password."];

await step("creates a pool with a client that allows SRP", async () => {
  poolId = (await cognito.createUserPool({ PoolName: "story-srp" })).UserPool.Id;
  const created = await cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: "srp",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  });
  const { ClientId } = created.UserPoolClient;
  pool = new CognitoUserPool({ UserPoolId: poolId, ClientId, endpoint: ENDPOINT });
  await createUser("alice");
  const password = { Password: PASSWORD, Permanent: true };
  await cognito.adminSetUserPassword({ UserPoolId: poolId, Username: "alice", ...password });
});

let session;
await step("signs in", async () => {
  ({ session } = await signIn("alice", PASSWORD));
  assert.ok(session.isValid());
});

await step("finds the user's name in the access token", async () => {
  assert.equal(session.getAccessToken().payload.username, "alice");
});

await step("is refused a wrong password", () => refused(signIn("alice", "Wrong-horse-9"), ...WRONG));

await step("is told that a user is unknown", () =>
  refused(signIn("nobody", PASSWORD), "UserNotFoundException", "User does not exist."),
);

let asked;
await step("is asked for a new password after a temporary one", async () => {
  await createUser("bob");
  asked = await signIn("bob", PASSWORD);
  assert.equal(asked.session, undefined);
  assert.ok(asked.user);
});

await step("sets the new password and is signed in", async () => {
  const signedIn = await new Promise((onSuccess, onFailure) =>
    asked.user.completeNewPasswordChallenge(NEW_PASSWORD, {}, { onSuccess, onFailure }),
  );
  assert.ok(signedIn.isValid());
});

await step("signs in with the new password", async () => {
  assert.ok((await signIn("bob", NEW_PASSWORD)).session.isValid());
  await refused(signIn("bob", PASSWORD), ...WRONG);
});
