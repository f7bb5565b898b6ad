//! The rules of one role, in the draft.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use http::StatusCode;
use model::{
    ClientId, Role,
    policy::{ClientChoice, Effect, ManageTenant, Place, Places, RoleRules, Rules, ToolChoice},
    role_mapping::Gives,
};
use store::{StoreError, TenantTx};
use views::{
    console::{
        Tab,
        policy::{PolicyDone, RoleFault, RolePage, Tick},
    },
    error::Trouble,
};

use super::{BUILT_IN, Facts, Fields, Told, Work, change, facts, name_of};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// Places of one list.
const PLACES_MAX: usize = 100;
/// Characters of a place's name.
const PLACE_NAME: usize = 80;

/// Shows the role.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path((slug, role)): Path<(String, String)>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let tx = desk.scope(&state).read().await.map_err(internal)?;
    let work = Work::of(&desk, &tx).await.map_err(internal)?;
    let role = known(&visit, &work.mine, &role)?;
    let facts = Facts::load(&tx, visit.lang()).await.map_err(internal)?;
    let own = work.mine.of(role).cloned();
    let own = own.unwrap_or_else(|| RoleRules::open(role));
    let mut page = form(&visit, &desk, &facts, &work.mine, &own);
    if let Some(done) = PolicyDone::of(&told.done) {
        let (tone, words) = done.notice(visit.lang());
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

/// Writes the role's rules into the draft, or takes a role away.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn act(
    State(state): State<WebState>,
    Path((slug, role)): Path<(String, String)>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let fields = Fields::read(&body);
    let desk = come_in::<ManageTenant>(&state, &visit, &slug, fields.one("csrf")).await?;
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let tx = desk.scope(&state).read().await.map_err(internal)?;
    let work = Work::of(&desk, &tx).await.map_err(internal)?;
    let role = known(&visit, &work.mine, &role)?;
    let facts = Facts::load(&tx, visit.lang()).await.map_err(internal)?;
    if fields.one("remove") == "yes" && matches!(role, Role::Custom(_)) {
        if in_use(&tx, role).await.map_err(internal)? {
            return Ok(page::go(&desk.path("/policy?done=in_use")));
        }
        drop(tx);
        let gone = change(&state, &desk, |mine| {
            mine.roles.retain(|own| own.role != role);
        });
        gone.await.map_err(internal)?;
        return Ok(page::go(&desk.path("/policy?done=saved")));
    }
    drop(tx);
    let (own, fault) = read(&desk, role, &work.mine, &fields);
    if let Some(fault) = fault {
        let mut page = form(&visit, &desk, &facts, &work.mine, &own);
        // What was typed stays, also what could not be read.
        fields.one("only").clone_into(&mut page.only);
        fields.one("never").clone_into(&mut page.never);
        fields.one("days").clone_into(&mut page.days);
        if let Some(names) = &mut page.names {
            *names = (fields.one("en").to_owned(), fields.one("zh").to_owned());
        }
        page.fault = Some(fault);
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    }
    let written = change(&state, &desk, |mine| {
        mine.roles.retain(|known| known.role != role);
        // A built-in role without limits needs no entry.
        if own != RoleRules::open(role) {
            mine.roles.push(own);
            mine.roles.sort_by_key(|own| own.role);
        }
    });
    written.await.map_err(internal)?;
    Ok(page::go(&desk.path("/policy?done=saved")))
}

/// The role of an address: built in, or of the draft.
fn known(visit: &Visit, mine: &Rules, name: &str) -> Result<Role, PageFault> {
    Role::from_name(name)
        .filter(|role| BUILT_IN.contains(role) || mine.of(*role).is_some())
        .ok_or_else(|| PageFault::new(Trouble::NotFound, visit))
}

/// Whether somebody has the role or a mapping gives it.
pub(super) async fn in_use(tx: &TenantTx, role: Role) -> Result<bool, StoreError> {
    let mapped = tx.role_mappings().read().await?.mappings.rules;
    if mapped.iter().any(|rule| rule.gives == Gives::Role(role)) {
        return Ok(true);
    }
    tx.members().any_with(role).await
}

