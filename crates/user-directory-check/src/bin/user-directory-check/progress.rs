use std::{cell::Cell, io::IsTerminal as _, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use user_directory_contract::{CaseReport, Outcome};

/// A bar on stderr while cases are run, where somebody can see it.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    unexpected: Cell<usize>,
}

impl Progress {
    pub(crate) fn new(cases: usize) -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::new(cases as u64),
            false => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("[{bar:30}] {pos} of {len}, {elapsed}, {msg}");
        bar.set_style(style.expect("the template is right").progress_chars("=>-"));
        bar.set_message("0 unexpected");
        // A case may take seconds, and a clock that stands looks like a program that does.
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar, unexpected: Cell::new(0) }
    }

    /// Counts a result. After the end nobody looks any more.
    pub(crate) fn show(&self, result: &CaseReport) {
        if self.bar.is_finished() {
            return;
        }
        if matches!(result.outcome(), Outcome::Failed(_)) {
            self.unexpected.set(self.unexpected.get() + 1);
            self.bar.set_message(format!("{} unexpected", self.unexpected.get()));
        }
        self.bar.inc(1);
    }

    /// Takes the bar away, for what is printed next.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
