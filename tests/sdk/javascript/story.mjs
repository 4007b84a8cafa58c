// The story, by the AWS SDK for JavaScript v3.

import assert from "node:assert/strict";
import {
  CognitoIdentityProvider,
  NotAuthorizedException,
  ResourceNotFoundException,
  UserNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import { adminSignIn, codeFromInbox, createPool, secretHash, step, versionOf } from "./common.mjs";

// The endpoint, the region and the credentials are in the environment.
const cognito = new CognitoIdentityProvider({});

const [USER, PASSWORD, NEW_PASSWORD] = ["alice", "Correct-horse-9", "Battery-staple-7"];
const WRONG = "Incorrect username or password.";

/** A call fails with an error of a class, and with a text if one is given. */
async function refused(call, type, message) {
  const error = await call.then(
    () => assert.fail(`not refused; ${type.name} was expected`),
    (error) => error,
  );
  assert.ok(error instanceof type, error);
  assert.equal(error.name, type.name);
  if (message) assert.equal(error.message, message);
}

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const attributes = (list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));

const version = versionOf("@aws-sdk/client-cognito-identity-provider");
console.log(`with AWS SDK for JavaScript ${version} on Node.js ${process.versions.node}`);

let poolId, client;
await step("creates a pool and a confidential client", async () => {
  [poolId, client] = await createPool(cognito, "story-javascript");
  assert.match(poolId, /^local-fake-1_/);
  const described = await cognito.describeUserPool({ UserPoolId: poolId });
  assert.deepEqual(described.UserPool.AutoVerifiedAttributes, ["email"]);
  assert.ok(described.$metadata.requestId);
});
const ofPool = { UserPoolId: poolId };
const ofUser = { ...ofPool, Username: USER };

const signIn = (password) => adminSignIn(cognito, poolId, client, USER, password);

async function refresh(token) {
  const answer = await cognito.adminInitiateAuth({
    ...ofPool,
    ClientId: client.ClientId,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: token, SECRET_HASH: secretHash(client, USER) },
  });
  return answer.AuthenticationResult;
}

const createUser = () =>
  cognito.adminCreateUser({
    ...ofUser,
    TemporaryPassword: "Temporary-1",
    MessageAction: "SUPPRESS",
    UserAttributes: [{ Name: "email", Value: "alice@example.com" }],
  });

const setPassword = () =>
  cognito.adminSetUserPassword({ ...ofUser, Password: PASSWORD, Permanent: true });

// What an administrator does with a user.

let tokens;
await step("creates a user without an invitation", async () => {
  assert.equal((await createUser()).User.UserStatus, "FORCE_CHANGE_PASSWORD");
});
await step("sets a permanent password", setPassword);
await step("signs in with the secret hash", async () => {
  tokens = await signIn(PASSWORD);
  assert.equal(tokens.TokenType, "Bearer");
  assert.equal(tokens.ExpiresIn, 3600);
  assert.equal(claims(tokens.AccessToken).client_id, client.ClientId);
  assert.equal(claims(tokens.IdToken).email, "alice@example.com");
});
await step("is refused a wrong password", () =>
  refused(signIn("Wrong-horse-9"), NotAuthorizedException, WRONG),
);
await step("refreshes, and gets no new refresh token", async () => {
  const refreshed = await refresh(tokens.RefreshToken);
  assert.notEqual(refreshed.AccessToken, tokens.AccessToken);
  assert.equal(refreshed.RefreshToken, undefined);
});
await step("reads the user", async () => {
  const user = await cognito.adminGetUser(ofUser);
  assert.equal(user.UserStatus, "CONFIRMED");
  assert.equal(user.Enabled, true);
  assert.equal(attributes(user.UserAttributes).sub, claims(tokens.AccessToken).sub);
  assert.ok(Math.abs(Date.now() - user.UserCreateDate) < 10 * 60 * 1000);
});
await step("signs the user out everywhere", () => cognito.adminUserGlobalSignOut(ofUser));
await step("is refused a refresh after the sign-out", () =>
  refused(refresh(tokens.RefreshToken), NotAuthorizedException),
);
await step("deletes the user", () => cognito.adminDeleteUser(ofUser));
await step("is refused a second deletion", () =>
  refused(cognito.adminDeleteUser(ofUser), UserNotFoundException),
);

