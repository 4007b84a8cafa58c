// What aws-jwt-verify accepts and refuses. The argument names the verifier.

import assert from "node:assert/strict";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
  ParameterValidationError,
} from "aws-jwt-verify/error";
import {
  ENDPOINT,
  adminSignIn,
  createClient,
  createPool,
  health,
  step,
  versionOf,
} from "./common.mjs";
import { cognitoVerifier, plainVerifier } from "./verify.mjs";

// Each with the error by which it notices a token of another pool.
const [verifierOf, OtherPoolError] = {
  CognitoJwtVerifier: [cognitoVerifier, ParameterValidationError],
  JwtVerifier: [plainVerifier, KidNotFoundInJwksError],
}[process.argv[2]];
const [USER, PASSWORD] = [`user-of-${process.argv[2]}`, "Correct-horse-9"];

/** For calls on a pool: its id begins with its region. */
const forPool = (id) => new CognitoIdentityProvider({ region: id.split("_")[0] });

const tokensOf = (poolId, client) =>
  adminSignIn(forPool(poolId), poolId, client, USER, PASSWORD);

async function createUser(poolId) {
  const cognito = forPool(poolId);
  const ofUser = { UserPoolId: poolId, Username: USER };
  await cognito.adminCreateUser({ ...ofUser, MessageAction: "SUPPRESS" });
  await cognito.adminSetUserPassword({ ...ofUser, Password: PASSWORD, Permanent: true });
}

function tampered(token, part, change) {
  const parts = token.split(".");
  parts[part] = Buffer.from(change(Buffer.from(parts[part], "base64url"))).toString("base64url");
  return parts.join(".");
}

function asRoot(payload) {
  const claims = JSON.parse(payload);
  claims[claims.token_use === "access" ? "username" : "cognito:username"] = "root";
  return JSON.stringify(claims);
}

function oneBitOff(signature) {
  signature[signature.length - 1] ^= 1;
  return signature;
}

console.log(`with aws-jwt-verify ${versionOf("aws-jwt-verify")}`);
const poolId = (await health()).user_pool_id;
const client = await createClient(forPool(poolId), poolId, "verifier");
await createUser(poolId);
const access = verifierOf(ENDPOINT, poolId, client.ClientId, "access");
const id = verifierOf(ENDPOINT, poolId, client.ClientId, "id");
const tokens = await tokensOf(poolId, client);

/** Both verifiers refuse their tokens with an error of a class. */
async function bothRefuse(accessToken, idToken, error) {
  await assert.rejects(access.verify(accessToken), error);
  await assert.rejects(id.verify(idToken), error);
}

await step("accepts the access token", async () => {
  const claims = await access.verify(tokens.AccessToken);
  assert.equal(claims.username, USER);
});
await step("accepts the ID token", async () => {
  const claims = await id.verify(tokens.IdToken);
  assert.equal(claims["cognito:username"], USER);
});
await step("refuses a tampered payload", () =>
  bothRefuse(
    tampered(tokens.AccessToken, 1, asRoot),
    tampered(tokens.IdToken, 1, asRoot),
    JwtInvalidSignatureError,
  ),
);
await step("refuses a tampered signature", () =>
  bothRefuse(
    tampered(tokens.AccessToken, 2, oneBitOff),
    tampered(tokens.IdToken, 2, oneBitOff),
    JwtInvalidSignatureError,
  ),
);
await step("refuses the wrong use", () =>
  bothRefuse(tokens.IdToken, tokens.AccessToken, CognitoJwtInvalidTokenUseError),
);
await step("refuses a token of another client", async () => {
  const others = await tokensOf(poolId, await createClient(forPool(poolId), poolId, "another"));
  await bothRefuse(others.AccessToken, others.IdToken, CognitoJwtInvalidClientIdError);
});
await step("refuses a token of another pool", async () => {
  const [otherPool, otherClient] = await createPool(new CognitoIdentityProvider({}), "another");
  await createUser(otherPool);
  const others = await tokensOf(otherPool, otherClient);
  await bothRefuse(others.AccessToken, others.IdToken, OtherPoolError);
});
