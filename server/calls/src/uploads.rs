//! Makes links that take the bytes of one file, in the name of who called a tool.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use model::{
    Clock, Entropy, Locale, Principal, Slug,
    policy::{CallTool, Permit},
};
use store::{NewUploadLink, Store, StoreError};
use tools::{ToolError, UploadLink, UploadTarget, Uploads};
use vault::{Token, TokenKind};

use crate::UploadAddress;

/// How long a link waits for its bytes.
pub(crate) const LIFE: Duration = Duration::from_mins(15);

/// For one call.
pub(crate) struct Minter {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) address: UploadAddress,
    pub(crate) slug: Slug,
    pub(crate) principal: Principal,
    /// That the call was allowed.
    pub(crate) permit: Arc<Permit<CallTool>>,
}

impl Minter {
    async fn make(&self, target: UploadTarget) -> Result<UploadLink, ToolError> {
        let locale = self.principal.locale();
        let (Some(member), Some(grant)) = (self.principal.member(), self.principal.grant()) else {
            return Err(without_grant(locale));
        };
        let token = Token::mint(TokenKind::Upload, &*self.entropy);
        let expires = self.clock.now() + LIFE;
        let link = NewUploadLink {
            member,
            grant,
            channel: self.principal.channel(),
            locale,
            reference: target.reference,
            block: target.block,
            kind: target.kind.name().to_owned(),
            name: target.name,
            max_bytes: target.max_bytes,
            expires_at: expires,
        };
        let kept = async {
            let tx = self.store.scope(&self.principal).write().await?;
            tx.upload_links()
                .make(&self.permit, &token.hash(), &link)
                .await?;
            tx.commit().await
        };
        kept.await.map_err(|error: StoreError| {
            tracing::error!(%error, "an upload link could not be kept");
            ToolError::internal(locale)
        })?;
        Ok(UploadLink {
            url: (self.address)(&self.slug, token.expose()),
            expires,
            max_bytes: link.max_bytes,
        })
    }
}

impl Uploads for Minter {
    fn link(&self, target: UploadTarget) -> BoxFuture<'_, Result<UploadLink, ToolError>> {
        Box::pin(self.make(target))
    }
}

/// In the console nobody holds a credential that a link could stand for.
fn without_grant(locale: Locale) -> ToolError {
    ToolError::invalid(locale.pick(
        "upload links are made only for connected clients",
        "仅已连接的客户端可获取上传链接",
    ))
    .with_hint(locale.pick("Pass `url` or `base64`.", "请传入 `url` 或 `base64`。"))
}
