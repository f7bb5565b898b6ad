//! The public addresses: printed from configuration, never from a request's headers.

use model::{Channel, ConfirmationId, Slug};
use url::Url;

use crate::ProfileQuery;

/// A door that MCP and HTTP clients come in by, as a resource in the sense of RFC 8707.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Streamable HTTP.
    Mcp,
    /// HTTP+SSE of 2024-11-05, with its message endpoint.
    Sse,
    /// Plain HTTP.
    Tools,
}

impl Door {
    /// All doors.
    pub const ALL: [Self; 3] = [Self::Mcp, Self::Sse, Self::Tools];

    /// The last segment of the door's path.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Mcp => "mcp",
            Self::Sse => "sse",
            Self::Tools => "tools",
        }
    }

    /// Reads a last segment.
    pub fn from_segment(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.segment() == segment)
    }

    /// The channel that requests of the door are recorded under.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Mcp => Channel::Mcp,
            Self::Sse => Channel::Sse,
            Self::Tools => Channel::Tools,
        }
    }
}

impl From<Channel> for Door {
    /// Channels without a door of their own are answered with the address of the first one.
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Sse => Self::Sse,
            Channel::Tools => Self::Tools,
            Channel::Mcp | Channel::Console | Channel::Rule | Channel::Internal => Self::Mcp,
        }
    }
}

/// One resource: a door of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResourceRef {
    /// The tenant.
    pub slug: Slug,
    /// The door.
    pub door: Door,
    /// Whether it is named by the short path of the default tenant (`/mcp`). Clients compare
    /// the metadata's `resource` with the address that they were given, so the two names of one
    /// door stay apart.
    pub at_root: bool,
}

impl ResourceRef {
    /// A door by its full path.
    pub const fn new(slug: Slug, door: Door) -> Self {
        Self {
            slug,
            door,
            at_root: false,
        }
    }
}

/// The configured public address cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the public address must be an http or https origin without path, query or user")]
pub struct UrlsError;

/// Prints and reads the platform's public addresses.
#[derive(Debug, Clone)]
pub struct Urls {
    origin: String,
    host: String,
    https: bool,
    loopback: bool,
    site: Option<String>,
    default_tenant: Option<Slug>,
}

impl Urls {
    /// Addresses below `public`, which must be a bare origin such as `https://mcp.example.com`.
    pub fn new(public: &Url) -> Result<Self, UrlsError> {
        let https = public.scheme() == "https";
        let bare = matches!(public.path(), "" | "/")
            && public.query().is_none()
            && public.fragment().is_none()
            && public.username().is_empty()
            && public.password().is_none();
        let name = public.host_str().ok_or(UrlsError)?;
        if !bare || !(https || public.scheme() == "http") {
            return Err(UrlsError);
        }
        let host = public
            .port()
            .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let domain = public.domain();
        Ok(Self {
            site: domain
                .filter(|name| public.scheme() == "https" || *name == "localhost")
                .map(str::to_owned),
            origin: format!("{}://{host}", public.scheme()),
            host,
            https,
            loopback: matches!(name, "localhost" | "127.0.0.1" | "[::1]"),
            default_tenant: None,
        })
    }

    /// Lets the short paths `/mcp`, `/sse` and `/tools` mean the doors of one tenant.
    #[must_use]
    pub fn with_default_tenant(mut self, slug: Slug) -> Self {
        self.default_tenant = Some(slug);
        self
    }

    /// The tenant of the short paths.
    pub const fn default_tenant(&self) -> Option<&Slug> {
        self.default_tenant.as_ref()
    }

    /// The issuer identifier (RFC 8414), which is the origin without a slash at the end.
    pub fn issuer(&self) -> &str {
        &self.origin
    }

