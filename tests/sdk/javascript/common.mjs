// What the programs in JavaScript share. Its environment is that of scripts/sdk-stories.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

export const ENDPOINT = process.env.USER_DIRECTORY_SERVER_ENDPOINT;
const TOKEN = process.env.USER_DIRECTORY_SERVER_TOKEN;

/** Prints the step's name once it has passed. The script compares the names with the list. */
export async function step(name, play) {
  try {
    await play();
  } catch (error) {
    console.error(`FAILED: ${name}`);
    throw error;
  }
  console.log(name);
}

const packages = JSON.parse(readFileSync(new URL("package.json", import.meta.url)));
export const versionOf = (name) => packages.dependencies[name];

async function control(path) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${ENDPOINT}/_user-directory/${path}`, { headers });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
  return answer.json();
}

/** What the server says of itself. */
export const health = () => control("health");

/** The code that was last sent to a user. */
export async function codeFromInbox(username) {
  const messages = await control(`inbox?${new URLSearchParams({ username })}`);
  return messages.at(-1).code;
}

export function secretHash(client, username) {
  return createHmac("sha256", client.ClientSecret)
    .update(username + client.ClientId)
    .digest("base64");
}

/** A pool's id and a confidential client of it. */
export async function createPool(cognito, name) {
  const settings = { PoolName: name, AutoVerifiedAttributes: ["email"] };
  const poolId = (await cognito.createUserPool(settings)).UserPool.Id;
  return [poolId, await createClient(cognito, poolId, name)];
}

export async function createClient(cognito, poolId, name) {
  const created = await cognito.createUserPoolClient({
    UserPoolId: poolId,
    ClientName: name,
    GenerateSecret: true,
    ExplicitAuthFlows: [
      "ALLOW_ADMIN_USER_PASSWORD_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ],
  });
  return created.UserPoolClient;
}

export async function adminSignIn(cognito, poolId, client, username, password) {
  const answer = await cognito.adminInitiateAuth({
    UserPoolId: poolId,
    ClientId: client.ClientId,
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: {
      USERNAME: username,
      PASSWORD: password,
      SECRET_HASH: secretHash(client, username),
    },
  });
  return answer.AuthenticationResult;
}
