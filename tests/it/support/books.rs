//! The platform's own books, read beside the running program.

use std::sync::Arc;

use model::{Clock, OsEntropy, Principal, Purpose, Slug, SystemClock, Tenant};
use store::{EntryFilter, Page, Store, StoreOptions, StoredEntry, TenantTx};
use vault::{KeyRing, MasterKey, Vault};

use super::Program;

/// An open database of a program.
pub struct Books(pub Store);

impl Books {
    /// Opens the database of `program` with its master key.
    pub async fn of(program: &Program) -> Self {
        Self::at(program, Arc::new(SystemClock)).await
    }

    /// The same by another clock.
    pub async fn at(program: &Program, clock: Arc<dyn Clock>) -> Self {
        // With a Feishu of its own the program's key follows from a passphrase.
        let master = if let Some(passphrase) = program.variable("COOKIE_ENCRYPTION_KEY") {
            MasterKey::derive(passphrase).expect("a key")
        } else {
            let text = std::fs::read_to_string(program.data().join("master.key")).expect("a key");
            let (id, key) = text.trim().split_once(':').expect("ID:KEY");
            MasterKey::from_base64(id, key).expect("a key")
        };
        let entropy = Arc::new(OsEntropy);
        let ring = KeyRing::new(master, Vec::new()).expect("a ring");
        let vault = Vault::new(ring, entropy.clone());
        let options = StoreOptions {
            max_connections: 2,
            ..StoreOptions::new(program.database_url())
        };
        let store = Store::connect(options, clock, entropy, vault)
            .await
            .expect("the database");
        Self(store)
    }

    /// The tenant of a slug.
    pub async fn tenant(&self, slug: &str) -> Tenant {
        let slug: Slug = slug.parse().expect("a slug");
        let tx = self.0.platform("a test reads").read().await.expect("a tx");
        let found = tx.tenants().by_slug(&slug).await.expect("a look");
        found.expect("the tenant")
    }

    /// A transaction in a tenant.
    pub async fn read(&self, slug: &str) -> TenantTx {
        let tenant = self.tenant(slug).await;
        let principal = Principal::platform(tenant.id, Purpose::Housekeeping);
        self.0.scope(&principal).read().await.expect("a tx")
    }

    /// Everything in a tenant's ledger, oldest first.
    pub async fn ledger(&self, slug: &str) -> Vec<StoredEntry> {
        let tx = self.read(slug).await;
        let mut found = Vec::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let part = tx
                .ledger()
                .list(&EntryFilter::default(), &page)
                .await
                .expect("entries");
            found.extend(part.items);
            let Some(next) = part.next else { break };
            page = Page::first(Page::MAX).after(next);
        }
        found.reverse();
        found
    }

    /// Fails unless the tenant's chain holds.
    pub async fn chain_holds(&self, slug: &str) {
        let tx = self.read(slug).await;
        let report = tx.ledger().verify_chain().await.expect("a check");
        assert_eq!(report.broken, None, "{report:?}");
    }
}
