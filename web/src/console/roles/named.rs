//! Names of what rules are about, and of what they give.

use std::collections::HashMap;

use model::{
    Role, RoleSet,
    policy::Rules,
    role_mapping::{Gives, RoleMapping, Whom},
};
use store::{StoreError, TenantTx};
use views::{
    Lang,
    console::roles::{WhomView, role_words},
};

/// Names as Feishu and the tenant give them.
pub(super) struct Named {
    groups: HashMap<String, String>,
    departments: HashMap<String, String>,
    people: HashMap<String, String>,
    /// Names of the tenant's own roles, English and Chinese.
    own: HashMap<Role, (String, String)>,
}

impl Named {
    pub(super) async fn read(
        tx: &TenantTx,
        about: &[RoleMapping],
        rules: &Rules,
    ) -> Result<Self, StoreError> {
        let all = tx.enterprise();
        let groups = all.groups().await?.into_iter();
        let departments = all.departments().await?.into_iter();
        let mut people = HashMap::new();
        for rule in about {
            if let Whom::Person { id } = &rule.whom
                && let Some(known) = all.person(id).await?
            {
                people.insert(id.clone(), known.name);
            }
        }
        let own = rules.roles.iter().filter_map(|one| {
            let name = one.name.as_ref()?;
            Some((one.role, (name.en.clone(), name.zh.clone())))
        });
        Ok(Self {
            groups: groups.map(|one| (one.id, one.name)).collect(),
            departments: departments.map(|one| (one.id, one.name)).collect(),
            people,
            own: own.collect(),
        })
    }

    /// Name of a department.
    pub(super) fn department(&self, id: &str) -> String {
        let known = self.departments.get(id).filter(|name| !name.is_empty());
        known.cloned().unwrap_or_else(|| id.to_owned())
    }

    /// Name of a group.
    pub(super) fn group(&self, id: &str) -> String {
        let known = self.groups.get(id).filter(|name| !name.is_empty());
        known.cloned().unwrap_or_else(|| id.to_owned())
    }

    /// Whom a rule fits.
    pub(super) fn whom(&self, rule: &RoleMapping) -> WhomView {
        let known = match &rule.whom {
            Whom::Everyone => None,
            Whom::Group { id } => self.groups.get(id),
            Whom::Department { id, .. } => self.departments.get(id),
            Whom::Person { id } => self.people.get(id),
        };
        let name = [known.map(String::as_str), Some(&rule.name)]
            .into_iter()
            .flatten()
            .find(|name| !name.is_empty())
            .unwrap_or_else(|| rule.whom.id());
        WhomView {
            kind: rule.whom.kind(),
            name: name.to_owned(),
            below: matches!(rule.whom, Whom::Department { below: true, .. }),
            known: known.is_some() || rule.whom == Whom::Everyone,
        }
    }

    /// What a rule gives, in words.
    pub(super) fn gives(&self, lang: Lang, gives: Gives) -> String {
        match gives {
            Gives::Role(role) => self.role(lang, role),
            Gives::NoAccess => role_words(lang, &gives.name(), ""),
        }
    }

    /// A role, in words.
    pub(super) fn role(&self, lang: Lang, role: Role) -> String {
        let (en, zh) = self
            .own
            .get(&role)
            .map_or(("", ""), |(en, zh)| (en.as_str(), zh.as_str()));
        let given = lang.pick(en, zh);
        role_words(lang, &role.name(), given)
    }

    /// Roles, in words; empty for none.
    pub(super) fn roles(&self, lang: Lang, roles: RoleSet) -> String {
        let words: Vec<String> = roles.iter().map(|role| self.role(lang, role)).collect();
        words.join(lang.pick(", ", "、"))
    }

    /// The roles that a rule can give: the built-in ones that rules give, and the tenant's own.
    pub(super) fn choices(&self, lang: Lang, chosen: Option<Gives>) -> Vec<(String, String, bool)> {
        let built_in = Role::BUILT_IN
            .into_iter()
            .filter(|role| *role != Role::Owner);
        let mut own: Vec<Role> = self.own.keys().copied().collect();
        own.retain(|role| matches!(role, Role::Custom(_)));
        own.sort();
        built_in
            .chain(own)
            .map(Gives::Role)
            .chain([Gives::NoAccess])
            .map(|gives| (gives.name(), self.gives(lang, gives), chosen == Some(gives)))
            .collect()
    }
}
