// What the tests of an application begin with: a server of their own, as it started for
// each test.

// recipe
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

const SERVER = process.env.USER_DIRECTORY_SERVER ?? "user-directory-server";
const server = {};
let child, cognito;

beforeAll(async () => {
  const flags = ["--port=0", "--quiet", "--log-level=error"];
  child = spawn(SERVER, flags, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const [name, value] = line.split(/ {2,}/);
    server[name] = value;
    if (name === "control token") break;
  }
  cognito = new CognitoIdentityProvider({
    endpoint: server.endpoint,
    region: server.region,
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
});
afterAll(() => child.kill());

async function control(method, path) {
  const headers = { authorization: `Bearer ${server["control token"]}` };
  const answer = await fetch(server["control plane"] + path, { method, headers });
  return answer.status === 204 ? undefined : answer.json();
}

beforeEach(() => control("POST", "/reset"));

test("signs up with the code from the inbox", async () => {
  const { UserPoolClient } = await cognito.createUserPoolClient({
    UserPoolId: server["user pool id"],
    ClientName: "web",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
  });
  const { ClientId } = UserPoolClient;
  const alice = { ClientId, Username: "alice" };
  const UserAttributes = [{ Name: "email", Value: "alice@example.com" }];
  await cognito.signUp({ ...alice, Password: "Correct-horse-9", UserAttributes });
  const [{ code }] = await control("GET", "/inbox?username=alice");
  await cognito.confirmSignUp({ ...alice, ConfirmationCode: code });
  const signedIn = await cognito.initiateAuth({
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "alice", PASSWORD: "Correct-horse-9" },
  });
  expect(signedIn.AuthenticationResult.TokenType).toBe("Bearer");
});

test("starts each test anew", async () => {
  const { Users } = await cognito.listUsers({ UserPoolId: server["user pool id"] });
  expect(Users).toEqual([]);
  expect(await control("GET", "/inbox")).toEqual([]);
});
// end of recipe
