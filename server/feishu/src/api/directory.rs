//! The enterprise as an app sees it (`contact/v3`): departments, people, user groups. Everything
//! here takes the app's own token; user groups take nothing else.
//!
//! Limits of the platform: 1000 calls a minute and 50 a second; pages of 50 people or departments,
//! 100 groups or members of a group, 1000 groups of a person.

use serde::Deserialize;

use super::loose;
use crate::{ErrorClass, FeishuError, Request, Session};

/// The department that everything is below.
pub const ROOT: &str = "0";
/// Ids of one request for people.
pub const MAX_PEOPLE: usize = 50;

/// Feishu does not list everything below a large department in one go.
const TOO_LARGE: i64 = 43_010;
/// Nobody has the id: a wrong one, or one that was never this tenant's.
const NOBODY: [i64; 3] = [41_012, 99_992_351, 99_992_360];

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its part of the list.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<String>,
}

fn page<T>(items: Vec<T>, more: bool, token: String) -> Page<T> {
    Page {
        items,
        next: (more && !token.is_empty()).then_some(token),
    }
}

/// A department.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Department {
    /// `od-…`.
    pub open_department_id: String,
    /// The id that the enterprise gave it, with its scope.
    #[serde(deserialize_with = "loose::nullable")]
    pub department_id: String,
    /// Name, with its scope.
    #[serde(deserialize_with = "loose::nullable")]
    pub name: String,
    /// The department above, [`ROOT`] at the top; with its scope.
    #[serde(deserialize_with = "loose::nullable")]
    pub parent_department_id: String,
}

/// What Feishu says about somebody's account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the fields are Feishu's")]
pub struct AccountStatus {
    /// Frozen by an administrator.
    pub is_frozen: bool,
    /// Left the enterprise.
    pub is_resigned: bool,
    /// Left of the own accord.
    pub is_exited: bool,
    /// Has not joined yet.
    pub is_unjoin: bool,
}

/// A person; fields without their scope are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Person {
    /// `ou_…`.
    #[serde(deserialize_with = "loose::nullable")]
    pub open_id: String,
    /// `on_…`.
    pub union_id: Option<String>,
    /// Name.
    #[serde(deserialize_with = "loose::nullable")]
    pub name: String,
    /// Departments, the main one first.
    pub department_ids: Option<Vec<String>>,
    /// State of the account.
    pub status: Option<AccountStatus>,
}

/// Which kind of user group a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// Put together by hand.
    Normal,
    /// Follows a rule.
    Dynamic,
}

impl GroupKind {
    /// Both: a list is always about one.
    pub const ALL: [Self; 2] = [Self::Normal, Self::Dynamic];

    const fn number(self) -> &'static str {
        match self {
            Self::Normal => "1",
            Self::Dynamic => "2",
        }
    }
}

/// A user group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UserGroup {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "loose::nullable")]
    pub name: String,
}

/// What a list of a group's members holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// `open_id`s.
    People,
    /// Ids of departments, of either kind: the documentation does not say which.
    Departments,
}

fn after(request: Request, cursor: Option<&str>) -> Request {
    match cursor {
        Some(cursor) => request.query("page_token", cursor),
        None => request,
    }
}

/// `contact.v3.department.children`: departments below `parent`, all the way down when `deep`.
///
/// # Errors
/// Fails with 43010 for a `deep` list that Feishu finds too large ([`too_large`]).
pub async fn departments(
    session: &Session,
    parent: &str,
    deep: bool,
    cursor: Option<&str>,
) -> Result<Page<Department>, FeishuError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        items: Vec<Department>,
        has_more: bool,
        #[serde(deserialize_with = "loose::nullable")]
        page_token: String,
    }
    let request = Request::get("/open-apis/contact/v3/departments/{department_id}/children")
        .path("department_id", parent)?
        .query("department_id_type", "open_department_id")
        .query("fetch_child", if deep { "true" } else { "false" })
        .query("page_size", "50");
    let reply: Reply = session.fetch(after(request, cursor)).await?;
    Ok(page(reply.items, reply.has_more, reply.page_token))
}

/// Whether Feishu refused a deep list for its size.
pub const fn too_large(error: &FeishuError) -> bool {
    matches!(
        error,
        FeishuError::Api {
            code: TOO_LARGE,
            ..
        }
    )
}

/// `contact.v3.user.findByDepartment`: people directly in a department.
pub async fn people_of(
    session: &Session,
    department: &str,
    cursor: Option<&str>,
) -> Result<Page<Person>, FeishuError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        items: Vec<Person>,
        has_more: bool,
        #[serde(deserialize_with = "loose::nullable")]
        page_token: String,
    }
    let request = Request::get("/open-apis/contact/v3/users/find_by_department")
        .query("user_id_type", "open_id")
        .query("department_id_type", "open_department_id")
        .query("department_id", department)
        .query("page_size", "50");
    let reply: Reply = session.fetch(after(request, cursor)).await?;
    Ok(page(reply.items, reply.has_more, reply.page_token))
}

