//! Who is asking.

use serde::{Deserialize, Serialize};

use crate::{
    Access, AccountId, ClientId, GrantId, Locale, MemberId, RoleSet, RuleId, TenantId, Timestamp,
};

/// The door a request came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Streamable HTTP.
    Mcp,
    /// HTTP+SSE of 2024-11-05.
    Sse,
    /// The plain `/tools` door.
    Tools,
    /// The console and the employees' pages.
    Console,
    /// A rule of the tenant that acts on what happens.
    Rule,
    /// A background job or an operator's command.
    Internal,
}

impl Channel {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Sse => "sse",
            Self::Tools => "tools",
            Self::Console => "console",
            Self::Rule => "rule",
            Self::Internal => "internal",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Mcp,
            Self::Sse,
            Self::Tools,
            Self::Console,
            Self::Rule,
            Self::Internal,
        ]
        .into_iter()
        .find(|channel| channel.name() == name)
    }
}

/// Why the platform itself acts on a tenant's data without a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The steps of a sign-in before the member is known.
    SignIn,
    /// A token request, before its grant is known.
    TokenRequest,
    /// Keeping Feishu grants alive.
    Refresh,
    /// Removing what has expired, verifying chains.
    Housekeeping,
    /// An operator's command.
    Operator,
    /// Somebody who is not our user, with a link that is good for one thing.
    Link,
}

impl Purpose {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::TokenRequest => "token_request",
            Self::Refresh => "refresh",
            Self::Housekeeping => "housekeeping",
            Self::Operator => "operator",
            Self::Link => "link",
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A member of the tenant.
    Member {
        /// Identity.
        id: MemberId,
        /// Feishu's id in the tenant's app.
        open_id: String,
        /// Display name.
        name: String,
    },
    /// A console sign-in that is nobody at Feishu.
    Account {
        /// Identity.
        id: AccountId,
        /// Display name.
        name: String,
    },
    /// A rule of the tenant: it works in the name of the tenant's own Feishu app.
    Service {
        /// The rule.
        id: RuleId,
        /// The rule's name.
        name: String,
    },
    /// The platform itself.
    Platform(Purpose),
}

/// The client that carries a member's request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientRef {
    /// Registration; `None` for API keys and pages.
    pub id: Option<ClientId>,
    /// Name for people: the registration's, the key's, or `console`.
    pub name: String,
    /// Whether a host vouches for the name: its metadata was fetched from there.
    pub verified: bool,
}

impl ClientRef {
    /// What is no registered client: a key, or the platform's own pages.
    pub fn unregistered(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            verified: false,
        }
    }
}

/// What a verified credential says. Turned into a [`Principal`] by [`Principal::establish`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PrincipalParts {
    /// Tenant of the credential.
    pub tenant: TenantId,
    /// Who acts.
    pub subject: Subject,
    /// Roles in force.
    pub roles: RoleSet,
    /// Access of the credential.
    pub access: Access,
    /// The client.
    pub client: ClientRef,
    /// The grant (token family) behind the credential; for an API key, an id of its own.
    pub grant: Option<GrantId>,
    /// The door.
    pub channel: Channel,
    /// The language of texts.
    pub locale: Locale,
    /// When the credential ends; streams end no later.
    pub expires_at: Option<Timestamp>,
}

/// An authenticated caller in one tenant. The fields are private: nobody can move a principal to
/// another tenant. An architecture test lists the few places that may call
/// [`Principal::establish`]: each has verified a credential first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal(PrincipalParts);

impl Principal {
    /// Vouches for verified facts.
    pub fn establish(parts: PrincipalParts) -> Self {
        Self(parts)
    }

    /// The platform itself, acting in one tenant for a named purpose. It can open a tenant scope,
    /// but no policy lets it call a tool.
    pub fn platform(tenant: TenantId, purpose: Purpose) -> Self {
        Self(PrincipalParts {
            tenant,
            subject: Subject::Platform(purpose),
            roles: RoleSet::EMPTY,
            access: Access::Read,
            client: ClientRef::unregistered(purpose.name()),
            grant: None,
            channel: Channel::Internal,
            locale: Locale::En,
            expires_at: None,
        })
    }

    /// The same caller, coming in by another door or with another language.
    #[must_use]
    pub fn through(mut self, channel: Channel, locale: Locale) -> Self {
        self.0.channel = channel;
        self.0.locale = locale;
        self
    }

    /// The same caller with less: writing given up (the read-only profile).
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.0.access = Access::Read;
        self
    }

    /// The tenant.
    pub const fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// Who acts.
    pub const fn subject(&self) -> &Subject {
        &self.0.subject
    }

    /// The member, if a member acts.
    pub const fn member(&self) -> Option<MemberId> {
        match &self.0.subject {
            Subject::Member { id, .. } => Some(*id),
            Subject::Account { .. } | Subject::Service { .. } | Subject::Platform(_) => None,
        }
    }

    /// The account, if an account acts.
    pub const fn account(&self) -> Option<AccountId> {
        match &self.0.subject {
            Subject::Account { id, .. } => Some(*id),
            Subject::Member { .. } | Subject::Service { .. } | Subject::Platform(_) => None,
        }
    }

    /// The rule, if a rule acts.
    pub const fn service(&self) -> Option<RuleId> {
        match &self.0.subject {
            Subject::Service { id, .. } => Some(*id),
            Subject::Member { .. } | Subject::Account { .. } | Subject::Platform(_) => None,
        }
    }

    /// What to call who acts.
    pub fn name(&self) -> &str {
        match &self.0.subject {
            Subject::Member { name, .. }
            | Subject::Account { name, .. }
            | Subject::Service { name, .. } => name,
            Subject::Platform(purpose) => purpose.name(),
        }
    }

    /// Roles in force.
    pub const fn roles(&self) -> RoleSet {
        self.0.roles
    }

    /// Access of the credential.
    pub const fn access(&self) -> Access {
        self.0.access
    }

    /// The client.
    pub const fn client(&self) -> &ClientRef {
        &self.0.client
    }

    /// The grant behind the credential.
    pub const fn grant(&self) -> Option<GrantId> {
        self.0.grant
    }

    /// The door.
    pub const fn channel(&self) -> Channel {
        self.0.channel
    }

    /// The language of texts.
    pub const fn locale(&self) -> Locale {
        self.0.locale
    }

    /// When the credential ends.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.0.expires_at
    }
}
