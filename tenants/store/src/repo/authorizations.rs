//! Pending authorization requests, from the consent page to the redeemed code. Each step is a
//! compare-and-swap on the stage, so each can happen once.

use model::{Access, AuthorizationId, ClientId, GrantId, Id, MemberId, TenantId, Timestamp};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use vault::{Place, Secret, TokenHash};

use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{
        authorization::{ActiveModel, Column, Entity, Model},
        delete_within, update_within,
    },
    repo::hash_of,
};

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The consent page was shown.
    Parked,
    /// The member approved; the browser is at Feishu.
    Approved,
    /// The browser came back; Feishu's code is being exchanged.
    Returned,
    /// Our code was given to the client.
    Coded,
    /// The code was redeemed.
    Redeemed,
    /// The member said no, or Feishu did.
    Refused,
}

impl Stage {
    const ALL: [Self; 6] = [
        Self::Parked,
        Self::Approved,
        Self::Returned,
        Self::Coded,
        Self::Redeemed,
        Self::Refused,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Parked => "parked",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Coded => "coded",
            Self::Redeemed => "redeemed",
            Self::Refused => "refused",
        }
    }
}

/// A pending authorization request.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// The tenant.
    pub tenant: TenantId,
    /// Identity.
    pub id: AuthorizationId,
    /// The client that asks.
    pub client: ClientId,
    /// Its name when it asked.
    pub client_name: String,
    /// Where the answer goes, exactly as asked.
    pub redirect_uri: String,
    /// The client's own state.
    pub state: Option<String>,
    /// PKCE challenge (S256).
    pub challenge: String,
    /// Access that was asked for.
    pub asked: Access,
    /// The resource, exactly as asked.
    pub resource: String,
    /// The browser that it began in.
    pub browser: TokenHash,
    /// Token of the consent form.
    pub csrf: TokenHash,
    /// How far it is.
    pub stage: Stage,
    /// Access that the member gave.
    pub given: Option<Access>,
    /// The member who signed in.
    pub member: Option<MemberId>,
    /// End of the code.
    pub code_expires_at: Option<Timestamp>,
    /// The grant that the code became.
    pub grant: Option<GrantId>,
    /// End of the request.
    pub expires_at: Timestamp,
}

/// A request to be parked.
#[derive(Debug, Clone)]
pub struct NewAuthorization<'a> {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub client_name: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// The client's own state.
    pub state: Option<&'a str>,
    /// PKCE challenge.
    pub challenge: &'a str,
    /// Access that was asked for.
    pub asked: Access,
    /// The resource.
    pub resource: &'a str,
    /// The browser.
    pub browser: &'a TokenHash,
    /// Token of the consent form.
    pub csrf: &'a TokenHash,
    /// End of the request.
    pub expires_at: Timestamp,
}

/// The pending requests of a tenant.
#[derive(Debug)]
pub struct Authorizations<'t>(&'t TenantTx);

impl TenantTx {
    /// The tenant's pending authorization requests.
    pub const fn authorizations(&self) -> Authorizations<'_> {
        Authorizations(self)
    }
}

