//! Words of the organisation chooser.

super::catalogue! {
    /// Words of the organisation chooser.
    ChooserText {
        title: "Choose your organisation", "选择您的企业";
        lead: "{client} did not say which organisation it wants to work in.", "{client} 没有说明要连接到哪个企业。";
        listed: "Organisations", "企业";
        by_name: "Short name of your organisation", "企业的短名称";
        by_name_help: "The part after /t/ in the address that your administrator gave you.", "管理员提供的地址中 /t/ 之后的部分。";
        unknown: "No organisation has the short name “{name}”. Check the address that you were given.", "没有短名称为“{name}”的企业，请核对您收到的地址。";
        go: "Continue", "继续";
    }
}
