//! Changes the reader's draft of the rules. Nothing of it holds before it is saved.

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use http::StatusCode;
use model::{
    policy::ManageTenant,
    role_mapping::{Gives, MappingFault, RoleMapping, RoleMappings, Whom},
};
use serde::Deserialize;
use store::{StoreError, TenantTx};

use super::{Table, add, author, come_in};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// What the forms post.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    csrf: String,
    #[serde(rename = "do")]
    act: String,
    place: usize,
    /// Version that the page showed; of the form that adds, none.
    seen: Option<u64>,
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) q: String,
    pub(super) below: String,
    pub(super) gives: String,
}

/// What became of it.
enum Done {
    Changed(&'static str),
    Fault(&'static str),
}

/// Adds, moves or removes a rule of the draft, or gives it up.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn act(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, Away> {
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, &wish.csrf).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    match change(&state, &desk, &wish).await.map_err(internal)? {
        Done::Changed("") => Ok(page::go(&desk.path("/roles"))),
        Done::Changed(done) => Ok(page::go(&desk.path(&format!("/roles?done={done}")))),
        Done::Fault(fault) => {
            let asked = wish.asked();
            let page = add::build(&state, &visit, &desk, &asked, fault).await;
            let page = page.map_err(internal)?;
            Ok(page::answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                page.render(),
            ))
        }
    }
}

impl Wish {
    fn asked(&self) -> add::Asked {
        add::Asked {
            kind: self.kind.clone(),
            q: self.q.clone(),
            id: self.id.clone(),
            below: self.below == "yes",
            gives: Gives::from_name(&self.gives),
        }
    }
}

async fn change(
    state: &WebState,
    desk: &Desk<ManageTenant>,
    wish: &Wish,
) -> Result<Done, StoreError> {
    let tx = desk.scope(state).write().await?;
    let author = author(desk);
    let table = Table::read(&tx, author).await?;
    if wish.act == "discard" {
        tx.role_mappings().drop_draft(author).await?;
        tx.commit().await?;
        return Ok(Done::Changed("discarded"));
    }
    // The places on the page are those of another list.
    if wish.seen.is_some_and(|seen| seen != table.version()) {
        return Ok(Done::Changed("conflict"));
    }
    let mut rules = table.shown().to_vec();
    let done = match wish.act.as_str() {
        "add" => match fresh(&tx, wish).await? {
            Ok(rule) => {
                // A role of a rule for everyone is the last to be read, others come before.
                let last = rules.iter().rposition(|known| known.whom != Whom::Everyone);
                let place = if rule.whom == Whom::Everyone {
                    rules.len()
                } else {
                    last.map_or(0, |last| last + 1)
                };
                rules.insert(place, rule);
                "added"
            }
            Err(fault) => return Ok(Done::Fault(fault)),
        },
        "up" if wish.place > 0 && wish.place < rules.len() => {
            rules.swap(wish.place, wish.place - 1);
            ""
        }
        "down" if wish.place + 1 < rules.len() => {
            rules.swap(wish.place, wish.place + 1);
            ""
        }
        "remove" if wish.place < rules.len() => {
            rules.remove(wish.place);
            ""
        }
        _ => "",
    };
    if let Err(fault) = RoleMappings::check(&rules) {
        return Ok(Done::Fault(match fault {
            MappingFault::Twice => "twice",
            MappingFault::TooMany => "many",
            MappingFault::Owner => "role",
            MappingFault::BadId => "id",
        }));
    }
    let mappings = tx.role_mappings();
    if rules == table.kept.mappings.rules && table.version() == table.kept.mappings.version {
        mappings.drop_draft(author).await?;
    } else {
        mappings
            .keep_draft(&desk.permit, author, table.version(), &rules)
            .await?;
    }
    tx.commit().await?;
    Ok(Done::Changed(done))
}

/// The rule that the form asks for, with the name that Feishu gives.
async fn fresh(
    tx: &TenantTx,
    wish: &Wish,
) -> Result<Result<RoleMapping, &'static str>, StoreError> {
    let Ok(whom) = Whom::read(&wish.kind, &wish.id, wish.below == "yes") else {
        return Ok(Err("id"));
    };
    let Some(gives) = Gives::from_name(&wish.gives) else {
        return Ok(Err("role"));
    };
    let all = tx.enterprise();
    let name = match &whom {
        Whom::Everyone => None,
        Whom::Group { id } => {
            let found = all.find_groups(id, 2).await?;
            found
                .into_iter()
                .find(|one| one.id == *id)
                .map(|one| one.name)
        }
        Whom::Department { id, .. } => all.department(id).await?.map(|one| one.name),
        Whom::Person { id } => all.person(id).await?.map(|one| one.name),
    };
    let rule = RoleMapping::new(whom, gives, &name.unwrap_or_default());
    Ok(Ok(rule))
}