/// `contact.v3.user.batch`: at most [`MAX_PEOPLE`] people; unknown and hidden ones are absent.
pub async fn people(session: &Session, open_ids: &[String]) -> Result<Vec<Person>, FeishuError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        items: Vec<Person>,
    }
    let mut request = Request::get("/open-apis/contact/v3/users/batch")
        .query("user_id_type", "open_id")
        .query("department_id_type", "open_department_id");
    for id in open_ids.iter().take(MAX_PEOPLE) {
        request = request.query("user_ids", id.as_str());
    }
    Ok(session.fetch::<Reply>(request).await?.items)
}

/// What Feishu says when it is asked for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The person.
    Person(Person),
    /// Nobody has this id.
    Nobody,
    /// The person is out of the app's sight.
    Hidden,
}

/// `contact.v3.user.get`: one person.
pub async fn person(session: &Session, open_id: &str) -> Result<Found, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        user: Person,
    }
    let request = Request::get("/open-apis/contact/v3/users/{user_id}")
        .path("user_id", open_id)?
        .query("user_id_type", "open_id")
        .query("department_id_type", "open_department_id");
    match session.fetch::<Reply>(request).await {
        Ok(reply) => Ok(Found::Person(reply.user)),
        Err(FeishuError::Api { code, .. }) if NOBODY.contains(&code) => Ok(Found::Nobody),
        Err(FeishuError::Api { code: 41_050, .. }) => Ok(Found::Hidden),
        Err(error) => Err(error),
    }
}

/// `contact.v3.group.simplelist`: user groups of a kind.
pub async fn groups(
    session: &Session,
    kind: GroupKind,
    cursor: Option<&str>,
) -> Result<Page<UserGroup>, FeishuError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        grouplist: Vec<UserGroup>,
        has_more: bool,
        #[serde(deserialize_with = "loose::nullable")]
        page_token: String,
    }
    let request = Request::get("/open-apis/contact/v3/group/simplelist")
        .query("type", kind.number())
        .query("page_size", "100");
    let reply: Reply = session.fetch(after(request, cursor)).await?;
    Ok(page(reply.grouplist, reply.has_more, reply.page_token))
}

/// `contact.v3.groupMember.simplelist`: ids of the people or departments that were put into a
/// group. The people of those departments belong to it too, and are not listed.
pub async fn members(
    session: &Session,
    group: &str,
    kind: MemberKind,
    cursor: Option<&str>,
) -> Result<Page<String>, FeishuError> {
    #[derive(Deserialize)]
    struct Member {
        member_id: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        memberlist: Vec<Member>,
        has_more: bool,
        #[serde(deserialize_with = "loose::nullable")]
        page_token: String,
    }
    let (member_type, id_type) = match kind {
        MemberKind::People => ("user", "open_id"),
        MemberKind::Departments => ("department", "department_id"),
    };
    let request = Request::get("/open-apis/contact/v3/group/{group_id}/member/simplelist")
        .path("group_id", group)?
        .query("member_type", member_type)
        .query("member_id_type", id_type)
        .query("page_size", "100");
    let reply: Reply = session.fetch(after(request, cursor)).await?;
    let ids = reply.memberlist.into_iter().map(|one| one.member_id);
    Ok(page(ids.collect(), reply.has_more, reply.page_token))
}

/// `contact.v3.group.memberBelong`: the groups of one person, of a kind.
pub async fn groups_of(
    session: &Session,
    open_id: &str,
    kind: GroupKind,
    cursor: Option<&str>,
) -> Result<Page<String>, FeishuError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Reply {
        #[serde(deserialize_with = "loose::nullable")]
        group_list: Vec<String>,
        has_more: bool,
        #[serde(deserialize_with = "loose::nullable")]
        page_token: String,
    }
    let request = Request::get("/open-apis/contact/v3/group/member_belong")
        .query("member_id", open_id)
        .query("member_id_type", "open_id")
        .query("group_type", kind.number())
        .query("page_size", "1000");
    let reply: Reply = session.fetch(after(request, cursor)).await?;
    Ok(page(reply.group_list, reply.has_more, reply.page_token))
}

/// Scopes that would let a call through, where it failed for want of one.
pub fn missing_scopes(error: &FeishuError) -> Option<&[String]> {
    match error {
        FeishuError::Api {
            class: ErrorClass::AppScopeMissing,
            scopes,
            ..
        } => Some(scopes),
        _ => None,
    }
}