    /// The origin as browsers print it in `Origin` (RFC 6454).
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host and, unless it is the scheme's own, port: as in a `Host` header.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether pages are served over https, so that `__Host-` cookies work.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the origin is on this machine.
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The domain that passkeys are made for (the RP ID of WebAuthn); `None` where browsers make
    /// none: at a bare address, and over plain http from another machine.
    pub fn site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    /// The Streamable HTTP address of a tenant.
    pub fn mcp(&self, slug: &Slug) -> String {
        self.below(slug, "mcp")
    }

    /// The HTTP+SSE address of a tenant.
    pub fn sse(&self, slug: &Slug) -> String {
        self.below(slug, "sse")
    }

    /// The message address that belongs to [`Self::sse`].
    pub fn messages(&self, slug: &Slug) -> String {
        self.below(slug, "messages")
    }

    /// The plain HTTP address of a tenant.
    pub fn tools(&self, slug: &Slug) -> String {
        self.below(slug, "tools")
    }

    /// Where the bytes for an upload link are sent. The address holds a secret.
    pub fn upload(&self, slug: &Slug, link: &str) -> String {
        self.below(slug, &format!("uploads/{link}"))
    }

    /// The address of a rule. It holds a secret.
    pub fn hook(&self, slug: &Slug, token: &str) -> String {
        self.below(slug, &format!("hooks/{token}"))
    }

    /// The connect page of a tenant.
    pub fn connect(&self, slug: &Slug) -> String {
        self.below(slug, "connect")
    }

    /// Where Feishu pushes the events of a tenant's app.
    pub fn events(&self, slug: &Slug) -> String {
        self.below(slug, "feishu/events")
    }

    /// The page with a member's connections and keys.
    pub fn connections(&self, slug: &Slug) -> String {
        self.below(slug, "connections")
    }

    /// The page on which a member answers a question about one call.
    pub fn confirm(&self, slug: &Slug, id: ConfirmationId) -> String {
        self.below(slug, &format!("confirm/{id}"))
    }

    /// The page sign-in of a tenant.
    pub fn sign_in(&self, slug: &Slug) -> String {
        self.below(slug, "sign-in")
    }

    /// Feishu's redirect URL, to be entered in the app's settings.
    pub fn callback(&self) -> String {
        self.at(crate::routes::CALLBACK)
    }

    /// The authorization endpoint.
    pub fn authorize(&self) -> String {
        self.at(crate::routes::AUTHORIZE)
    }

    /// The token endpoint.
    pub fn token(&self) -> String {
        self.at(crate::routes::TOKEN)
    }

    /// The registration endpoint.
    pub fn register(&self) -> String {
        self.at(crate::routes::REGISTER)
    }

    /// The revocation endpoint.
    pub fn revoke(&self) -> String {
        self.at(crate::routes::REVOKE)
    }

    /// The introspection endpoint.
    pub fn introspect(&self) -> String {
        self.at(crate::routes::INTROSPECT)
    }

    /// A path of this origin as an address.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The address of a resource: what its metadata says and what a client was given.
    pub fn resource(&self, resource: &ResourceRef) -> String {
        self.at(&resource_path(resource))
    }

    /// Where the metadata of a resource is (RFC 9728, section 3.1).
    pub fn resource_metadata(&self, resource: &ResourceRef) -> String {
        format!(
            "{}{}{}",
            self.origin,
            crate::routes::RESOURCE_METADATA,
            resource_path(resource)
        )
    }

    /// Reads a `resource` parameter (RFC 8707): exact comparison, no normalisation, no prefix.
    /// The message address of HTTP+SSE is no resource of its own, and a profile in the query
    /// names the same resource as the address without it.
    pub fn resource_of(&self, text: &str) -> Option<ResourceRef> {
        let rest = text.strip_prefix(self.origin.as_str())?;
        match rest.split_once('?') {
            Some((path, query)) => {
                ProfileQuery::exact(query)?;
                self.resource_at(path)
            }
            None => self.resource_at(rest),
        }
    }

