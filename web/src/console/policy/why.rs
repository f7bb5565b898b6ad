//! Why a call would be allowed or refused, by the function that decides it.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    Access, Channel, ClientId, ClientRef, Member, MemberId, MemberStatus, Subject,
    policy::{
        CallTool, Caller, Effect, ManageTenant, Reason, Rules, ToolFacts, by_each_role, fence,
        would,
    },
};
use serde::Deserialize;
use store::{Page, StoreError};
use views::console::{
    Tab,
    policy::{Question, RoleAnswer, Tick, WhyAnswer, WhyPage, clients_words, question, refusal},
};

use super::{Facts, facts::KnownClient};
use crate::{
    WebState,
    console::{Away, Desk, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// The questions of a call, in the order in which they are asked.
const ORDER: [Reason; 9] = [
    Reason::RoleMissing,
    Reason::ClientStopped,
    Reason::ToolOff,
    Reason::CapabilityOff,
    Reason::ReadOnlyTenant,
    Reason::RoleTool,
    Reason::RoleEffect,
    Reason::RoleClient,
    Reason::ReadOnlyCredential,
];

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    tool: String,
    #[serde(default)]
    effect: String,
    #[serde(default)]
    client: String,
}

/// Asks and answers.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    asked: &Asked,
) -> Result<WhyPage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let rules = tx.rules().read().await?;
    let facts = Facts::load(&tx, visit.lang()).await?;
    let mut people = tx.members().list(&Page::first(Page::MAX)).await?.items;
    let chosen: Option<MemberId> = asked.who.parse().ok();
    if let Some(id) = chosen.filter(|id| people.iter().all(|member| member.id != *id)) {
        people.extend(tx.members().get(id).await?);
    }
    drop(tx);
    let member = people.iter().find(|member| Some(member.id) == chosen);
    let tool = tools::find(&asked.tool);
    let effect = [Effect::Read, Effect::Write, Effect::Destroy]
        .into_iter()
        .find(|effect| effect.name() == asked.effect)
        .unwrap_or_else(|| tool.map_or(Effect::Read, |tool| tool.spec().effect));
    let answer = member.zip(tool).map(|(member, tool)| {
        let client = client_of(&asked.client, &facts);
        let asking = Asking {
            member,
            client,
            tool: tool.spec().facts(effect.min(tool.spec().effect)),
        };
        asking.answer(visit, desk, &facts, &rules)
    });
    let tick = |id: String, name: String, on: bool| Tick {
        id,
        name,
        hint: String::new(),
        on,
    };
    let (unverified, key) = clients_words(visit.lang());
    let mut clients = vec![
        tick(
            String::new(),
            unverified.to_owned(),
            asked.client.is_empty(),
        ),
        tick("key".to_owned(), key.to_owned(), asked.client == "key"),
    ];
    clients.extend(facts.clients.iter().map(|(id, client)| {
        let id = id.to_string();
        let on = id == asked.client;
        tick(id, client.name.clone(), on)
    }));
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(WhyPage {
        console: desk.shell(visit, Tab::Policy),
        people: people
            .iter()
            .map(|member| {
                let on = Some(member.id) == chosen;
                tick(member.id.to_string(), member.name.clone(), on)
            })
            .collect(),
        tools: tools::catalogue()
            .iter()
            .map(|tool| {
                let on = tool.name() == asked.tool;
                tick(tool.name().to_owned(), tool.name().to_owned(), on)
            })
            .collect(),
        clients,
        effect: effect.name(),
        answer,
    })
}

fn client_of(asked: &str, facts: &Facts) -> ClientRef {
    let known: Option<(ClientId, &KnownClient)> = asked
        .parse()
        .ok()
        .and_then(|id: ClientId| Some((id, facts.clients.get(&id)?)));
    match known {
        Some((id, client)) => ClientRef {
            id: Some(id),
            name: client.name.clone(),
            verified: client.vouched_by.is_some(),
        },
        None if asked == "key" => ClientRef::unregistered("key"),
        // Some client that nobody vouches for and no rule names.
        None => ClientRef {
            id: Some(ClientId::from_uuid(uuid::Uuid::nil())),
            name: String::new(),
            verified: false,
        },
    }
}

struct Asking<'a> {
    member: &'a Member,
    client: ClientRef,
    tool: ToolFacts,
}

impl Asking<'_> {
    fn answer(
        &self,
        visit: &Visit,
        desk: &Desk<ManageTenant>,
        facts: &Facts,
        rules: &Rules,
    ) -> WhyAnswer {
        let subject = Subject::Member {
            id: self.member.id,
            open_id: self.member.open_id.clone(),
            name: self.member.name.clone(),
        };
        let caller = Caller {
            subject: &subject,
            // A blocked person has no session, whatever its roles.
            roles: match self.member.status {
                MemberStatus::Active => self.member.roles,
                MemberStatus::Blocked => model::RoleSet::EMPTY,
            },
            access: Access::Write,
            client: &self.client,
            channel: Channel::Mcp,
        };
        let decision = would::<CallTool>(rules, &caller, &self.tool);
        let stopped = decision.err();
        let failed = stopped.and_then(|reason| ORDER.iter().position(|asked| *asked == reason));
        let questions = ORDER.iter().enumerate().filter_map(|(index, reason)| {
            Some(Question {
                words: question(visit.lang(), reason.name())?,
                answer: match failed {
                    Some(failed) if index > failed => None,
                    Some(failed) => Some(index < failed),
                    None => Some(stopped.is_none()),
                },
            })
        });
        let roles = by_each_role(rules, &caller, &self.tool).map(|(role, decision)| {
            let summary = facts.summary(rules.of(role));
            RoleAnswer {
                name: facts.role(rules, role),
                path: desk.path(&format!("/policy/roles/{}", role.name())),
                refused: decision
                    .err()
                    .map(|reason| refusal(visit.lang(), reason.name())),
                places: summary.held_to(visit.lang()),
            }
        });
        WhyAnswer {
            allowed: decision.is_ok(),
            by_place: decision.is_ok() && fence(rules, &caller, &self.tool).is_some(),
            questions: questions.collect(),
            roles: roles.collect(),
        }
    }
}
