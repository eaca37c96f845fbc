//! The text behind content ids, registered by whoever reads it first and shared by all workers of a process.

use std::sync::{Arc, RwLock};

use datasets::ids::{AccountId, id64};
use hashbrown::HashMap;

/// Id → text. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Arc<RwLock<HashMap<u64, Arc<str>>>>,
}

impl Names {
    /// Registers a text and returns its 64-bit content id.
    #[must_use]
    pub fn intern(&self, text: &str) -> u64 {
        let id = id64(text);
        self.register(id, text);
        id
    }

    /// Registers an account and returns its id.
    #[must_use]
    pub fn intern_account(&self, text: &str) -> AccountId {
        let id = datasets::ids::account_id(text);
        self.register(id.spread(), text);
        id
    }

    /// The text of an id, if it was registered.
    #[must_use]
    pub fn text(&self, id: u64) -> Option<Arc<str>> {
        self.texts.read().expect("no holder of the lock panics").get(&id).cloned()
    }

    /// A view for looking up many ids under one lock.
    pub fn with<R>(&self, look: impl FnOnce(&HashMap<u64, Arc<str>>) -> R) -> R {
        look(&self.texts.read().expect("no holder of the lock panics"))
    }

    /// All texts with their ids, for a process that has none of them.
    #[must_use]
    pub fn texts(&self) -> Vec<(u64, String)> {
        self.with(|texts| texts.iter().map(|(id, text)| (*id, text.to_string())).collect())
    }

    /// Registers a text under an id that another process has given it.
    ///
    /// # Panics
    /// If two texts share an id: nothing that was computed with it could be trusted.
    pub fn register(&self, id: u64, text: &str) {
        if let Some(known) = self.text(id) {
            assert!(*known == *text, "two names share the content id {id:016x}: weir stops here");
            return;
        }
        self.texts.write().expect("no holder of the lock panics").insert(id, text.into());
    }
}
