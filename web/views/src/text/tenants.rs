//! Words of the list of an account's tenants.

super::catalogue! {
    /// Words of the list of an account's tenants.
    TenantsText {
        title: "Choose an organisation", "选择企业";
        lead: "You have access to these consoles.", "您可以进入以下企业的管理后台。";
        none: "You have no access to an organisation yet. Create one, or ask its owner to invite you.", "您尚未获得任何企业的访问权限。可创建企业，或请企业所有者邀请您。";
        make: "Create an organisation", "创建企业";
    }
}
