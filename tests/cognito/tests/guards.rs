//! What a run at an endpoint promises: AWS only by opt-in, no pool but its own, nothing left over,
//! below five requests a second, and no mail.

#[path = "guards/account.rs"]
mod account;
#[path = "guards/pools.rs"]
mod pools;
#[path = "guards/quiet.rs"]
mod quiet;
#[path = "guards/record.rs"]
mod record;
#[path = "guards/wire.rs"]
mod wire;
