//! No secret reaches a trace. Alone in its target, because tracing remembers for all threads whether
//! anybody listens.

use std::{
    io,
    sync::{Arc, Mutex},
};

use offline_tests::secrets::walk;
use tracing_subscriber::fmt::MakeWriter;
use user_directory_fake::Fake;

/// The whole walk under a subscriber that takes every level of every target.
#[test]
fn traces() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let mut watch = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async { walk(&Fake::new()).await })
    });
    let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    for expected in
        ["AdminCreateUser", "AdminInitiateAuth", "outcome=", "latency_ms=", "in-memory fake"]
    {
        assert!(text.contains(expected), "the log has {expected}");
    }
    // Names and texts of errors stay out too.
    for personal in ["alice", "Incorrect username"] {
        assert!(!text.contains(personal), "the log has {personal}");
    }
    watch.shown = vec![text];
    watch.check();
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
