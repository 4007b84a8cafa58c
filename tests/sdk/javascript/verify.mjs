// How aws-jwt-verify verifies tokens of the server: with the keys of another address.

// recipe: CognitoJwtVerifier
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

export function cognitoVerifier(endpoint, userPoolId, clientId, tokenUse) {
  const fetchKeys = async (url) => (await fetch(endpoint + new URL(url).pathname)).arrayBuffer();
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
  return CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse }, { jwksCache });
}
// end of recipe

// recipe: JwtVerifier
import { JwtVerifier } from "aws-jwt-verify";
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";

export function plainVerifier(endpoint, poolId, clientId, tokenUse) {
  const issuer = `https://cognito-idp.local-fake-1.amazonaws.com/${poolId}`;
  const fetchKeys = async (url) => (await fetch(endpoint + new URL(url).pathname)).arrayBuffer();
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
  const customJwtCheck = ({ payload }) => validateCognitoJwtFields(payload, { clientId, tokenUse });
  return JwtVerifier.create({ issuer, audience: null, customJwtCheck }, { jwksCache });
}
// end of recipe
