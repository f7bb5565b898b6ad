//! Who may open a thing (`drive` permissions), and how far its link reaches.

use serde::{Deserialize, Serialize};

use super::loose;
use crate::{FeishuError, Request, Session};

/// Members of one batch.
pub const MAX_MEMBERS: usize = 10;

/// Somebody who was given access.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names are Feishu's")]
pub struct Member {
    /// `openid`, `email`, `openchat`, `opendepartmentid`, `groupid`, `wikispaceid`, `appid` …
    #[serde(default)]
    pub member_type: String,
    /// In the form of `member_type`.
    #[serde(default)]
    pub member_id: String,
    /// `view`, `edit` or `full_access`.
    #[serde(default)]
    pub perm: String,
    /// `container` for a page with the pages below it, `single_page` for it alone.
    #[serde(
        default,
        deserialize_with = "loose::nullable",
        skip_serializing_if = "String::is_empty"
    )]
    pub perm_type: String,
    /// `user`, `chat`, `department`, `group` …
    #[serde(
        default,
        rename = "type",
        deserialize_with = "loose::nullable",
        skip_serializing_if = "String::is_empty"
    )]
    pub kind: String,
    /// For people; only in answers.
    #[serde(default, deserialize_with = "loose::nullable", skip_serializing)]
    pub name: String,
    /// Whether it belongs to another organisation; only in answers.
    #[serde(default, deserialize_with = "loose::nullable", skip_serializing)]
    pub external_label: bool,
}

/// How far a thing reaches beyond its members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Public {
    /// `open`, `closed` or `allow_share_partner_tenant`: people outside the organisation.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub external_access_entity: String,
    /// `closed`, `tenant_readable`, `tenant_editable`, `partner_tenant_…`, `anyone_readable` or
    /// `anyone_editable`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub link_share_entity: String,
    /// Who may add members: `anyone` or `same_tenant`.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub share_entity: String,
    /// Whether the settings of what it lies in no longer hold.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub lock_switch: bool,
}

#[derive(Deserialize)]
struct PublicReply {
    permission_public: Public,
}

/// `drive.v1.permissionMember.list`: all members, with names.
pub async fn members(
    session: &Session,
    (token, kind): (&str, &str),
) -> Result<Vec<Member>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<Member>,
    }
    let request = Request::get("/open-apis/drive/v1/permissions/{token}/members")
        .path("token", token)?
        .query("type", kind)
        .query("fields", "*");
    Ok(session.fetch::<Reply>(request).await?.items)
}

/// `drive.v1.permissionMember.create`: adding a member again sets its access, so it may be
/// repeated. `notify` sends a message to the member.
pub async fn add(
    session: &Session,
    (token, kind): (&str, &str),
    member: &Member,
    notify: bool,
) -> Result<(), FeishuError> {
    let request = Request::post("/open-apis/drive/v1/permissions/{token}/members")
        .path("token", token)?
        .query("type", kind)
        .query("need_notification", notify.to_string())
        .json(member)
        .idempotent(!notify);
    session.call(request).await.map(drop)
}

/// `drive.v1.permissionMember.update`.
pub async fn update(
    session: &Session,
    (token, kind): (&str, &str),
    member: &Member,
) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        member_type: &'a str,
        perm: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        perm_type: &'a str,
        #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
        kind: &'a str,
    }
    let request = Request::put("/open-apis/drive/v1/permissions/{token}/members/{member_id}")
        .path("token", token)?
        .path("member_id", &member.member_id)?
        .query("type", kind)
        .json(&Body {
            member_type: &member.member_type,
            perm: &member.perm,
            perm_type: &member.perm_type,
            kind: &member.kind,
        })
        .idempotent(true);
    session.call(request).await.map(drop)
}

/// `drive.v1.permissionMember.delete`.
pub async fn remove(
    session: &Session,
    (token, kind): (&str, &str),
    member: &Member,
) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "type", skip_serializing_if = "str::is_empty")]
        kind: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        perm_type: &'a str,
    }
    let request = Request::delete("/open-apis/drive/v1/permissions/{token}/members/{member_id}")
        .path("token", token)?
        .path("member_id", &member.member_id)?
        .query("type", kind)
        .query("member_type", &member.member_type)
        .json(&Body {
            kind: &member.kind,
            perm_type: &member.perm_type,
        });
    session.call(request).await.map(drop)
}

/// `drive.v1.permissionMember.transferOwner`: the old owner keeps full access, and the thing its
/// place. Sends a message to the new owner.
pub async fn transfer(
    session: &Session,
    (token, kind): (&str, &str),
    open_id: &str,
) -> Result<(), FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        member_type: &'static str,
        member_id: &'a str,
    }
    let request = Request::post("/open-apis/drive/v1/permissions/{token}/members/transfer_owner")
        .path("token", token)?
        .query("type", kind)
        .query("need_notification", "true")
        .query("stay_put", "true")
        .json(&Body {
            member_type: "openid",
            member_id: open_id,
        });
    session.call(request).await.map(drop)
}

/// `drive.v2.permissionPublic.get`.
pub async fn public(session: &Session, (token, kind): (&str, &str)) -> Result<Public, FeishuError> {
    let request = Request::get("/open-apis/drive/v2/permissions/{token}/public")
        .path("token", token)?
        .query("type", kind);
    Ok(session
        .fetch::<PublicReply>(request)
        .await?
        .permission_public)
}

/// `drive.v2.permissionPublic.patch`: how far the link reaches, and whether people outside the
/// organisation come in at all. Setting the same again changes nothing.
pub async fn set_public(
    session: &Session,
    (token, kind): (&str, &str),
    link: &str,
    external: Option<&str>,
) -> Result<Public, FeishuError> {
    #[derive(Serialize)]
    struct Body<'a> {
        link_share_entity: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        external_access_entity: Option<&'a str>,
    }
    let request = Request::patch("/open-apis/drive/v2/permissions/{token}/public")
        .path("token", token)?
        .query("type", kind)
        .json(&Body {
            link_share_entity: link,
            external_access_entity: external,
        })
        .idempotent(true);
    Ok(session
        .fetch::<PublicReply>(request)
        .await?
        .permission_public)
}
