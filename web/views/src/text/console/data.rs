//! Words of export and erasure.

crate::text::catalogue! {
    /// Words of export and erasure.
    DataText {
        title: "Your data", "您的数据";
        lead: "Take everything along, or give the organisation up.", "导出全部数据，或注销企业。";
        back: "Settings", "设置";
        export: "Take everything along", "导出全部数据";
        export_help: "One file with every table of the organisation: settings, members, policy, connections, the audit log, usage and statements. The last line is a signed manifest with the number of rows and a digest.", "一个文件，包含企业的所有数据表：设置、成员、策略、连接、审计日志、用量与账单。最后一行是带签名的清单，列出行数与摘要。";
        export_without: "Secrets, tokens and sign-ins are left out. Documents stay where they always were: in Feishu.", "不含密钥、令牌与登录状态。文档始终在飞书中。";
        export_act: "Export (JSON Lines)", "导出（JSON Lines）";
        verify: "Check the file with", "使用以下命令校验文件";
        erase: "Give the organisation up", "注销企业";
        erase_then: "After a week in which any owner can take this back:", "一周内任何所有者均可撤回；之后：";
        goes: "{members} people, {n} connections and keys, and {entries} entries of the audit log are erased. Every client stops at once.", "删除 {members} 名成员、{n} 个连接与密钥、{entries} 条审计记录；所有客户端立即停止工作。";
        key: "The key that seals your secrets is destroyed first, so that copies in backups cannot be opened either.", "首先销毁密封您机密数据的密钥，备份中的副本也无法再打开。";
        stays: "Kept for ten years, because tax law asks for it: {n} closed statements and their credit notes. They name the organisation, and nobody in it.", "依税法保留十年：{n} 份已结账单及其贷记单。其中只有企业名称，没有个人信息。";
        feishu: "Your Feishu app and all documents stay in Feishu. Switch the app off there.", "您的飞书应用与所有文档仍在飞书中，请在飞书停用该应用。";
        slug: "The short name is never given to anybody else.", "该短名称不会再分配给他人。";
        receipt: "You get a link now. A signed receipt will be there for 90 days.", "您现在会获得一个链接，签名凭据将在该处保留 90 天。";
        confirm: "Type {slug} to confirm", "输入 {slug} 以确认";
        act: "Erase in a week", "一周后抹除";
        not_confirmed: "Type the short name of the organisation to confirm.", "请输入企业短名称以确认。";
        held: "A legal hold is on. Lift it under retention first.", "法律保全已开启，请先在日志保留中解除。";
        ending: "{name} gave this organisation up. It is erased after {day}.", "{name} 已申请注销该企业，将于 {day} 之后抹除。";
        until: "Until then everything works as before.", "在此之前一切照常。";
        keep: "Keep the organisation", "保留企业";
        kept: "The organisation stays.", "已保留企业。";
        link_title: "Keep this link", "请保存此链接";
        link_help: "It is shown once. It says how the erasure stands, and holds the receipt when it is done.", "链接只显示一次。可查看抹除进度，完成后可下载凭据。";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
    }
}
