//! Every path of the platform, once. Routers are built from these constants, and the test that
//! checks that each route is guarded walks [`ALL`].

/// Who may knock at a route, and by which proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody; the answer holds nothing of a tenant.
    Public,
    /// An OAuth client; the protocol step has its own proofs.
    OAuth,
    /// A client with a bearer token for the tenant of the path.
    Bearer,
    /// A browser; anybody may see the page, changes need the page session and a CSRF token.
    Page,
    /// A browser of a signed-in member.
    Member,
    /// A browser of an account, wherever it has access.
    Account,
    /// A browser of somebody with a role in the console of the tenant of the path.
    Console,
    /// A browser of an account that runs the platform.
    Operator,
    /// A browser that holds a link which is good for one thing.
    Link,
    /// Whoever holds a link that takes the bytes of one file, once.
    Upload,
    /// Feishu, which proves each request with what the tenant's app and we alone know.
    Feishu,
    /// Whoever knows the address of a rule, which holds a secret.
    Hook,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Path in the router's syntax.
    pub path: &'static str,
    /// Methods that it answers.
    pub methods: &'static [&'static str],
    /// Who may knock.
    pub audience: Audience,
}

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const FORM: &[&str] = &["GET", "POST"];

macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $methods:expr, $audience:ident;)*) => {
        $($(#[$doc])* pub const $name: &str = $path;)*
        /// All routes, in the order of this file.
        pub const ALL: &[Route] = &[
            $(Route { path: $name, methods: $methods, audience: Audience::$audience },)*
        ];
    };
}

routes! {
    /// Front page.
    HOME = "/", GET, Public;
    /// Whether the process lives.
    HEALTH_LIVE = "/health/live", GET, Public;
    /// Whether it can serve.
    HEALTH_READY = "/health/ready", GET, Public;
    /// Files of the pages.
    ASSETS = "/assets/{*file}", GET, Public;
    /// Chooses the language of pages.
    LANG = "/lang", GET, Page;

    /// Streamable HTTP door of a tenant.
    MCP = "/t/{slug}/mcp", &["GET", "POST", "DELETE", "OPTIONS"], Bearer;
    /// Stream of the HTTP+SSE door of a tenant.
    SSE = "/t/{slug}/sse", &["GET", "POST", "OPTIONS"], Bearer;
    /// Where clients of the HTTP+SSE door post their messages.
    MESSAGES = "/t/{slug}/messages", &["POST", "OPTIONS"], Bearer;
    /// Plain HTTP door of a tenant: the list.
    TOOLS = "/t/{slug}/tools", &["GET", "OPTIONS"], Bearer;
    /// Plain HTTP door of a tenant: one call.
    TOOL = "/t/{slug}/tools/{tool}", &["GET", "POST", "OPTIONS"], Bearer;
    /// Streamable HTTP door of the default tenant.
    ROOT_MCP = "/mcp", &["GET", "POST", "DELETE", "OPTIONS"], Bearer;
    /// HTTP+SSE door of the default tenant.
    ROOT_SSE = "/sse", &["GET", "POST", "OPTIONS"], Bearer;
    /// Message endpoint of the default tenant's HTTP+SSE door.
    ROOT_MESSAGES = "/messages", &["POST", "OPTIONS"], Bearer;
    /// Plain HTTP door of the default tenant: the list.
    ROOT_TOOLS = "/tools", &["GET", "OPTIONS"], Bearer;
    /// Plain HTTP door of the default tenant: one call.
    ROOT_TOOL = "/tools/{tool}", &["GET", "POST", "OPTIONS"], Bearer;

    /// RFC 9728 metadata of the default tenant's first door.
    RESOURCE_METADATA = "/.well-known/oauth-protected-resource", GET, Public;
    /// RFC 9728 metadata, the well-known part put before the resource's path.
    RESOURCE_METADATA_OF = "/.well-known/oauth-protected-resource/{*resource}", GET, Public;
    /// RFC 9728 metadata, the well-known part put after the resource's path.
    RESOURCE_METADATA_AFTER = "/t/{slug}/{door}/.well-known/oauth-protected-resource", GET, Public;
    /// RFC 8414 metadata.
    SERVER_METADATA = "/.well-known/oauth-authorization-server", GET, Public;
    /// RFC 8414 metadata as clients ask for it that take the resource for the issuer.
    SERVER_METADATA_OF = "/.well-known/oauth-authorization-server/{*issuer}", GET, Public;
    /// RFC 8414 metadata, the well-known part put after the resource's path.
    SERVER_METADATA_AFTER = "/t/{slug}/{door}/.well-known/oauth-authorization-server", GET, Public;
    /// The same document under the name of OpenID Connect Discovery.
    OPENID_METADATA = "/.well-known/openid-configuration", GET, Public;
    /// The same, the well-known part put before a path.
    OPENID_METADATA_OF = "/.well-known/openid-configuration/{*issuer}", GET, Public;
    /// The same, the well-known part put after a path.
    OPENID_METADATA_AFTER = "/t/{slug}/{door}/.well-known/openid-configuration", GET, Public;

    /// Authorization endpoint (RFC 6749, section 3.1).
    AUTHORIZE = "/oauth/authorize", GET, OAuth;
    /// Where the consent page sends the decision.
    CONSENT = "/oauth/consent", POST, OAuth;
    /// Where the organisation chooser sends the choice.
    ORGANISATION = "/oauth/organisation", POST, OAuth;
    /// Token endpoint (RFC 6749, section 3.2).
    TOKEN = "/oauth/token", POST, OAuth;
    /// Dynamic client registration (RFC 7591).
    REGISTER = "/oauth/register", POST, OAuth;
    /// Token revocation (RFC 7009).
    REVOKE = "/oauth/revoke", POST, OAuth;
    /// Token introspection (RFC 7662).
    INTROSPECT = "/oauth/introspect", POST, OAuth;
    /// Authorization endpoint for clients that build paths from the origin themselves.
    ROOT_AUTHORIZE = "/authorize", GET, OAuth;
    /// Token endpoint for the same clients.
    ROOT_TOKEN = "/token", POST, OAuth;
    /// Registration for the same clients.
    ROOT_REGISTER = "/register", POST, OAuth;
    /// Revocation for the same clients.
    ROOT_REVOKE = "/revoke", POST, OAuth;
    /// Where Feishu sends the browser after its login.
    CALLBACK = "/callback", GET, OAuth;

    /// Takes the bytes of one file, past the model, for a place that a tool has named before.
    UPLOAD = "/t/{slug}/uploads/{link}", &["PUT"], Upload;

    /// Where Feishu pushes the events of a tenant's app.
    FEISHU_EVENTS = "/t/{slug}/feishu/events", POST, Feishu;

    /// Begins a rule of a tenant.
    HOOK = "/t/{slug}/hooks/{hook}", POST, Hook;

    /// Signs a member in for pages, through Feishu.
    SIGN_IN = "/t/{slug}/sign-in", GET, Page;
    /// Ends the page session.
    SIGN_OUT = "/t/{slug}/sign-out", POST, Member;
    /// Shown after signing out.
    SIGNED_OUT = "/t/{slug}/signed-out", GET, Page;
    /// How to connect a client.
    CONNECT = "/t/{slug}/connect", GET, Page;
    /// A member's own connections and keys.
    CONNECTIONS = "/t/{slug}/connections", GET, Member;
    /// Ends all connections of a member.
    CONNECTIONS_REVOKE = "/t/{slug}/connections/revoke", POST, Member;
    /// Ends one connection.
    CONNECTION_REVOKE = "/t/{slug}/connections/{grant}/revoke", POST, Member;
    /// Where a member answers a question about one call.
    CONFIRM = "/t/{slug}/confirm/{confirmation}", FORM, Member;
    /// Makes an API key.
    KEYS = "/t/{slug}/keys", POST, Member;
    /// Ends an API key.
    KEY_REVOKE = "/t/{slug}/keys/{key}/revoke", POST, Member;

    /// Signs an account in to the console.
    CONSOLE_SIGN_IN = "/sign-in", FORM, Page;
    /// Leads to the sign-in through Feishu of an organisation.
    SIGN_IN_FEISHU = "/sign-in/feishu", GET, Page;
    /// Makes an account.
    SIGN_UP = "/sign-up", FORM, Page;
    /// Asks the browser for a passkey to sign in with.
    SIGN_IN_ASK_PASSKEY = "/sign-in/passkey/options", POST, Page;
    /// Signs an account in by a passkey.
    SIGN_IN_PASSKEY = "/sign-in/passkey", POST, Page;
    /// Signs an account in by a link that works once.
    CONSOLE_SIGN_IN_LINK = "/sign-in/link/{token}", FORM, Page;
    /// Finishes a sign-in by the second factor.
    SECOND_FACTOR = "/sign-in/second-factor", FORM, Page;
    /// Chooses the password of an account by a link that works once.
    CONSOLE_SET_PASSWORD = "/sign-in/password/{token}", FORM, Page;
    /// One's own account.
    CONSOLE_ACCOUNT = "/console/account", FORM, Account;
    /// Ends sessions of one's own account.
    ACCOUNT_SESSIONS = "/console/account/sessions", POST, Account;
    /// Changes the password of one's own account.
    ACCOUNT_PASSWORD = "/console/account/password", POST, Account;
    /// Puts an authenticator app in force as the second factor of one's own account.
    ACCOUNT_FACTOR = "/console/account/second-factor", FORM, Account;
    /// Makes fresh recovery codes.
    ACCOUNT_CODES = "/console/account/second-factor/codes", POST, Account;
    /// Takes the second factor away.
    ACCOUNT_FACTOR_OFF = "/console/account/second-factor/off", POST, Account;
    /// Asks the browser to make a passkey for one's own account.
    ACCOUNT_ASK_PASSKEY = "/console/account/passkeys/options", POST, Account;
    /// Adds a passkey to one's own account.
    ACCOUNT_PASSKEYS = "/console/account/passkeys", POST, Account;
    /// Renames or removes a passkey of one's own account.
    ACCOUNT_PASSKEY = "/console/account/passkeys/{passkey}", POST, Account;
    /// Asks the browser for a passkey, as a fresh proof.
    STEP_UP_ASK_PASSKEY = "/console/step-up/passkey/options", POST, Account;
    /// Takes a passkey as a fresh proof.
    STEP_UP_PASSKEY = "/console/step-up/passkey", POST, Account;
    /// Asks an account for a fresh proof of who it is.
    CONSOLE_STEP_UP = "/console/step-up", FORM, Account;
    /// Ends an account's session.
    CONSOLE_SIGN_OUT = "/sign-out", POST, Account;
    /// An invitation to the console.
    CONSOLE_INVITE = "/invite/{token}", FORM, Page;
    /// The tenants that an account has access to; the only one is opened at once.
    CONSOLE = "/console", GET, Account;
    /// How a tenant stands.
    CONSOLE_OVERVIEW = "/console/t/{slug}", GET, Console;
    /// The ledger.
    CONSOLE_AUDIT = "/console/t/{slug}/audit", GET, Console;
    /// The ledger as a file.
    CONSOLE_AUDIT_EXPORT = "/console/t/{slug}/audit/export", GET, Console;
    /// Manifest of an export.
    CONSOLE_AUDIT_MANIFEST = "/console/t/{slug}/audit/exports/{export}", GET, Console;
    /// What proves the ledger.
    CONSOLE_AUDIT_PROOF = "/console/t/{slug}/audit/proof", GET, Console;
    /// Checks the chain of the ledger.
    CONSOLE_AUDIT_CHECK = "/console/t/{slug}/audit/check", POST, Console;
    /// Signed checkpoints of the ledger.
    CONSOLE_AUDIT_CHECKPOINTS = "/console/t/{slug}/audit/checkpoints", GET, Console;
    /// How long the ledger is kept.
    CONSOLE_AUDIT_KEEPING = "/console/t/{slug}/audit/keeping", FORM, Console;
    /// Adds a stream of the ledger.
    CONSOLE_AUDIT_STREAMS = "/console/t/{slug}/audit/streams", POST, Console;
    /// Changes a stream of the ledger.
    CONSOLE_AUDIT_STREAM = "/console/t/{slug}/audit/streams/{stream}", POST, Console;
    /// One entry of the ledger.
    CONSOLE_AUDIT_ENTRY = "/console/t/{slug}/audit/{entry}", GET, Console;
    /// Who has access to the console; inviting.
    CONSOLE_PEOPLE = "/console/t/{slug}/people", FORM, Console;
    /// Takes an invitation back.
    CONSOLE_PEOPLE_WITHDRAW = "/console/t/{slug}/people/withdraw", POST, Console;
    /// Asks every account for a second factor, or no longer.
    CONSOLE_PEOPLE_SECOND = "/console/t/{slug}/people/second-factor", POST, Console;
    /// One account's roles.
    CONSOLE_PERSON = "/console/t/{slug}/people/{account}", FORM, Console;
    /// What roles may do; choosing packs.
    CONSOLE_POLICY = "/console/t/{slug}/policy", FORM, Console;
    /// Adds a role.
    CONSOLE_POLICY_ROLES = "/console/t/{slug}/policy/roles", POST, Console;
    /// What one role may do.
    CONSOLE_POLICY_ROLE = "/console/t/{slug}/policy/roles/{role}", FORM, Console;
    /// An admin's draft of the policy.
    CONSOLE_POLICY_DRAFT = "/console/t/{slug}/policy/draft", FORM, Console;
    /// Versions of the policy.
    CONSOLE_POLICY_HISTORY = "/console/t/{slug}/policy/history", FORM, Console;
    /// Why a call is allowed or refused.
    CONSOLE_POLICY_WHY = "/console/t/{slug}/policy/why", GET, Console;
    /// Every client and key that acts for the tenant's people.
    CONSOLE_CONNECTIONS = "/console/t/{slug}/connections", GET, Console;
    /// Ends connections, one, many or all.
    CONSOLE_CONNECTIONS_END = "/console/t/{slug}/connections/end", POST, Console;
    /// The tenant's members.
    CONSOLE_MEMBERS = "/console/t/{slug}/connections/members", GET, Console;
    /// One member, and the switch that stops it.
    CONSOLE_MEMBER = "/console/t/{slug}/connections/members/{member}", FORM, Console;
    /// The switches that stop writing, tools and clients.
    CONSOLE_SWITCHES = "/console/t/{slug}/connections/switches", FORM, Console;
    /// Calls by person, tool, department and client.
    CONSOLE_USAGE = "/console/t/{slug}/usage", GET, Console;
    /// The same as a file.
    CONSOLE_USAGE_CSV = "/console/t/{slug}/usage/csv", GET, Console;
    /// A month's calls as events.
    CONSOLE_USAGE_EVENTS = "/console/t/{slug}/usage/events", GET, Console;
    /// Plan, cap and statements.
    CONSOLE_BILLING = "/console/t/{slug}/billing", GET, Console;
    /// Chooses a plan.
    CONSOLE_BILLING_PLAN = "/console/t/{slug}/billing/plan", POST, Console;
    /// Sets or lifts the monthly cap.
    CONSOLE_BILLING_CAP = "/console/t/{slug}/billing/cap", POST, Console;
    /// The statement of a month.
    CONSOLE_STATEMENT = "/console/t/{slug}/billing/statements/{month}", GET, Console;
    /// The same as a file.
    CONSOLE_STATEMENT_CSV = "/console/t/{slug}/billing/statements/{month}/csv", GET, Console;
    /// The calls behind a line of a statement.
    CONSOLE_STATEMENT_LINE = "/console/t/{slug}/billing/statements/{month}/lines/{line}", GET, Console;
    /// Gives a credit note.
    CONSOLE_STATEMENT_CREDIT = "/console/t/{slug}/billing/statements/{month}/credit", POST, Console;
    /// Which people get which roles.
    CONSOLE_ROLES = "/console/t/{slug}/roles", GET, Console;
    /// Chooses whom a new rule is about.
    CONSOLE_ROLES_ADD = "/console/t/{slug}/roles/add", GET, Console;
    /// Who gets what, and why.
    CONSOLE_ROLES_PEOPLE = "/console/t/{slug}/roles/people", GET, Console;
    /// Changes a draft of the rules.
    CONSOLE_ROLES_DRAFT = "/console/t/{slug}/roles/draft", POST, Console;
    /// Puts a draft of the rules in force.
    CONSOLE_ROLES_SAVE = "/console/t/{slug}/roles/save", POST, Console;
    /// Reads the directory now.
    CONSOLE_ROLES_SYNC = "/console/t/{slug}/roles/sync", POST, Console;
    /// Name, language and limits of a tenant; its data.
    CONSOLE_SETTINGS = "/console/t/{slug}/settings", FORM, Console;
    /// Sets how fast calls may come.
    CONSOLE_SETTINGS_LIMITS = "/console/t/{slug}/settings/limits", POST, Console;
    /// What becomes of the tenant's data when it leaves; gives the tenant up.
    CONSOLE_DATA = "/console/t/{slug}/settings/data", FORM, Console;
    /// Takes that back.
    CONSOLE_DATA_KEEP = "/console/t/{slug}/settings/data/keep", POST, Console;
    /// Everything of the tenant as a file.
    CONSOLE_DATA_EXPORT = "/console/t/{slug}/settings/data/export", GET, Console;
    /// How the erasure of a tenant stands.
    ERASURE = "/erasure/{token}", GET, Link;
    /// The receipt of an erasure as a file.
    ERASURE_RECEIPT = "/erasure/{token}/receipt", GET, Link;
    /// The tenants of the platform.
    OPERATOR = "/console/operator", GET, Operator;
    /// The platform itself: components, keys, jobs.
    OPERATOR_SYSTEM = "/console/operator/system", GET, Operator;
    /// One tenant.
    OPERATOR_TENANT = "/console/operator/tenants/{slug}", GET, Operator;
    /// The accounts of the platform; invites one.
    OPERATOR_ACCOUNTS = "/console/operator/accounts", FORM, Operator;
    /// One account.
    OPERATOR_ACCOUNT = "/console/operator/accounts/{account}", FORM, Operator;
    /// Changes the plan of a tenant.
    OPERATOR_PLAN = "/console/operator/tenants/{slug}/plan", POST, Operator;
    /// Suspends a tenant, or serves it again.
    OPERATOR_STATUS = "/console/operator/tenants/{slug}/status", POST, Operator;
    /// Whether the service works.
    STATUS = "/status", GET, Public;
    /// Rules that act on what happens.
    CONSOLE_RULES = "/console/t/{slug}/rules", GET, Console;
    /// One rule that acts on what happens.
    CONSOLE_RULE = "/console/t/{slug}/rules/{rule}", FORM, Console;
    /// Lets a rule run, pauses or deletes it, gives it an address.
    CONSOLE_RULE_STATE = "/console/t/{slug}/rules/{rule}/state", POST, Console;
    /// What a rule did about one event.
    CONSOLE_RULE_RUN = "/console/t/{slug}/rules/{rule}/runs/{run}", FORM, Console;
    /// Calls of the tenant, for developers.
    DEVELOPER = "/console/t/{slug}/developer", GET, Console;
    /// One call.
    DEVELOPER_CALL = "/console/t/{slug}/developer/calls/{seq}", GET, Console;
    /// The tools, with their arguments.
    DEVELOPER_TOOLS = "/console/t/{slug}/developer/tools", GET, Console;
    /// Tries a tool.
    DEVELOPER_TRY = "/console/t/{slug}/developer/tools/{tool}", FORM, Console;
    /// The tools, for everybody.
    REFERENCE = "/reference", GET, Public;
    /// Makes an organisation.
    CONSOLE_NEW = "/console/new", FORM, Account;
    /// The set-up of a tenant's Feishu app.
    SETUP = "/console/t/{slug}/setup", GET, Console;
    /// Enters the app's credentials; shows how to change them.
    SETUP_APP = "/console/t/{slug}/setup/app", FORM, Console;
    /// Says that a new secret is on its way.
    SETUP_APP_ANNOUNCE = "/console/t/{slug}/setup/app/announce", POST, Console;
    /// Puts a new secret in force.
    SETUP_APP_SECRET = "/console/t/{slug}/setup/app/secret", POST, Console;
    /// Puts the secret before in force again.
    SETUP_APP_UNDO = "/console/t/{slug}/setup/app/undo", POST, Console;
    /// Puts another app in the place of the tenant's.
    SETUP_APP_REPLACE = "/console/t/{slug}/setup/app/replace", POST, Console;
    /// Looks at the app again.
    SETUP_CHECK = "/console/t/{slug}/setup/check", POST, Console;
    /// Whether events of the app are taken, and what they are proven by.
    SETUP_EVENTS = "/console/t/{slug}/setup/events", FORM, Console;
    /// Takes no more events.
    SETUP_EVENTS_STOP = "/console/t/{slug}/setup/events/stop", POST, Console;
    /// Makes who signed in at Feishu the first administrator there.
    SETUP_ADMIN = "/console/t/{slug}/setup/admin", POST, Console;
    /// Makes a hand-over link.
    SETUP_HANDOVER = "/console/t/{slug}/setup/handover", POST, Console;
    /// Ends the hand-over link.
    SETUP_HANDOVER_END = "/console/t/{slug}/setup/handover/end", POST, Console;
    /// What the holder of a hand-over link sees; opens it.
    HANDOVER = "/handover/{token}", FORM, Link;
    /// Enters credentials by a hand-over link.
    HANDOVER_APP = "/handover/{token}/app", POST, Link;
    /// Looks at the app again by a hand-over link.
    HANDOVER_CHECK = "/handover/{token}/check", POST, Link;
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_path_is_listed_twice() {
        let paths: HashSet<_> = ALL.iter().map(|route| route.path).collect();
        assert_eq!(paths.len(), ALL.len());
    }
}
