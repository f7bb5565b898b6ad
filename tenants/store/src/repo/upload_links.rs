//! Links that take the bytes of one file, once: who may send how much to where.
//!
//! A link is taken before the first byte is read and used up when the bytes are in Feishu; between
//! the two nobody else can take it. What failed without effect gives the link back.

use model::{
    Channel, GrantId, Id, Locale, MemberId, SessionId, TenantId, Timestamp,
    policy::{CallTool, Permit},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;
use vault::TokenHash;

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{
        delete_within, update_within,
        upload_link::{ActiveModel, Column, Entity, Model},
    },
};

/// Where the bytes go, in whose name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUploadLink {
    /// In whose name.
    pub member: MemberId,
    /// The grant that asked; when it ends, so does the link.
    pub grant: GrantId,
    /// The door that asked.
    pub channel: Channel,
    /// Language of the answer.
    pub locale: Locale,
    /// The document or folder; `None` is the member's root folder.
    pub reference: Option<String>,
    /// The block in the document.
    pub block: Option<String>,
    /// `image` or `file`.
    pub kind: String,
    /// File name.
    pub name: Option<String>,
    /// Most bytes.
    pub max_bytes: u64,
    /// End.
    pub expires_at: Timestamp,
}

/// A link.
#[derive(Debug, Clone)]
pub struct UploadLink {
    /// Where it leads.
    pub tenant: TenantId,
    /// Row.
    pub id: Uuid,
    /// As made.
    pub made: NewUploadLink,
    /// When somebody began to send.
    pub taken_at: Option<Timestamp>,
    /// When the bytes were in Feishu.
    pub used_at: Option<Timestamp>,
}

/// The upload links of the transaction's tenant.
#[derive(Debug)]
pub struct UploadLinks<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's upload links.
    pub const fn upload_links(&self) -> UploadLinks<'_> {
        UploadLinks(self)
    }
}

impl UploadLinks<'_> {
    /// Keeps a link.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`] with the permit of another tenant.
    pub async fn make(
        &self,
        permit: &Permit<CallTool>,
        hash: &TokenHash,
        link: &NewUploadLink,
    ) -> Result<Uuid, StoreError> {
        self.0.check(permit)?;
        let id: SessionId = Id::mint(self.0.clock(), self.0.entropy());
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                token_hash: Set(hash.as_bytes().to_vec()),
                member_id: Set(link.member.uuid()),
                grant_id: Set(link.grant.uuid()),
                channel: Set(link.channel.name().to_owned()),
                locale: Set(link.locale.tag().to_owned()),
                reference: Set(link.reference.clone()),
                block: Set(link.block.clone()),
                kind: Set(link.kind.clone()),
                name: Set(link.name.clone()),
                max_bytes: Set(i64::try_from(link.max_bytes).unwrap_or(i64::MAX)),
                made_at: Set(self.0.now().millis()),
                expires_at: Set(link.expires_at.millis()),
                taken_at: Set(None),
                used_at: Set(None),
            })
            .await?;
        Ok(id.uuid())
    }

    /// Takes a link for one upload; `false` when somebody else has it, or it is over.
    pub async fn take(&self, id: Uuid) -> Result<bool, StoreError> {
        let now = self.0.now().millis();
        let taken = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::TakenAt.is_null())
            .filter(Column::UsedAt.is_null())
            .filter(Column::ExpiresAt.gt(now))
            .col_expr(Column::TakenAt, Expr::value(now))
            .exec(self.0.db())
            .await?;
        Ok(taken.rows_affected == 1)
    }

    /// Gives a taken link back: nothing came of it.
    pub async fn give_back(&self, id: Uuid) -> Result<(), StoreError> {
        update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .filter(Column::UsedAt.is_null())
            .col_expr(Column::TakenAt, Expr::value(None::<i64>))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Uses a link up.
    pub async fn use_up(&self, id: Uuid) -> Result<(), StoreError> {
        update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id))
            .col_expr(Column::UsedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(())
    }

    /// Removes links that were over before `before`.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let removed = delete_within::<Entity>(self.0)
            .filter(Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }
}

impl LookupTx {
    /// The link whose token was presented.
    pub async fn upload_link(&self) -> Result<Option<UploadLink>, StoreError> {
        let found = Entity::find()
            .filter(Column::TokenHash.eq(self.hash()))
            .one(self.db())
            .await?;
        found.map(upload_link).transpose()
    }
}

fn upload_link(row: Model) -> Result<UploadLink, StoreError> {
    let corrupt = |what| StoreError::Corrupt { what };
    Ok(UploadLink {
        tenant: Id::from_uuid(row.tenant_id),
        id: row.id,
        made: NewUploadLink {
            member: Id::from_uuid(row.member_id),
            grant: Id::from_uuid(row.grant_id),
            channel: Channel::from_name(&row.channel).ok_or_else(|| corrupt("channel"))?,
            locale: Locale::from_tag(&row.locale).ok_or_else(|| corrupt("locale"))?,
            reference: row.reference,
            block: row.block,
            kind: row.kind,
            name: row.name,
            max_bytes: u64::try_from(row.max_bytes).map_err(|_negative| corrupt("size"))?,
            expires_at: Timestamp::from_millis(row.expires_at),
        },
        taken_at: row.taken_at.map(Timestamp::from_millis),
        used_at: row.used_at.map(Timestamp::from_millis),
    })
}
