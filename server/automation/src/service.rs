//! In whose name a rule works.

use model::{Access, Channel, ClientRef, Principal, PrincipalParts, RoleSet, Subject, Tenant};
use store::Rule;

/// The rule itself, in its role. Whoever saved the rule had the right to give it this role.
pub(crate) fn principal(tenant: &Tenant, rule: &Rule) -> Principal {
    Principal::establish(PrincipalParts {
        tenant: tenant.id,
        subject: Subject::Service {
            id: rule.id,
            name: rule.name.clone(),
        },
        roles: RoleSet::EMPTY.with(rule.definition.role),
        access: Access::Write,
        client: ClientRef::unregistered(format!("rule: {}", rule.name)),
        grant: None,
        channel: Channel::Rule,
        locale: tenant.locale,
        expires_at: None,
    })
}
