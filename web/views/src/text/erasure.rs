//! Words of the page about an erasure.

crate::text::catalogue! {
    /// Words of the page about an erasure.
    ErasureText {
        title: "Erasure of an organisation", "企业注销";
        waiting: "The organisation was given up. It is erased after {day}; until then an owner can take that back in the console.", "该企业已申请注销，将于 {day} 之后抹除；在此之前，所有者可在管理后台撤回。";
        begun: "The erasure is under way. Look again in a few minutes.", "正在抹除，请几分钟后再查看。";
        done: "{name} was erased on {day}.", "{name} 已于 {day} 抹除。";
        rows: "{n} rows are gone, and the key that sealed its secrets is destroyed.", "已删除 {n} 行数据，密封其机密数据的密钥已销毁。";
        kept: "Kept until {day}, because tax law asks for it: {n} closed statements and credit notes.", "依税法保留至 {day}：{n} 份已结账单与贷记单。";
        receipt: "The signed receipt lists every table. Keep it with the public key below.", "签名凭据列出每张数据表。请与下方公钥一并保存。";
        download: "Download the receipt", "下载凭据";
        key: "Public key", "公钥";
        verify: "Check it with", "使用以下命令校验";
        here: "It is here until {day}.", "凭据在此保留至 {day}。";
    }
}
