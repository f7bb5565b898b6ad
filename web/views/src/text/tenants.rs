//! Words of the list of an account's tenants.

super::catalogue! {
    /// Words of the list of an account's tenants.
    TenantsText {
        title: "Choose an organisation", "选择企业";
        lead: "You have access to these consoles.", "您可以进入以下企业的管理后台。";
        none: "You have no access to any organisation. Ask its owner to invite you.", "您尚未获得任何企业的访问权限，请联系企业所有者邀请您。";
    }
}
