//! What the offline tests share: directories that are wrong on purpose, what watches for secrets, and
//! how generated texts are kept current.

mod generated;
pub mod secrets;
pub mod wrong;

pub use generated::is_current;
