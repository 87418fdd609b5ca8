//! Where a layer is: the subscriber that it is part of.

use std::{fmt, sync::OnceLock};

use tracing::{
    Dispatch,
    dispatcher::{self, WeakDispatch},
};

/// The subscriber that a layer is part of, which is asked for what the layer's own filter hides.
///
/// A copy of the layer is part of none yet.
#[derive(Default)]
pub(crate) struct Home {
    subscriber: OnceLock<WeakDispatch>,
}

impl Home {
    pub(crate) fn set(&self, dispatch: &Dispatch) {
        // A layer that is shared by several subscribers belongs to the first.
        let _ = self.subscriber.set(dispatch.downgrade());
    }

    pub(crate) fn get(&self) -> Dispatch {
        // `Option` and `Vec` of layers do not tell them where they are; then it is the program's, if it has one.
        self.subscriber
            .get()
            .and_then(WeakDispatch::upgrade)
            .unwrap_or_else(|| dispatcher::get_default(Clone::clone))
    }
}

impl Clone for Home {
    fn clone(&self) -> Self {
        Home::default()
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Home")
    }
}
