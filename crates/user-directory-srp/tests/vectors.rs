//! Exchanges that pycognito 2024.5.1 made, with Python's own arithmetic on the pool's side: with them
//! its sign-ins pass on AWS.

use serde_json::Value;
use user_directory_srp::{
    Claim, PasswordDigest, PasswordVerifier, PublicKey, Salt, SrpClient, SrpError, SrpServer,
};

/// RFC 5054, appendix A: zero, to whoever reduces it.
const PRIME: &str = concat!(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74",
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437",
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05",
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB",
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718",
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33",
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864",
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2",
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
);

fn bytes<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    let hex = format!("{hex:0>width$}", width = 2 * LENGTH);
    let digits = |at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("digits");
    std::array::from_fn(digits)
}

struct Vector(Value);

impl Vector {
    fn all() -> Vec<Self> {
        let vectors: Vec<Value> =
            serde_json::from_str(include_str!("vectors.json")).expect("a list");
        vectors.into_iter().map(Self).collect()
    }

    fn get(&self, name: &str) -> &str {
        self.0[name].as_str().expect("a text")
    }

    fn salt(&self) -> Salt {
        Salt::new(bytes(self.get("salt")))
    }

    fn client(&self) -> SrpClient {
        SrpClient::new(bytes(self.get("client_random")))
    }

    fn server_for(&self, password: &str) -> SrpServer {
        let digest = PasswordDigest::new(self.get("pool_id"), self.get("user"), password);
        let srp_a = PublicKey::from_hex(self.get("srp_a")).expect("a number");
        SrpServer::new(srp_a, &digest, self.salt(), bytes(self.get("server_random")))
    }

    fn challenge(&self) -> PasswordVerifier<'_> {
        PasswordVerifier {
            pool_id: self.get("pool_id"),
            user_id_for_srp: self.get("user"),
            salt: self.get("salt"),
            srp_b: self.get("srp_b"),
            secret_block: self.get("secret_block"),
        }
    }

    fn claim(&self) -> Claim<'_> {
        Claim {
            pool_id: self.get("pool_id"),
            user_id_for_srp: self.get("user"),
            secret_block: self.get("secret_block"),
            timestamp: self.get("timestamp"),
            signature: self.get("signature"),
        }
    }
}

#[test]
fn a_client_proves_as_pycognito_does() {
    for vector in Vector::all() {
        let client = vector.client();
        assert_eq!(client.srp_a(), vector.get("srp_a"));
        let proof = client
            .prove_at(&vector.challenge(), vector.get("password"), vector.get("timestamp"))
            .expect("an honest challenge");
        assert_eq!(proof.signature, vector.get("signature"));
    }
}

#[test]
fn a_server_takes_what_pycognito_proves() {
    for vector in Vector::all() {
        let server = vector.server_for(vector.get("password"));
        assert_eq!(server.srp_b(), vector.get("srp_b"));
        assert_eq!(vector.salt().to_hex(), vector.get("salt"));
        assert!(server.accepts(&vector.claim()));
    }
}

#[test]
fn a_server_takes_nothing_else() {
    let vector = &Vector::all()[0];
    let server = vector.server_for(vector.get("password"));
    let right = vector.claim();
    let changed = [
        Claim { pool_id: "eu-west-1_Example02", ..right },
        Claim { user_id_for_srp: "bob", ..right },
        Claim { secret_block: "c2VjcmV0", ..right },
        Claim { secret_block: "no base64", ..right },
        Claim { timestamp: "Tue Sep 5 09:04:04 UTC 2023", ..right },
        Claim { signature: "", ..right },
        Claim { signature: &right.signature.to_lowercase(), ..right },
    ];
    for claim in changed {
        assert!(!server.accepts(&claim), "{claim:?}");
    }
    let other = vector.server_for("Wrong-horse-9");
    assert!(!other.accepts(&right), "the password is another");
    assert!(server.accepts(&right));
}

#[test]
fn a_time_that_is_none_is_refused_although_the_signature_is_about_it() {
    let vector = &Vector::all()[0];
    let server = vector.server_for(vector.get("password"));
    for timestamp in ["Tue Sep 05 09:04:03 UTC 2023", "Mon Sep 5 09:04:03 UTC 2023", "now"] {
        let proof =
            vector.client().prove_at(&vector.challenge(), vector.get("password"), timestamp);
        let signature = &proof.expect("an honest challenge").signature;
        assert!(!server.accepts(&Claim { timestamp, signature, ..vector.claim() }), "{timestamp}");
    }
}

#[test]
fn a_client_refuses_what_no_honest_server_sends() {
    let vector = &Vector::all()[0];
    let honest = vector.challenge();
    let cases = [
        (PasswordVerifier { srp_b: "0", ..honest }, SrpError::InvalidServerKey),
        (PasswordVerifier { srp_b: PRIME, ..honest }, SrpError::InvalidServerKey),
        (PasswordVerifier { srp_b: "no digits", ..honest }, SrpError::InvalidServerKey),
        (PasswordVerifier { salt: "no digits", ..honest }, SrpError::InvalidSalt),
        (PasswordVerifier { secret_block: "no base64", ..honest }, SrpError::InvalidSecretBlock),
    ];
    for (challenge, expected) in cases {
        let refused = vector.client().prove_at(&challenge, "Correct-horse-9", "now");
        assert_eq!(refused, Err(expected));
    }
}

#[test]
fn secrets_are_not_shown() {
    let vector = &Vector::all()[0];
    let server = vector.server_for(vector.get("password"));
    let digest = PasswordDigest::new(vector.get("pool_id"), "alice", vector.get("password"));
    let shown = format!("{:?} {server:?} {digest:?}", vector.client());
    for secret in ["client_random", "server_random", "password"] {
        assert!(!shown.contains(vector.get(secret)), "{secret}: {shown}");
    }
    assert_eq!(format!("{digest:?}"), "PasswordDigest([redacted])");
    assert_eq!(
        shown.matches("SrpServer { srp_a: ").count() + shown.matches("SrpClient { srp_a: ").count(),
        2
    );
    let proof = vector.client().prove_at(&vector.challenge(), vector.get("password"), "now");
    let signature = proof.as_ref().expect("an honest challenge").signature.clone();
    assert!(!format!("{proof:?}").contains(&signature));
    let shown = format!("{:?} {:?}", vector.claim(), vector.challenge());
    assert!(shown.contains("alice"), "{shown}");
    assert!(!shown.contains(vector.get("signature")), "{shown}");
    assert!(!shown.contains(vector.get("secret_block")), "{shown}");
}

#[cfg(feature = "serde")]
#[test]
fn an_exchange_survives_a_trip_through_a_file() {
    let vector = &Vector::all()[0];
    let server = vector.server_for(vector.get("password"));
    let text = serde_json::to_string(&server).expect("plain data");
    let read: SrpServer = serde_json::from_str(&text).expect("what was written");
    assert_eq!(read, server);
    assert!(read.accepts(&vector.claim()));
    let damaged = text.replace(vector.get("srp_a"), "00");
    assert!(serde_json::from_str::<SrpServer>(&damaged).is_err());
}
