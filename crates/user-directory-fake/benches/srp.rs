//! What a sign-in by SRP costs beside the powers and signatures that it needs.
//!
//! ```text
//! cargo bench -p user-directory-fake --bench srp
//! ```
//!
//! Both sides run: the client's three powers, the pool's four, and the signatures of two tokens.
//! Nothing fails by time: a ratio over its limit is marked `over`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod harness;

use std::{env, hint::black_box};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use crypto_bigint::{U256, U576, U3072, modular::ConstMontyForm};
use futures_util::FutureExt as _;
use user_directory::{
    Authentication as _, Register, Registration, SignIn, SignInFlow, UserDirectoryExt as _,
};
use user_directory_fake::Fake;

use harness::{compare, seconds, time, verdict};

const PASSWORD: &str = "Correct-horse-9";

mod group {
    use crypto_bigint::{U3072, const_monty_params};

    const_monty_params!(
        Modulus,
        U3072,
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
         020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
         4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
         EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
         98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
         9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
         E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
         3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
         A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
         ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
         D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
         08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
        "The prime of the protocol."
    );
}

type Residue = ConstMontyForm<group::Modulus, { U3072::LIMBS }>;

fn main() {
    let given = |name| env::args().any(|argument| argument == name);
    if given("--list") {
        return;
    }
    // `cargo bench` gives `--bench`; `cargo test --benches` does not.
    let is_trial = !given("--bench") || given("--test");
    let (rounds, calls) = if is_trial { (1, 1) } else { (31, 4) };
    println!("{}", harness::cpu());
    if is_trial {
        println!("This is a trial run: its figures mean nothing.");
    }

    let fake = Fake::new();
    let request = Register::new("alice", PASSWORD);
    let registered = fake.directory().register(request).now_or_never().expect("no fault delays it");
    assert!(matches!(registered, Ok(Registration::Complete(_))));
    let users = fake.self_service().with_sign_in_flow(SignInFlow::Srp);
    let sign_in = || {
        let outcome = users.sign_in(SignIn::new("alice", PASSWORD)).now_or_never();
        outcome.expect("no fault delays it").expect("the right password").tokens().expect("tokens")
    };
    let tokens = sign_in().tokens;

    let key = RsaKeyPair::from_pkcs8(include_bytes!("../keys/insecure-access.pk8")).expect("a key");
    let messages = [tokens.access_token.expose(), tokens.id_token.expose()]
        .map(|token| token.rsplit_once('.').expect("a JWT has dots").0);
    let system = SystemRandom::new();
    let mut signature = vec![0; key.public_modulus_len()];
    let base = Residue::new(&(U3072::MAX >> 1_u32));
    let bare = || {
        seconds(calls, || {
            for _ in 0..6 {
                black_box(black_box(base).pow(black_box(&U256::MAX)));
            }
            // The client's last exponent has 513 bits.
            black_box(black_box(base).pow(black_box(&(U576::MAX >> 63_u32))));
            for message in messages {
                key.sign(&RSA_PKCS1_SHA256, &system, message.as_bytes(), &mut signature)
                    .expect("an RSA key of 2048 bits signs a SHA-256 digest");
            }
        })
    };
    let compared = compare(rounds, bare, || {
        seconds(calls, || {
            black_box(sign_in());
        })
    });
    println!(
        "{:<16} {:>9} {:>9}  {:<18} {:<18} at most",
        "", "bare", "fake", " ratio quartiles", " noise quartiles"
    );
    println!(
        "{:<16} {:>9} {:>9}  {} {} 1.3 {}",
        "sign-in by SRP",
        time(compared.base),
        time(compared.other),
        compared.ratio,
        compared.noise,
        verdict(compared.ratio.median, 1.3)
    );
}
