//! Words of the consent page.

super::catalogue! {
    /// Words of the consent page.
    ConsentText {
        title: "Allow {client}?", "允许 {client} 访问吗？";
        nameless: "An unnamed client", "未命名的客户端";
        lead: "{client} wants to work in {brand} on your behalf.", "{client} 希望以您的身份使用{brand}。";
        verified: "Verified: published by {host}", "已验证：由 {host} 发布";
        unverified: "Unverified client", "未验证的客户端";
        unverified_help: "Anyone can choose this name. Continue only if you started this connection yourself just now.", "任何人都可以使用这个名称。请仅在您本人刚刚发起此连接时继续。";
        organisation: "Organisation", "企业";
        returns_to: "Answer goes to", "授权结果发送至";
        this_computer: "a program on this computer ({host})", "这台电脑上的程序（{host}）";
        application: "the app that opens {host}: links", "打开 {host}: 链接的应用";
        loopback_warning: "The answer goes to a program on this computer. If you are not connecting a program on this very computer, choose Deny.", "授权结果将发送给这台电脑上的程序。如果您并未在这台电脑上连接任何程序，请选择“拒绝”。";
        access: "What it may do", "访问权限";
        read: "Read", "读取";
        read_help: "Find and read the documents, wiki pages, comments and people that you can see in {brand}. Always part of a connection.", "查找并读取您在{brand}中有权查看的文档、知识库、评论和人员。每个连接都包含此权限。";
        write: "Also write", "同时允许写入";
        write_help: "Create and change documents and comments in your name. Leave it off unless you need it; you can connect again later to add it.", "以您的名义创建、修改文档和评论。如无需要请不要勾选，以后重新连接即可添加。";
        write_not_asked: "This client asked for reading only.", "此客户端只申请了读取权限。";
        write_read_only: "Your organisation allows reading only.", "您的企业只允许读取。";
        approve: "Approve and sign in to {brand}", "同意并登录{brand}";
        deny: "Deny", "拒绝";
        trail: "Steps", "步骤";
        trail_approve: "Approve here", "在此授权";
        trail_sign_in: "Sign in to {brand}", "登录{brand}";
        trail_back: "Back to your client", "返回客户端";
        after: "Next, {brand} asks you to sign in. The client never sees your password or your {brand} tokens, and every call is recorded for your organisation. You can end this connection at any time.", "接下来请登录{brand}。客户端不会看到您的密码或{brand}令牌，每次调用都会为您的企业留存记录。您可以随时断开此连接。";
    }
}
