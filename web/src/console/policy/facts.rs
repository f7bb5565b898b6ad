//! Rules in the words of their readers.

use std::collections::BTreeMap;

use model::{
    ClientId, Role,
    policy::{ClientChoice, Place, RoleRules, Rules, ToolChoice},
};
use store::{ConnectionFilter, Page, StoreError, TenantTx};
use views::{
    Lang,
    console::{
        members::role_name,
        policy::{Change, Chosen, RoleSummary, changes, pack_words},
    },
};

/// A client of the tenant.
#[derive(Debug, Clone)]
pub(super) struct KnownClient {
    pub(super) name: String,
    pub(super) vouched_by: Option<String>,
}

/// What is needed to name things.
pub(super) struct Facts {
    lang: Lang,
    pub(super) clients: BTreeMap<ClientId, KnownClient>,
}

impl Facts {
    pub(super) async fn load(tx: &TenantTx, lang: Lang) -> Result<Self, StoreError> {
        let filter = ConnectionFilter::default();
        let grants = tx
            .connections()
            .grants(&filter, &Page::first(Page::MAX))
            .await?;
        let clients = grants.items.into_iter().map(|grant| {
            let known = KnownClient {
                name: grant.client_name,
                vouched_by: grant.vouched_by,
            };
            (grant.client, known)
        });
        Ok(Self {
            lang,
            clients: clients.collect(),
        })
    }

    /// The name of a role.
    pub(super) fn role(&self, rules: &Rules, role: Role) -> String {
        let own = rules.of(role).and_then(|own| own.name.as_ref());
        match own {
            Some(name) if self.lang == Lang::Zh => name.zh.clone(),
            Some(name) => name.en.clone(),
            None => role_name(self.lang, &role.name()).to_owned(),
        }
    }

    /// What a role may do.
    pub(super) fn summary(&self, own: Option<&RoleRules>) -> RoleSummary {
        let Some(own) = own else {
            return RoleSummary::OPEN;
        };
        RoleSummary {
            tools: match &own.tools {
                ToolChoice::All => Chosen::All,
                ToolChoice::Only(names) => Chosen::Only(names.clone()),
                ToolChoice::Except(names) => Chosen::Except(names.clone()),
            },
            ceiling: own.ceiling.name(),
            only: own.places.only.iter().map(place).collect(),
            never: own.places.never.iter().map(place).collect(),
            clients: match &own.clients {
                ClientChoice::Any => Chosen::All,
                ClientChoice::Verified => Chosen::Verified,
                ClientChoice::Only(ids) => {
                    Chosen::Only(ids.iter().map(|id| self.client(*id)).collect())
                }
            },
            keys: own.api_keys,
            days: own.consent_days,
        }
    }

    fn client(&self, id: ClientId) -> String {
        let known = self.clients.get(&id);
        known.map_or_else(|| id.to_string(), |client| client.name.clone())
    }

    /// What differs, switches aside.
    pub(super) fn changes(&self, before: &Rules, after: &Rules) -> Vec<Change> {
        let mut found = Vec::new();
        let packs = |rules: &Rules| {
            let names = rules
                .capabilities
                .iter()
                .map(|pack| pack_words(self.lang, pack.name()).0);
            names.collect::<Vec<_>>().join(self.lang.pick(", ", "、"))
        };
        if before.capabilities != after.capabilities {
            found.push(Change {
                whose: String::new(),
                what: self.lang.pick("Switched on", "已启用").to_owned(),
                before: packs(before),
                after: packs(after),
            });
        }
        if before.external_sharing != after.external_sharing {
            let word = |on: bool| self.lang.pick(["off", "on"], ["关闭", "开启"])[usize::from(on)];
            found.push(Change {
                whose: String::new(),
                what: self
                    .lang
                    .pick("Sharing outside the organisation", "分享给企业外部")
                    .to_owned(),
                before: word(before.external_sharing).to_owned(),
                after: word(after.external_sharing).to_owned(),
            });
        }
        let mut roles: Vec<Role> = before
            .roles
            .iter()
            .chain(&after.roles)
            .map(|own| own.role)
            .collect();
        roles.sort_unstable();
        roles.dedup();
        for role in roles {
            let name = match after.of(role) {
                Some(_) => self.role(after, role),
                None => self.role(before, role),
            };
            let sides = [before.of(role), after.of(role)];
            let custom = matches!(role, Role::Custom(_));
            if custom && (sides[0].is_none() || sides[1].is_none()) {
                let there = |side: Option<&RoleRules>| {
                    let word = if side.is_some() {
                        self.lang.pick("there", "存在")
                    } else {
                        self.lang.pick("not there", "不存在")
                    };
                    word.to_owned()
                };
                found.push(Change {
                    whose: name.clone(),
                    what: self.lang.pick("Role", "角色").to_owned(),
                    before: there(sides[0]),
                    after: there(sides[1]),
                });
            }
            if let [Some(was), Some(is)] = sides
                && was.name != is.name
            {
                found.push(Change {
                    whose: name.clone(),
                    what: self.lang.pick("Name", "名称").to_owned(),
                    before: self.role(before, role),
                    after: self.role(after, role),
                });
            }
            let [was, is] = sides.map(|side| self.summary(side));
            found.extend(changes(self.lang, &name, Some(&was), Some(&is)));
        }
        found
    }
}

/// A place as the editor shows it.
pub(super) fn place(place: &Place) -> String {
    let reference = tools::place_ref(place);
    if place.name.is_empty() {
        reference
    } else {
        format!("{reference} {}", place.name)
    }
}