fn form(
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    facts: &Facts,
    rules: &Rules,
    own: &RoleRules,
) -> RolePage {
    let (tool_mode, named): (_, &[String]) = match &own.tools {
        ToolChoice::All => ("all", &[]),
        ToolChoice::Only(names) => ("only", names),
        ToolChoice::Except(names) => ("except", names),
    };
    let (client_mode, chosen): (_, &[ClientId]) = match &own.clients {
        ClientChoice::Any => ("any", &[]),
        ClientChoice::Verified => ("verified", &[]),
        ClientChoice::Only(ids) => ("only", ids),
    };
    let lines = |places: &[Place]| {
        places
            .iter()
            .map(facts::place)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let tools = tools::catalogue().iter();
    // What is always on is nobody's to take away.
    let tools = tools.filter(|tool| tool.spec().capability.is_some());
    RolePage {
        console: desk.shell(visit, Tab::Policy),
        action: desk.path(&format!("/policy/roles/{}", own.role.name())),
        name: facts.role(rules, own.role),
        names: matches!(own.role, Role::Custom(_)).then(|| {
            let name = own.name.clone();
            name.map_or_else(Default::default, |name| (name.en, name.zh))
        }),
        tool_mode,
        tools: tools
            .map(|tool| Tick {
                id: tool.name().to_owned(),
                name: tool.name().to_owned(),
                hint: tool.spec().title.pick(visit.locale).to_owned(),
                on: named.iter().any(|name| name == tool.name()),
            })
            .collect(),
        ceiling: own.ceiling.name(),
        only: lines(&own.places.only),
        never: lines(&own.places.never),
        client_mode,
        clients: facts
            .clients
            .iter()
            .map(|(id, client)| Tick {
                id: id.to_string(),
                name: client.name.clone(),
                hint: client.vouched_by.clone().unwrap_or_default(),
                on: chosen.contains(id),
            })
            .collect(),
        keys: own.api_keys,
        days: own
            .consent_days
            .map_or_else(String::new, |days| days.to_string()),
        fault: None,
    }
}

/// Reads the form; with a fault, what could be read is given as well.
fn read(
    desk: &Desk<ManageTenant>,
    role: Role,
    rules: &Rules,
    fields: &Fields,
) -> (RoleRules, Option<RoleFault>) {
    let mut fault = None;
    let named = || -> Vec<String> {
        let known = tools::catalogue().iter().map(tools::ToolDef::name);
        let ticked = known.filter(|name| fields.all("tool").any(|ticked| ticked == *name));
        ticked.map(str::to_owned).collect()
    };
    let mut places = |field: &str| {
        let (places, wrong) = read_places(fields.one(field));
        if let Some(line) = wrong {
            fault.get_or_insert(RoleFault::Line(line));
        }
        places
    };
    let places = Places {
        only: places("only"),
        never: places("never"),
    };
    let days = fields.one("days").trim();
    let consent_days = match days.parse::<u16>() {
        Ok(days) if RoleRules::CONSENT_DAYS.contains(&days) => Some(days),
        _ if days.is_empty() => None,
        _ => {
            fault.get_or_insert(RoleFault::Days);
            None
        }
    };
    let name = match role {
        Role::Custom(_) => {
            let name = name_of(fields.one("en"), fields.one("zh"));
            if name.is_none() {
                fault.get_or_insert(RoleFault::Name);
            }
            name.or_else(|| rules.of(role)?.name.clone())
        }
        _ => None,
    };
    let clients = || -> Vec<ClientId> {
        let ticked = fields.all("client");
        ticked.filter_map(|id| id.parse().ok()).collect()
    };
    let own = RoleRules {
        role,
        name,
        tools: match fields.one("tools") {
            "only" => ToolChoice::Only(named()),
            "except" => ToolChoice::Except(named()),
            _ => ToolChoice::All,
        },
        ceiling: match fields.one("ceiling") {
            "read" => Effect::Read,
            "write" => Effect::Write,
            _ => Effect::Destroy,
        },
        places,
        clients: match fields.one("clients") {
            "verified" => ClientChoice::Verified,
            "only" => ClientChoice::Only(clients()),
            _ => ClientChoice::Any,
        },
        api_keys: fields.one("keys") == "yes",
        consent_days,
    };
    debug_assert_eq!(desk.principal().tenant(), rules.tenant);
    (own, fault)
}

/// One place a line, a name may follow; also gives the first line that names none.
fn read_places(text: &str) -> (Vec<Place>, Option<String>) {
    let mut places: Vec<Place> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (reference, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let found = tools::place_of(reference, None);
        let Some(place) = found.filter(|_| places.len() < PLACES_MAX) else {
            return (places, Some(line.chars().take(120).collect()));
        };
        let name = views::clean(name.trim()).chars().take(PLACE_NAME).collect();
        if !places.contains(&place) {
            places.push(Place { name, ..place });
        }
    }
    (places, None)
}
