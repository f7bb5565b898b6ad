//! Words of the front page.

super::catalogue! {
    /// Words of the front page.
    HomeText {
        title: "Feishu for AI clients, under your control", "让 AI 客户端用上飞书，一切尽在掌控";
        lead: "Cursor, Claude, VS Code and other MCP clients work on Feishu and Lark documents with each person's own permissions. The enterprise decides what is possible and sees what happened.", "Cursor、Claude、VS Code 等 MCP 客户端以每位成员自己的权限使用飞书与 Lark 文档。企业决定可以做什么，并清楚看到发生过什么。";
        console: "Open the console", "进入管理后台";
        sign_up: "Create an account", "创建账号";
        organisations: "Organisations on this server", "本服务器上的企业";
        organisations_help: "Listed because this server runs in development mode.", "因本服务器以开发模式运行而列出。";
        connect: "Open the connect page", "打开连接页面";
        yours: "Looking for your organisation?", "在找您的企业？";
        yours_help: "Open the connect page that your administrator sent you. Its address looks like this:", "请打开管理员发给您的连接页面，地址形如：";
        example: "/t/your-organisation/connect", "/t/您的企业/connect";
        one_url: "One address for everybody", "人人使用同一个地址";
        one_url_help: "Each person signs in to Feishu once. No local installation, no tokens to copy.", "每个人只需登录一次飞书，无需本地安装，也无需复制令牌。";
        own_rights: "Only your own rights", "只用本人的权限";
        own_rights_help: "A client sees what the person sees, reads unless writing was allowed, and can be disconnected at any moment.", "客户端只能看到本人可见的内容，默认只读，写入须经允许，并可随时断开。";
        recorded: "Every call on record", "每次调用都有记录";
        recorded_help: "Who, with which client, on which document, with which result: kept in a ledger that shows tampering.", "谁、用哪个客户端、操作了哪个文档、结果如何，全部记入可发现篡改的账本。";
        why: "What it gives you", "它能带来什么";
        version: "Version {version}", "版本 {version}";
    }
}
