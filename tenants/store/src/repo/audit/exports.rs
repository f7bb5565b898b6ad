//! Exports that ended, each with its signed manifest.

use model::{
    ExportId,
    audit::{Manifest, Signed},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    Audit,
    proof::{read, text},
};
use crate::{
    StoreError, attest,
    entity::{
        audit_export::{ActiveModel, Column, Entity},
        within,
    },
};

/// An export that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditExport {
    /// Identity.
    pub id: ExportId,
    /// What the file holds.
    pub manifest: Signed<Manifest>,
}

impl Audit<'_> {
    /// Signs and keeps the manifest of an export.
    pub async fn keep_export(
        &self,
        id: ExportId,
        manifest: Manifest,
    ) -> Result<AuditExport, StoreError> {
        let manifest = attest::sign(self.0.vault(), manifest);
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                at: Set(self.0.now().millis()),
                manifest: Set(text(&manifest)),
            })
            .await?;
        Ok(AuditExport { id, manifest })
    }

    /// One export.
    pub async fn export(&self, id: ExportId) -> Result<Option<AuditExport>, StoreError> {
        let row = within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .one(self.0.db())
            .await?;
        row.map(|row| {
            Ok(AuditExport {
                id,
                manifest: read(&row.manifest)?,
            })
        })
        .transpose()
    }

    /// The latest exports, newest first.
    pub async fn exports(&self, most: u64) -> Result<Vec<AuditExport>, StoreError> {
        let rows = within::<Entity>(self.0)
            .order_by_desc(Column::Id)
            .limit(most)
            .all(self.0.db())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(AuditExport {
                    id: ExportId::from_uuid(row.id),
                    manifest: read(&row.manifest)?,
                })
            })
            .collect()
    }
}
