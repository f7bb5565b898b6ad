//! Words of the page that makes an organisation.

crate::text::catalogue! {
    /// Words of the page that makes an organisation.
    NewTenantText {
        title: "New organisation", "新建企业";
        lead: "One organisation is one enterprise at Feishu or Lark, with an app of its own. You become its owner.", "一个企业对应一个飞书或 Lark 企业及其自建应用。您将成为所有者。";
        name: "Name", "名称";
        name_help: "As your colleagues know it.", "同事熟知的名称。";
        slug: "Short name", "短名称";
        slug_help: "Part of every address: a–z, 0–9 and -. Leave it empty to take it from the name.", "用于所有地址：a–z、0–9 与 -。留空则由名称生成。";
        check: "Is it free?", "检查是否可用";
        free: "Free.", "可用。";
        region: "Where does the enterprise live?", "企业使用哪个平台？";
        feishu: "Feishu", "飞书";
        lark: "Lark", "Lark 国际版";
        make: "Create the organisation", "创建企业";
        fault_name: "Enter a name.", "请填写名称。";
        fault_slug: "A short name has 2 to 40 characters of a–z, 0–9 and -, begins with a letter and does not end with -.", "短名称为 2–40 个字符，由 a–z、0–9 与 - 组成，以字母开头，且不以 - 结尾。";
        fault_taken: "This short name is taken. How about {other}?", "该短名称已被使用，可以试试 {other}。";
        fault_many: "This account has made as many organisations as one may. Ask the operator.", "此账号创建的企业数量已达上限，请联系运维。";
    }
}
