//! Rules that act on what happens.
//!
//! An event becomes a run of each rule that it begins, once: the pair of rule and event is a key.
//! A run is held by one process at a time; what it writes says who it is, so a process that was
//! slow cannot write over its successor.

mod queue;
pub(crate) mod runs;

use model::{
    Id, RuleId, TenantId, Timestamp,
    automation::{Definition, Kind, RuleState},
    policy::{ManageRules, Permit},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait as _},
};
use vault::{Place, Sealed, Secret, TokenHash};

pub use self::queue::{Claim, Held};
use crate::{
    LookupTx, StoreError, TenantTx,
    entity::{
        automation_rule::{ActiveModel, Column, Entity, Model},
        delete_within, update_within, within,
    },
};

/// The rules of the transaction's tenant, and their runs.
#[derive(Debug)]
pub struct Automations<'t>(pub(crate) &'t TenantTx);

impl TenantTx {
    /// Rules that act on what happens.
    pub const fn automations(&self) -> Automations<'_> {
        Automations(self)
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Identity.
    pub id: RuleId,
    /// Name for people.
    pub name: String,
    /// Whether it runs.
    pub state: RuleState,
    /// Why the platform itself paused it; empty when a person did.
    pub paused_for: String,
    /// What it is.
    pub definition: Definition,
    /// Counts its changes.
    pub version: i64,
    /// Its next moment, when it has a schedule.
    pub next_at: Option<Timestamp>,
    /// Who made it, for people.
    pub made_by: String,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A rule as somebody asks for it.
#[derive(Debug, Clone)]
pub struct RuleChange<'a> {
    /// Name for people.
    pub name: &'a str,
    /// What it is.
    pub definition: &'a Definition,
    /// Its next moment, when it has a schedule.
    pub next_at: Option<Timestamp>,
    /// Who asks, for people.
    pub by: &'a str,
}

/// The address of a rule.
#[derive(Debug)]
pub struct Hook {
    /// Where it leads.
    pub tenant: TenantId,
    /// The rule.
    pub rule: RuleId,
}

