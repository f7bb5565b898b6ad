//! What a tool is told about its caller.

use std::sync::Arc;

use model::{Brand, Principal, Subject, policy};
use store::TenantEntry;
use tools::Facts;

/// Zone of times until a tenant chooses another.
const ZONE: &str = "Asia/Shanghai";

/// Collects them.
pub(crate) fn of(
    entry: &TenantEntry,
    principal: &Principal,
    scopes: Arc<[String]>,
    quota_remaining: Option<u64>,
    web_host: Option<&str>,
) -> Arc<Facts> {
    let open_id = match principal.subject() {
        Subject::Member { open_id, .. } => open_id.clone(),
        Subject::Account { .. } | Subject::Service { .. } | Subject::Platform(_) => String::new(),
    };
    let brand_host = match entry.tenant.brand {
        Brand::Feishu => "www.feishu.cn",
        Brand::Lark => "www.larksuite.com",
    };
    Arc::new(Facts {
        tenant_name: entry.tenant.name.clone(),
        tenant_slug: entry.tenant.slug.to_string(),
        member_name: principal.name().to_owned(),
        open_id,
        roles: principal.roles(),
        access: principal.access(),
        client_name: principal.client().name.clone(),
        scopes_granted: scopes,
        capabilities: entry.rules.capabilities.clone(),
        reach_outside: policy::reach_outside(&entry.rules),
        quota_remaining,
        time_zone: ZONE.to_owned(),
        web_host: web_host.unwrap_or(brand_host).to_owned(),
    })
}
