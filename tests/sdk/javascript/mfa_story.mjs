// Second factors, by amazon-cognito-identity-js, which Amplify's grew out of.

import assert from "node:assert/strict";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import * as OTPAuth from "otpauth";
import { codeFromInbox, ENDPOINT, step, versionOf } from "./common.mjs";

const cognito = new CognitoIdentityProvider({});
const PASSWORD = "Correct-horse-9";
const PHONE = "+15555550101";
const ROLE = "arn:aws:iam::123456789012:role/sms";

const versions = ["amazon-cognito-identity-js", "otpauth"].map((name) => `${name} ${versionOf(name)}`);
console.log(`with ${versions.join(" and ")} on Node.js ${process.versions.node}`);

let poolId, pool;

async function createUser(Username, attributes = {}) {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const user = { UserPoolId: poolId, Username };
  await cognito.adminCreateUser({ ...user, UserAttributes, MessageAction: "SUPPRESS" });
  await cognito.adminSetUserPassword({ ...user, Password: PASSWORD, Permanent: true });
}

const demand = (MfaConfiguration) =>
  cognito.setUserPoolMfaConfig({
    UserPoolId: poolId,
    MfaConfiguration,
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: ROLE, ExternalId: "story" } },
  });

/** What comes of a call that may ask for a factor: which question, or a session. */
const asked = (user, call) =>
  new Promise((resolve, onFailure) =>
    call({
      onSuccess: (session) => resolve({ user, session }),
      onFailure,
      mfaRequired: (name, parameters) => resolve({ user, name, parameters }),
      totpRequired: (name, parameters) => resolve({ user, name, parameters }),
      selectMFAType: (name, parameters) => resolve({ user, name, parameters }),
      mfaSetup: (name, parameters) => resolve({ user, name, parameters }),
      associateSecretCode: (secret) => resolve({ user, secret }),
    }),
  );

function signIn(Username) {
  const user = new CognitoUser({ Username, Pool: pool });
  const details = new AuthenticationDetails({ Username, Password: PASSWORD });
  return asked(user, (callback) => user.authenticateUser(details, callback));
}

const answer = (user, code, kind) =>
  asked(user, (callback) => user.sendMFACode(code, callback, kind));

const appOf = (secret) => new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });

/** The code of the app, so many steps away from now. */
const codeOf = (app, steps) => app.generate({ timestamp: Date.now() + steps * 30_000 });

async function factors(Username) {
  const user = await cognito.adminGetUser({ UserPoolId: poolId, Username });
  return [user.UserMFASettingList, user.PreferredMfaSetting];
}

const prefer = (user, sms, app) =>
  new Promise((resolve, reject) =>
    user.setUserMfaPreference(sms, app, (error, result) => (error ? reject(error) : resolve(result))),
  );

await step("creates a pool that demands second factors", async () => {
  poolId = (await cognito.createUserPool({ PoolName: "story-mfa" })).UserPool.Id;
  await demand("ON");
  const created = await cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: "mfa",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  });
  const { ClientId } = created.UserPoolClient;
  pool = new CognitoUserPool({ UserPoolId: poolId, ClientId, endpoint: ENDPOINT });
  await createUser("alice");
});

let alice, app;
await step("must set up an authenticator app, and is refused a wrong code", async () => {
  const { user, name, parameters } = await signIn("alice");
  assert.equal(name, "MFA_SETUP");
  assert.deepEqual(JSON.parse(parameters.MFAS_CAN_SETUP), ["SOFTWARE_TOKEN_MFA"]);
  const { secret } = await asked(user, (callback) => user.associateSoftwareToken(callback));
  [alice, app] = [user, appOf(secret)];
  const wrong = asked(user, (callback) => user.verifySoftwareToken(codeOf(app, 1000), "phone", callback));
  await assert.rejects(wrong, { code: "EnableSoftwareTokenMFAException" });
});

await step("sets it up and is signed in", async () => {
  const done = asked(alice, (callback) => alice.verifySoftwareToken(codeOf(app, -1), "phone", callback));
  assert.ok((await done).session.isValid());
  assert.deepEqual(await factors("alice"), [["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"]);
});

await step("is asked for the code of the app, and signed in by it", async () => {
  const { user, name, parameters } = await signIn("alice");
  assert.equal(name, "SOFTWARE_TOKEN_MFA");
  assert.equal(parameters.FRIENDLY_DEVICE_NAME, "phone");
  const { session } = await answer(user, codeOf(app, 0), "SOFTWARE_TOKEN_MFA");
  assert.ok(session.isValid());
  alice = user;
});

await step("is asked for the code of a text message, and enrolled by it", async () => {
  await createUser("bob", { phone_number: PHONE });
  const { user, name, parameters } = await signIn("bob");
  assert.equal(name, "SMS_MFA");
  assert.equal(parameters.CODE_DELIVERY_DESTINATION, "+*******0101");
  const { session } = await answer(user, await codeFromInbox("bob"));
  assert.ok(session.isValid());
  assert.deepEqual(await factors("bob"), [["SMS_MFA"], "SMS_MFA"]);
});

await step("enables both factors and prefers neither", async () => {
  const attribute = { Name: "phone_number", Value: PHONE };
  const user = { UserPoolId: poolId, Username: "alice" };
  await cognito.adminUpdateUserAttributes({ ...user, UserAttributes: [attribute] });
  const enabled = { Enabled: true, PreferredMfa: false };
  assert.equal(await prefer(alice, enabled, enabled), "SUCCESS");
  assert.deepEqual(await factors("alice"), [["SMS_MFA", "SOFTWARE_TOKEN_MFA"], undefined]);
});

await step("chooses a factor, and is signed in by it", async () => {
  const { user, name, parameters } = await signIn("alice");
  assert.equal(name, "SELECT_MFA_TYPE");
  assert.deepEqual(JSON.parse(parameters.MFAS_CAN_CHOOSE), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
  const chosen = await asked(user, (callback) => user.sendMFASelectionAnswer("SMS_MFA", callback));
  assert.equal(chosen.name, "SMS_MFA");
  const { session } = await answer(user, await codeFromInbox("alice"));
  assert.ok(session.isValid());
});

await step("disables all, where second factors are optional, and signs in without one", async () => {
  await demand("OPTIONAL");
  const disabled = { Enabled: false, PreferredMfa: false };
  assert.equal(await prefer(alice, disabled, disabled), "SUCCESS");
  assert.ok((await signIn("alice")).session.isValid());
});
