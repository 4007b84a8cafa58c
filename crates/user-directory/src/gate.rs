use std::task::{Context, Poll};

use crate::pace::Wait;

/// What calls wait at before they start: open, or closed until a wait is over.
#[derive(Default)]
pub(crate) struct Gate(Option<Wait>);

impl Gate {
    pub(crate) fn close(&mut self, wait: Wait) {
        self.0 = Some(wait);
    }

    pub(crate) fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(wait) = &mut self.0 {
            std::task::ready!(wait.as_mut().poll(context));
            self.0 = None;
        }
        Poll::Ready(())
    }
}
