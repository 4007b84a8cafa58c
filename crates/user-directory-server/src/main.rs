//! The command `user-directory-server`: see its `--help`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use user_directory_server::{Args, Server, StartError};

/// Answers are built of many small pieces: a page of 60 users has some 500.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = args.init_logging() {
        return refused(&error);
    }
    // Each connection is a file, and shells let a process have 1,024 at first. Where it cannot be
    // raised, connections beyond the limit wait.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!("the limit of open connections cannot be raised: {error}");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return refused(&StartError::new(format!("the async runtime cannot start: {error}")));
        }
    };
    runtime.block_on(async {
        let server = match Server::bind(&args).await {
            Ok(server) => server,
            Err(error) => return refused(&error),
        };
        let banner = server.banner(&args, io::stdout().is_terminal());
        // Whoever closed the pipe does not want to read it.
        let _ = writeln!(io::stdout(), "{banner}");
        match server.run_until_stopped().await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refused(&error),
        }
    })
}

fn refused(error: &StartError) -> ExitCode {
    let _ = writeln!(io::stderr(), "user-directory-server: {error}");
    ExitCode::from(2)
}