    /// Reads the path of a resource, such as `/t/acme/mcp` or (of the default tenant) `/mcp`.
    pub fn resource_at(&self, path: &str) -> Option<ResourceRef> {
        let path = path.strip_prefix('/')?;
        if let Some(door) = Door::from_segment(path) {
            return Some(ResourceRef {
                slug: self.default_tenant.clone()?,
                door,
                at_root: true,
            });
        }
        let (slug, door) = path.strip_prefix("t/")?.split_once('/')?;
        Some(ResourceRef::new(
            slug.parse().ok()?,
            Door::from_segment(door)?,
        ))
    }

    fn below(&self, slug: &Slug, last: &str) -> String {
        format!("{}/t/{slug}/{last}", self.origin)
    }
}

fn resource_path(resource: &ResourceRef) -> String {
    let door = resource.door.segment();
    if resource.at_root {
        format!("/{door}")
    } else {
        format!("/t/{}/{door}", resource.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls() -> Urls {
        Urls::new(&"https://mcp.example.com".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_resource_is_read_back_exactly_as_it_was_printed() {
        let urls = urls().with_default_tenant("acme".parse().unwrap());
        for door in Door::ALL {
            for at_root in [true, false] {
                let resource = ResourceRef {
                    slug: "acme".parse().unwrap(),
                    door,
                    at_root,
                };
                let printed = urls.resource(&resource);
                let profile = format!("{printed}?tools=docs,files&readonly=1");
                assert_eq!(urls.resource_of(&profile), Some(resource.clone()));
                assert_eq!(urls.resource_of(&printed), Some(resource));
            }
        }
    }

    #[test]
    fn nothing_that_only_looks_like_a_resource_is_taken_for_one() {
        let urls = urls();
        for text in [
            "https://mcp.example.com/t/acme/mcp/",
            "https://mcp.example.com/t/acme/mcp-v2",
            "https://mcp.example.com/t/acme/mcp?x=1",
            "https://mcp.example.com/t/acme/mcp?",
            "https://mcp.example.com/t/acme/mcp?tools=docs&x=1",
            "https://mcp.example.com/t/acme/mcp?tools=docs#x",
            "https://mcp.example.com?tools=docs",
            "https://mcp.example.com/t/acme/mcp#x",
            "https://mcp.example.com/t/acme/messages",
            "https://mcp.example.com/t/acme/../evil/mcp",
            "https://mcp.example.com/t/acme%2fmcp",
            "https://mcp.example.com/t/Acme/mcp",
            "https://mcp.example.com/t//mcp",
            "https://mcp.example.com.evil.test/t/acme/mcp",
            "https://mcp.example.com:443/t/acme/mcp",
            "https://mcp.example.com@evil.test/t/acme/mcp",
            "http://mcp.example.com/t/acme/mcp",
            "HTTPS://mcp.example.com/t/acme/mcp",
            "https://mcp.example.com/mcp",
            "https://mcp.example.com",
            "",
        ] {
            assert_eq!(urls.resource_of(text), None, "{text}");
        }
    }

    #[test]
    fn passkeys_are_for_a_domain_that_browsers_take_for_secure() {
        for (public, site) in [
            ("https://mcp.example.com", Some("mcp.example.com")),
            ("https://mcp.example.com:8443", Some("mcp.example.com")),
            ("http://localhost:8788", Some("localhost")),
            ("http://mcp.example.com", None),
            ("http://127.0.0.1:8788", None),
            ("https://192.0.2.1", None),
            ("https://[2001:db8::1]", None),
        ] {
            let urls = Urls::new(&public.parse().unwrap()).unwrap();
            assert_eq!(urls.site(), site, "{public}");
        }
    }

    #[test]
    fn only_a_bare_origin_is_a_public_address() {
        for bad in [
            "https://mcp.example.com/base",
            "https://mcp.example.com/?a",
            "https://user@mcp.example.com",
            "ftp://mcp.example.com",
        ] {
            assert!(Urls::new(&bad.parse().unwrap()).is_err(), "{bad}");
        }
    }
}