impl Automations<'_> {
    /// Makes a rule, paused.
    ///
    /// # Errors
    /// [`StoreError::ForeignPermit`] with the permit of another tenant.
    pub async fn make(
        &self,
        permit: &Permit<ManageRules>,
        rule: &RuleChange<'_>,
    ) -> Result<RuleId, StoreError> {
        self.0.check(permit)?;
        let id = RuleId::mint(self.0.clock(), self.0.entropy());
        let now = self.0.now().millis();
        self.0
            .insert(ActiveModel {
                tenant_id: Set(self.0.tenant().uuid()),
                id: Set(id.uuid()),
                name: Set(rule.name.to_owned()),
                state: Set(RuleState::Paused.name().to_owned()),
                paused_for: Set(String::new()),
                kind: Set(rule.definition.trigger.kind().name().to_owned()),
                place: Set(rule.definition.trigger.place().to_owned()),
                definition: Set(self.sealed(id, rule.definition).await?),
                version: Set(1),
                hook_hash: Set(None),
                hook_key: Set(None),
                next_at: Set(rule.next_at.map(Timestamp::millis)),
                made_by: Set(rule.by.to_owned()),
                made_at: Set(now),
                changed_at: Set(now),
            })
            .await?;
        Ok(id)
    }

    /// Changes the rule of this version; `false` when it is gone or was changed before.
    ///
    /// # Errors
    /// As [`Automations::make`].
    pub async fn change(
        &self,
        permit: &Permit<ManageRules>,
        id: RuleId,
        version: i64,
        rule: &RuleChange<'_>,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let definition = self.sealed(id, rule.definition).await?;
        let trigger = &rule.definition.trigger;
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::Version.eq(version))
            .col_expr(Column::Name, Expr::value(rule.name))
            .col_expr(Column::Kind, Expr::value(trigger.kind().name()))
            .col_expr(Column::Place, Expr::value(trigger.place()))
            .col_expr(Column::Definition, Expr::value(definition))
            .col_expr(
                Column::NextAt,
                Expr::value(rule.next_at.map(Timestamp::millis)),
            )
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .col_expr(Column::ChangedAt, Expr::value(self.0.now().millis()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Lets a rule run, or pauses it; `false` when there is none.
    ///
    /// # Errors
    /// As [`Automations::make`].
    pub async fn switch(
        &self,
        permit: &Permit<ManageRules>,
        id: RuleId,
        state: RuleState,
        next_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(Column::State, Expr::value(state.name()))
            .col_expr(Column::PausedFor, Expr::value(""))
            .col_expr(Column::NextAt, Expr::value(next_at.map(Timestamp::millis)))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Pauses a rule that does harm; `false` when it was paused already.
    pub async fn stop(&self, id: RuleId, why: &str) -> Result<bool, StoreError> {
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(RuleState::Active.name()))
            .col_expr(Column::State, Expr::value(RuleState::Paused.name()))
            .col_expr(Column::PausedFor, Expr::value(why))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Removes a rule with its runs; `false` when there is none.
    ///
    /// # Errors
    /// As [`Automations::make`].
    pub async fn remove(
        &self,
        permit: &Permit<ManageRules>,
        id: RuleId,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let done = delete_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// Gives a rule an address of its own, in place of one that it had; `false` when there is no
    /// such rule.
    ///
    /// # Errors
    /// As [`Automations::make`].
    pub async fn open_hook(
        &self,
        permit: &Permit<ManageRules>,
        id: RuleId,
        address: &TokenHash,
        key: &Secret,
    ) -> Result<bool, StoreError> {
        self.0.check(permit)?;
        let row = id.to_string();
        let data_key = self.0.data_key().await?;
        let place = self.place("automation_rules", "hook_key", &row);
        let sealed = data_key.seal(&place, key.expose().as_bytes())?;
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .col_expr(
                Column::HookHash,
                Expr::value(Some(address.as_bytes().to_vec())),
            )
            .col_expr(Column::HookKey, Expr::value(Some(sealed.into_bytes())))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    /// The key of the signatures of a rule's requests.
    pub async fn hook_key(&self, id: RuleId) -> Result<Option<Secret>, StoreError> {
        let Some(sealed) = self.row(id).await?.and_then(|row| row.hook_key) else {
            return Ok(None);
        };
        let row = id.to_string();
        let place = self.place("automation_rules", "hook_key", &row);
        let data_key = self.0.data_key().await?;
        let opened = data_key.open(&place, &Sealed::from_bytes(sealed))?;
        Ok(Some(Secret::new(opened.expose_str()?)))
    }

    /// Whether a rule has an address of its own.
    pub async fn has_hook(&self, id: RuleId) -> Result<bool, StoreError> {
        Ok(self
            .row(id)
            .await?
            .is_some_and(|row| row.hook_hash.is_some()))
    }

    /// One rule.
    pub async fn get(&self, id: RuleId) -> Result<Option<Rule>, StoreError> {
        match self.row(id).await? {
            Some(row) => self.rule(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// All rules, oldest first.
    pub async fn list(&self) -> Result<Vec<Rule>, StoreError> {
        let rows = within::<Entity>(self.0)
            .order_by_asc(Column::Id)
            .all(self.0.db())
            .await?;
        self.rules(rows).await
    }

    /// Active rules that wait for events of a kind at a place.
    pub(crate) async fn waiting_for(
        &self,
        kind: Kind,
        place: &str,
    ) -> Result<Vec<Rule>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Kind.eq(kind.name()))
            .filter(Column::Place.eq(place))
            .filter(Column::State.eq(RuleState::Active.name()))
            .order_by_asc(Column::Id)
            .all(self.0.db())
            .await?;
        self.rules(rows).await
    }

    /// Active rules whose moment has come.
    pub async fn due_schedules(&self) -> Result<Vec<Rule>, StoreError> {
        let rows = within::<Entity>(self.0)
            .filter(Column::Kind.eq(Kind::Schedule.name()))
            .filter(Column::State.eq(RuleState::Active.name()))
            .filter(Column::NextAt.lte(self.0.now().millis()))
            .all(self.0.db())
            .await?;
        self.rules(rows).await
    }

    /// Moves a schedule from one moment to the next; `false` when somebody else did.
    pub async fn advance(
        &self,
        id: RuleId,
        from: Timestamp,
        to: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let done = update_within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::NextAt.eq(from.millis()))
            .col_expr(Column::NextAt, Expr::value(to.map(Timestamp::millis)))
            .exec(self.0.db())
            .await?;
        Ok(done.rows_affected == 1)
    }

    async fn row(&self, id: RuleId) -> Result<Option<Model>, StoreError> {
        let found = within::<Entity>(self.0)
            .filter(Column::Id.eq(id.uuid()))
            .one(self.0.db())
            .await?;
        Ok(found)
    }

    async fn rules(&self, rows: Vec<Model>) -> Result<Vec<Rule>, StoreError> {
        let mut rules = Vec::with_capacity(rows.len());
        for row in rows {
            rules.push(self.rule(row).await?);
        }
        Ok(rules)
    }

    async fn rule(&self, row: Model) -> Result<Rule, StoreError> {
        let corrupt = || StoreError::Corrupt { what: "rule" };
        let id: RuleId = Id::from_uuid(row.id);
        let text = id.to_string();
        let place = self.place("automation_rules", "definition", &text);
        let key = self.0.data_key().await?;
        let opened = key.open(&place, &Sealed::from_bytes(row.definition))?;
        let definition = serde_json::from_str(opened.expose_str()?).map_err(|_| corrupt())?;
        Ok(Rule {
            id,
            name: row.name,
            state: RuleState::from_name(&row.state).ok_or_else(corrupt)?,
            paused_for: row.paused_for,
            definition,
            version: row.version,
            next_at: row.next_at.map(Timestamp::from_millis),
            made_by: row.made_by,
            changed_at: Timestamp::from_millis(row.changed_at),
        })
    }

    async fn sealed(&self, id: RuleId, definition: &Definition) -> Result<Vec<u8>, StoreError> {
        let text =
            serde_json::to_vec(definition).map_err(|_| StoreError::Corrupt { what: "rule" })?;
        let row = id.to_string();
        let key = self.0.data_key().await?;
        let sealed = key.seal(&self.place("automation_rules", "definition", &row), &text)?;
        Ok(sealed.into_bytes())
    }

    pub(crate) const fn place<'p>(
        &self,
        table: &'static str,
        column: &'static str,
        row: &'p str,
    ) -> Place<'p> {
        Place {
            tenant: self.0.tenant(),
            table,
            column,
            row,
        }
    }
}

impl LookupTx {
    /// The rule whose address was called.
    pub async fn rule_hook(&self) -> Result<Option<Hook>, StoreError> {
        let found = Entity::find()
            .filter(Column::HookHash.eq(self.hash()))
            .one(self.db())
            .await?;
        Ok(found.map(|row| Hook {
            tenant: Id::from_uuid(row.tenant_id),
            rule: Id::from_uuid(row.id),
        }))
    }
}
