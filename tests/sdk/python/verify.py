"""How PyJWT verifies tokens of the server: as it does those of Cognito, with another address."""

# recipe
import jwt


def verifier(endpoint, pool_id, client_id):
    keys = jwt.PyJWKClient(f"{endpoint}/{pool_id}/.well-known/jwks.json")
    issuer = f"https://cognito-idp.local-fake-1.amazonaws.com/{pool_id}"

    def verify(token, use):  # "access" or "id"
        key, unless = keys.get_signing_key_from_jwt(token), {"verify_aud": False}
        claims = jwt.decode(token, key, algorithms=["RS256"], issuer=issuer, options=unless)
        client = claims.get("client_id" if use == "access" else "aud")
        if claims.get("token_use") != use or client != client_id:
            raise jwt.InvalidTokenError("a token for another use or client")
        return claims

    return verify
# end of recipe
