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
pub(crate) struct OwnDispatch {
    subscriber: OnceLock<WeakDispatch>,
}

impl OwnDispatch {
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

impl Clone for OwnDispatch {
    fn clone(&self) -> Self {
        OwnDispatch::default()
    }
}

impl fmt::Debug for OwnDispatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Home")
    }
}
