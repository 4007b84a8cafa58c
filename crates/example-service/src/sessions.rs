//! What the service remembers of its users, in memory. Several instances of a service would share a
//! database behind the same three methods, with the grants encrypted.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex as AsyncMutex;
use user_directory::TokenSet;

/// A user who is logged in. The lock is held while tokens are refreshed, so that no refresh token
/// is used twice where the client rotates them, and whoever revokes one has the newest.
pub(crate) type Session = AsyncMutex<TokenSet>;

/// Values that are found by a random ticket, until they expire. A clone is another handle.
pub(crate) struct Store<T> {
    entries: Arc<Mutex<HashMap<Key, Entry<T>>>>,
    life: Duration,
    capacity: usize,
}

/// The hash of a ticket: whoever reads the memory, or measures how long a look-up takes, learns no
/// ticket.
type Key = [u8; 32];

struct Entry<T> {
    value: Arc<T>,
    expires: SystemTime,
}

impl<T> Store<T> {
    /// A store for so many values. One more, and the oldest gives way: a store that refused would
    /// let whoever fills it lock all others out.
    pub(crate) fn new(life: Duration, capacity: usize) -> Self {
        Self { entries: Arc::default(), life, capacity }
    }

    /// Keeps a value and answers the ticket for it: 256 random bits.
    pub(crate) fn insert(&self, now: SystemTime, value: T) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let ticket = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let entry = Entry { value: Arc::new(value), expires: now + self.life };

        let mut entries = self.lock();
        entries.retain(|_, entry| now < entry.expires);
        if entries.len() >= self.capacity {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.expires);
            if let Some(oldest) = oldest.map(|(key, _)| *key) {
                entries.remove(&oldest);
            }
        }
        entries.insert(key(&ticket), entry);
        Ok(ticket)
    }

    /// The value of a ticket that has not expired.
    pub(crate) fn get(&self, now: SystemTime, ticket: &str) -> Option<Arc<T>> {
        let entries = self.lock();
        let entry = entries.get(&key(ticket)).filter(|entry| now < entry.expires)?;
        Some(entry.value.clone())
    }

    /// Forgets a ticket, and answers its value even if it has expired.
    pub(crate) fn remove(&self, ticket: &str) -> Option<Arc<T>> {
        self.lock().remove(&key(ticket)).map(|entry| entry.value)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Entry<T>>> {
        self.entries.lock().expect("no code panics while it holds the entries")
    }
}

fn key(ticket: &str) -> Key {
    Sha256::digest(ticket).into()
}

impl<T> Clone for Store<T> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), life: self.life, capacity: self.capacity }
    }
}

impl<T> fmt::Debug for Store<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("entries", &self.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Duration = Duration::from_secs(60);
    const START: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn a_value_is_there_until_it_expires() {
        let store = Store::new(LIFE, 2);
        let ticket = store.insert(START, "a").unwrap();
        assert_eq!(ticket.len(), 43, "256 bits in base64");
        assert_ne!(store.insert(START, "a").unwrap(), ticket);

        let late = START + LIFE;
        assert_eq!(store.get(late - Duration::from_nanos(1), &ticket).as_deref(), Some(&"a"));
        assert_eq!(store.get(late, &ticket), None);
        assert_eq!(store.get(START, "made up"), None);

        store.insert(late, "b").unwrap();
        assert_eq!(store.lock().len(), 1, "what has expired is swept");
    }

    #[test]
    fn the_oldest_gives_way() {
        let store = Store::new(LIFE, 2);
        let at = |seconds| START + Duration::from_secs(seconds);
        let [first, second, third] =
            [1, 0, 2].map(|seconds| store.insert(at(seconds), seconds).unwrap());
        assert_eq!(store.get(at(2), &first).as_deref(), Some(&1));
        assert_eq!(store.get(at(2), &second), None);
        assert_eq!(store.get(at(2), &third).as_deref(), Some(&2));
    }

    #[test]
    fn no_ticket_is_kept() {
        let store = Store::new(LIFE, 2);
        let ticket = store.insert(START, ()).unwrap();
        assert!(store.lock().keys().all(|key| key != ticket.as_bytes()));
        assert_eq!(format!("{store:?}"), "Store { entries: 1, .. }");
    }
}
