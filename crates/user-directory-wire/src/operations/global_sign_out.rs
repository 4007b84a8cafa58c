use user_directory_pool::GlobalSignOutRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for GlobalSignOutRequest {
    const SIGNED: bool = false;

    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}