impl Authorizations<'_> {
    /// Parks a request while the member reads the consent page.
    pub async fn park(&self, new: NewAuthorization<'_>) -> Result<AuthorizationId, StoreError> {
        let id: AuthorizationId = Id::mint(self.0.clock(), self.0.entropy());
        Entity::insert(ActiveModel {
            tenant_id: Set(self.0.tenant().uuid()),
            id: Set(id.uuid()),
            client_id: Set(new.client.uuid()),
            client_name: Set(new.client_name.to_owned()),
            redirect_uri: Set(new.redirect_uri.to_owned()),
            state: Set(new.state.map(str::to_owned)),
            challenge: Set(new.challenge.to_owned()),
            access: Set(new.asked.scope().to_owned()),
            resource: Set(new.resource.to_owned()),
            browser_hash: Set(new.browser.as_bytes().to_vec()),
            csrf_hash: Set(new.csrf.as_bytes().to_vec()),
            stage: Set(Stage::Parked.name().to_owned()),
            given: Set(None),
            feishu_state_hash: Set(None),
            feishu_verifier: Set(None),
            member_id: Set(None),
            code_hash: Set(None),
            code_expires_at: Set(None),
            grant_id: Set(None),
            created_at: Set(self.0.now().millis()),
            expires_at: Set(new.expires_at.millis()),
        })
        .exec_without_returning(self.0.db())
        .await?;
        Ok(id)
    }

    /// One request.
    pub async fn get(&self, id: AuthorizationId) -> Result<Option<Authorization>, StoreError> {
        let row = self.row(id).await?;
        row.map(read).transpose()
    }

    /// The member approved: the state for Feishu is stored only now. `false` when somebody was
    /// faster or the request is over.
    pub async fn approve(
        &self,
        id: AuthorizationId,
        given: Access,
        state: &TokenHash,
        verifier: &Secret,
    ) -> Result<bool, StoreError> {
        let row = id.to_string();
        let sealed = self
            .0
            .data_key()
            .await?
            .seal(&self.place(&row), verifier.expose().as_bytes())?;
        self.step(
            id,
            Stage::Parked,
            Stage::Approved,
            vec![
                (Column::Given, given.scope().into()),
                (Column::FeishuStateHash, state.as_bytes().to_vec().into()),
                (Column::FeishuVerifier, sealed.into_bytes().into()),
            ],
        )
        .await
    }

    /// The browser came back with the state: gives the verifier of our leg, once.
    pub async fn take_returned(&self, id: AuthorizationId) -> Result<Option<Secret>, StoreError> {
        if !self
            .step(id, Stage::Approved, Stage::Returned, Vec::new())
            .await?
        {
            return Ok(None);
        }
        let stored = self
            .row(id)
            .await?
            .and_then(|row| row.feishu_verifier)
            .ok_or(StoreError::Corrupt {
                what: "authorization verifier",
            })?;
        let row = id.to_string();
        let opened = self
            .0
            .data_key()
            .await?
            .open(&self.place(&row), &vault::Sealed::from_bytes(stored))?;
        Ok(Some(Secret::new(opened.expose_str()?.to_owned())))
    }

    /// Our code is given to the client.
    pub async fn give_code(
        &self,
        id: AuthorizationId,
        member: MemberId,
        code: &TokenHash,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(
            id,
            Stage::Returned,
            Stage::Coded,
            vec![
                (Column::MemberId, member.uuid().into()),
                (Column::CodeHash, code.as_bytes().to_vec().into()),
                (Column::CodeExpiresAt, expires_at.millis().into()),
            ],
        )
        .await
    }

    /// The code becomes a grant; `false` when it already did.
    pub async fn redeem(&self, id: AuthorizationId, grant: GrantId) -> Result<bool, StoreError> {
        self.step(
            id,
            Stage::Coded,
            Stage::Redeemed,
            vec![(Column::GrantId, grant.uuid().into())],
        )
        .await
    }

    /// Ends a request that was refused at `from`.
    pub async fn refuse(&self, id: AuthorizationId, from: Stage) -> Result<bool, StoreError> {
        self.step(id, from, Stage::Refused, Vec::new()).await
    }

    /// Removes requests that ended before `before`. Redeemed ones are kept a day, so that a
    /// replayed code is still known as one.
    pub async fn sweep(&self, before: Timestamp) -> Result<u64, StoreError> {
        let removed = delete_within::<Entity>(self.0)
            .filter(Column::ExpiresAt.lt(before.millis()))
            .exec(self.0.db())
            .await?;
        Ok(removed.rows_affected)
    }

    async fn step(
        &self,
        id: AuthorizationId,
        from: Stage,
        to: Stage,
        set: Vec<(Column, sea_orm::Value)>,
    ) -> Result<bool, StoreError> {
        let mut update = update_within::<Entity>(self.0)
            .col_expr(Column::Stage, Expr::value(to.name()))
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::Stage.eq(from.name()));
        for (column, value) in set {
            update = update.col_expr(column, Expr::value(value));
        }
        Ok(update.exec(self.0.db()).await?.rows_affected == 1)
    }

    async fn row(&self, id: AuthorizationId) -> Result<Option<Model>, StoreError> {
        Ok(Entity::find_by_id((self.0.tenant().uuid(), id.uuid()))
            .one(self.0.db())
            .await?)
    }

    fn place<'r>(&self, row: &'r str) -> Place<'r> {
        Place {
            tenant: self.0.tenant(),
            table: "authorizations",
            column: "feishu_verifier",
            row,
        }
    }
}

impl LookupTx {
    /// The request whose state for Feishu has the hash that was asked for.
    pub async fn authorization_by_state(&self) -> Result<Option<Authorization>, StoreError> {
        let row = Entity::find()
            .filter(Column::FeishuStateHash.eq(self.hash()))
            .one(self.db())
            .await?;
        row.map(read).transpose()
    }

    /// The request whose code has the hash that was asked for.
    pub async fn authorization_by_code(&self) -> Result<Option<Authorization>, StoreError> {
        let row = Entity::find()
            .filter(Column::CodeHash.eq(self.hash()))
            .one(self.db())
            .await?;
        row.map(read).transpose()
    }
}

fn read(row: Model) -> Result<Authorization, StoreError> {
    let corrupt = || StoreError::Corrupt {
        what: "authorization",
    };
    Ok(Authorization {
        tenant: Id::from_uuid(row.tenant_id),
        id: Id::from_uuid(row.id),
        client: Id::from_uuid(row.client_id),
        client_name: row.client_name,
        redirect_uri: row.redirect_uri,
        state: row.state,
        challenge: row.challenge,
        asked: row.access.parse().map_err(|_| corrupt())?,
        resource: row.resource,
        browser: hash_of(&row.browser_hash)?,
        csrf: hash_of(&row.csrf_hash)?,
        stage: Stage::ALL
            .into_iter()
            .find(|stage| stage.name() == row.stage)
            .ok_or_else(corrupt)?,
        given: row
            .given
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| corrupt())?,
        member: row.member_id.map(Id::from_uuid),
        code_expires_at: row.code_expires_at.map(Timestamp::from_millis),
        grant: row.grant_id.map(Id::from_uuid),
        expires_at: Timestamp::from_millis(row.expires_at),
    })
}