// Groups.

await step("creates a group and adds a user", async () => {
  await createUser();
  await setPassword();
  const { Group } = await cognito.createGroup({ ...ofPool, GroupName: "editors", Precedence: 1 });
  assert.deepEqual([Group.GroupName, Group.Precedence], ["editors", 1]);
  await cognito.adminAddUserToGroup({ ...ofUser, GroupName: "editors" });
});
await step("lists the users of the group", async () => {
  const { Users } = await cognito.listUsersInGroup({ ...ofPool, GroupName: "editors" });
  assert.deepEqual(Users.map((user) => user.Username), [USER]);
  assert.equal(attributes(Users[0].Attributes).email, "alice@example.com");
});
await step("lists the groups of the user", async () => {
  const { Groups } = await cognito.adminListGroupsForUser(ofUser);
  assert.deepEqual(Groups.map((group) => group.GroupName), ["editors"]);
});
await step("finds the group in both tokens", async () => {
  tokens = await signIn(PASSWORD);
  for (const token of [tokens.AccessToken, tokens.IdToken]) {
    assert.deepEqual(claims(token)["cognito:groups"], ["editors"]);
  }
});

// A user signs up and signs in. These calls have no signature.

const OWN = "bob";
const ofClient = { ClientId: client.ClientId, SecretHash: secretHash(client, OWN) };

async function ownSignIn(password) {
  const answer = await cognito.initiateAuth({
    ClientId: client.ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: OWN, PASSWORD: password, SECRET_HASH: ofClient.SecretHash },
  });
  return answer.AuthenticationResult;
}

await step("signs up with the secret hash", async () => {
  const signedUp = await cognito.signUp({
    ...ofClient,
    Username: OWN,
    Password: PASSWORD,
    UserAttributes: [{ Name: "email", Value: "bob@example.com" }],
  });
  assert.equal(signedUp.UserConfirmed, false);
  const { DeliveryMedium, AttributeName } = signedUp.CodeDeliveryDetails;
  assert.deepEqual([DeliveryMedium, AttributeName], ["EMAIL", "email"]);
});
await step("confirms the sign-up with the code from the inbox", async () => {
  const ConfirmationCode = await codeFromInbox(OWN);
  await cognito.confirmSignUp({ ...ofClient, Username: OWN, ConfirmationCode });
});
await step("signs in with USER_PASSWORD_AUTH", async () => {
  tokens = await ownSignIn(PASSWORD);
});
await step("reads the own user by access token", async () => {
  const own = await cognito.getUser({ AccessToken: tokens.AccessToken });
  assert.equal(own.Username, OWN);
  assert.equal(attributes(own.UserAttributes).email_verified, "true");
});

// A user has forgotten the password.

await step("asks for a recovery code", async () => {
  const { CodeDeliveryDetails } = await cognito.forgotPassword({ ...ofClient, Username: OWN });
  assert.equal(CodeDeliveryDetails.Destination, "b***@e***");
});
await step("sets a new password with the code from the inbox", async () => {
  await cognito.confirmForgotPassword({
    ...ofClient,
    Username: OWN,
    Password: NEW_PASSWORD,
    ConfirmationCode: await codeFromInbox(OWN),
  });
});
await step("signs in with the new password", () => ownSignIn(NEW_PASSWORD));
await step("is refused the old password", () =>
  refused(ownSignIn(PASSWORD), NotAuthorizedException, WRONG),
);

// What there is not.

await step("is told which operation is not implemented", async () => {
  const provider = {
    ...ofPool,
    ProviderName: "Example",
    ProviderType: "OIDC",
    ProviderDetails: { client_id: "x" },
  };
  // Cognito's model has no such error, so the SDK has no class for it.
  await assert.rejects(cognito.createIdentityProvider(provider), {
    name: "NotImplementedException",
  });
});
await step("finds no pool in another region", () => {
  const elsewhere = new CognitoIdentityProvider({ region: "eu-west-1" });
  return refused(elsewhere.describeUserPool(ofPool), ResourceNotFoundException);
});
