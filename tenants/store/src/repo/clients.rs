//! OAuth clients. They belong to no tenant: one registration may serve members of many, and the
//! grant is what binds a client to one.

use model::{ClientId, Id, Timestamp};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use vault::TokenHash;

use crate::{
    PlatformTx, StoreError,
    entity::client::{ActiveModel, Column, Entity, Model},
    repo::hash_of,
};

/// How a client came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientKind {
    /// It registered itself (RFC 7591).
    Registered,
    /// Its id is the address of its metadata document.
    Published,
}

impl ClientKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Published => "published",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Registered, Self::Published]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A client.
#[derive(Debug, Clone)]
pub struct Client {
    /// Identity.
    pub id: ClientId,
    /// How it came to be known.
    pub kind: ClientKind,
    /// `client_id` on the wire: the printed id, or the address of the document.
    pub public_id: String,
    /// Name that it gave itself, cleaned.
    pub name: String,
    /// Metadata as JSON.
    pub metadata: String,
    /// `token_endpoint_auth_method`.
    pub auth_method: String,
    /// Hash of its secret; `None` for public clients.
    pub secret: Option<TokenHash>,
    /// First seen.
    pub created_at: Timestamp,
    /// Latest grant or refresh; `None` when it never finished a sign-in.
    pub used_at: Option<Timestamp>,
    /// Until when a fetched document may be used without asking again.
    pub fresh_until: Option<Timestamp>,
}

/// A registration to be stored.
#[derive(Debug, Clone)]
pub struct NewClient<'a> {
    /// Equal for equal metadata of public clients; confidential ones have none, because two
    /// parties must not share a secret.
    pub fingerprint: Option<[u8; 32]>,
    /// Name.
    pub name: &'a str,
    /// Metadata as JSON.
    pub metadata: &'a str,
    /// `token_endpoint_auth_method`.
    pub auth_method: &'a str,
    /// Hash of the secret.
    pub secret: Option<&'a TokenHash>,
}

/// The clients of the platform.
#[derive(Debug)]
pub struct Clients<'t>(&'t PlatformTx);

impl PlatformTx {
    /// The OAuth clients.
    pub const fn clients(&self) -> Clients<'_> {
        Clients(self)
    }
}

impl Clients<'_> {
    /// Registers a client; the same metadata of a public client gives the same client.
    pub async fn register(&self, new: NewClient<'_>) -> Result<Client, StoreError> {
        let id: ClientId = Id::mint(self.0.clock(), self.0.entropy());
        Entity::insert(ActiveModel {
            id: Set(id.uuid()),
            kind: Set(ClientKind::Registered.name().to_owned()),
            public_id: Set(id.to_string()),
            fingerprint: Set(new.fingerprint.map(|bytes| bytes.to_vec())),
            name: Set(new.name.to_owned()),
            metadata: Set(new.metadata.to_owned()),
            auth_method: Set(new.auth_method.to_owned()),
            secret_hash: Set(new.secret.map(|hash| hash.as_bytes().to_vec())),
            created_at: Set(self.0.now().millis()),
            used_at: Set(None),
            fresh_until: Set(None),
        })
        .on_conflict(
            OnConflict::column(Column::Fingerprint)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        let same = match new.fingerprint {
            Some(bytes) => Column::Fingerprint.eq(bytes.to_vec()),
            None => Column::Id.eq(id.uuid()),
        };
        let row = Entity::find().filter(same).one(self.0.db()).await?;
        row.map(read)
            .transpose()?
            .ok_or(StoreError::Corrupt { what: "client" })
    }

    /// Stores what was published under a client's address, new or again.
    pub async fn publish(
        &self,
        address: &str,
        name: &str,
        metadata: &str,
        fresh_until: Timestamp,
    ) -> Result<Client, StoreError> {
        let id: ClientId = Id::mint(self.0.clock(), self.0.entropy());
        Entity::insert(ActiveModel {
            id: Set(id.uuid()),
            kind: Set(ClientKind::Published.name().to_owned()),
            public_id: Set(address.to_owned()),
            fingerprint: Set(None),
            name: Set(name.to_owned()),
            metadata: Set(metadata.to_owned()),
            auth_method: Set("none".to_owned()),
            secret_hash: Set(None),
            created_at: Set(self.0.now().millis()),
            used_at: Set(None),
            fresh_until: Set(Some(fresh_until.millis())),
        })
        .on_conflict(
            OnConflict::column(Column::PublicId)
                .update_columns([Column::Name, Column::Metadata, Column::FreshUntil])
                .to_owned(),
        )
        .exec_without_returning(self.0.db())
        .await?;
        self.find(address)
            .await?
            .ok_or(StoreError::Corrupt { what: "client" })
    }

    /// The client with this `client_id`.
    pub async fn find(&self, public_id: &str) -> Result<Option<Client>, StoreError> {
        let row = Entity::find()
            .filter(Column::PublicId.eq(public_id))
            .one(self.0.db())
            .await?;
        row.map(read).transpose()
    }

    /// The clients with these ids, in no order.
    pub async fn by_ids(&self, ids: &[ClientId]) -> Result<Vec<Client>, StoreError> {
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.uuid())))
            .all(self.0.db())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Notes that a client is in use, so that it is kept.
    pub async fn mark_used(&self, id: ClientId) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .filter(Column::Id.eq(id.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Removes registrations that never finished a sign-in since `unused`, and those that were
    /// not used since `idle`. Gives their number.
    pub async fn sweep(&self, unused: Timestamp, idle: Timestamp) -> Result<u64, StoreError> {
        let never = Condition::all()
            .add(Column::UsedAt.is_null())
            .add(Column::CreatedAt.lt(unused.millis()));
        let removed = Entity::delete_many()
            .filter(
                Condition::any()
                    .add(never)
                    .add(Column::UsedAt.lt(idle.millis())),
            )
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }
}

fn read(row: Model) -> Result<Client, StoreError> {
    let secret = row.secret_hash.map(|bytes| hash_of(&bytes)).transpose()?;
    Ok(Client {
        id: Id::from_uuid(row.id),
        kind: ClientKind::from_name(&row.kind).ok_or(StoreError::Corrupt {
            what: "client kind",
        })?,
        public_id: row.public_id,
        name: row.name,
        metadata: row.metadata,
        auth_method: row.auth_method,
        secret,
        created_at: Timestamp::from_millis(row.created_at),
        used_at: row.used_at.map(Timestamp::from_millis),
        fresh_until: row.fresh_until.map(Timestamp::from_millis),
    })
}
