//! user-directory-contract
