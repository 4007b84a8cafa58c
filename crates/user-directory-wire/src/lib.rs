//! TODO
mod http_client;
mod members;
mod operations;
mod shapes;
mod wire;

pub use http_client::WireHttpClient;
pub use wire::{AnswerLost, Wire};
