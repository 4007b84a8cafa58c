//! How an operation's request is read, and its response written.

use serde::Serialize;
use user_directory_fake::TokenSigner;

use crate::members::{Members, Mistyped};

/// How a request is read out of its JSON object.
pub(crate) trait Decode: Sized {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped>;
}

/// How a response is written as a JSON object.
pub(crate) trait Encode {
    type Output: Serialize;

    fn encode(self) -> Self::Output;
}

/// How a response that may carry tokens is written.
pub(crate) trait EncodeSigned {
    type Output: Serialize;

    fn encode_signed(self, signer: &TokenSigner) -> Self::Output;
}

impl<T: Encode> EncodeSigned for T {
    type Output = T::Output;

    fn encode_signed(self, _: &TokenSigner) -> T::Output {
        self.encode()
    }
}

/// `{}`. The pages of the API reference differ on whether such a body is empty instead; assumed.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}

impl Encode for () {
    type Output = Nothing;

    fn encode(self) -> Nothing {
        Nothing {}
    }
}
