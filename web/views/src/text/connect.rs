//! Words of the connect page.

super::catalogue! {
    /// Words of the connect page.
    ConnectText {
        title: "Connect your AI client to {brand}", "将您的 AI 客户端连接到{brand}";
        lead: "One address, one sign-in. Your client then works in {organisation} with your own permissions, never more.", "一个地址，一次登录。客户端随后以您本人的权限在“{organisation}”中工作，绝不超出。";
        address: "MCP address", "MCP 地址";
        copy: "Copy", "复制";
        copied: "Copied", "已复制";
        set: "Tools", "工具";
        set_daily: "Everything", "全部";
        set_daily_help: "All tools that your organisation allows. Right for most clients.", "企业允许的全部工具，适合大多数客户端。";
        set_docs: "Documents", "文档";
        set_docs_help: "Finding, reading, writing and commenting on documents, and nothing else.", "仅包含文档的查找、阅读、撰写与评论。";
        set_files: "Drive", "云空间";
        set_files_help: "Finding, moving, exporting and sharing what lies in drive and wiki.", "查找、移动、导出和共享云空间与知识库中的内容。";
        set_tables: "Tables", "表格";
        set_tables_help: "Reading, calculating, drawing and changing spreadsheets and bases.", "电子表格与多维表格的读取、计算、绘图与修改。";
        set_mini: "Short list", "精简";
        set_mini_help: "At most eight tools, for clients that cut long lists or small models.", "不超过八个工具，适合会截断工具列表的客户端或小模型。";
        grade: "Access", "权限";
        grade_all: "Read and write", "读写";
        grade_read: "Reading only", "仅读取";
        grade_read_help: "The client sees nothing that changes anything in Feishu.", "客户端看不到任何会修改飞书内容的操作。";
        jump: "Your client", "选择客户端";
        steps: "What happens next", "接下来会发生什么";
        step_add: "Add the address", "添加地址";
        step_add_help: "With one of the buttons below, or paste it into your client's settings.", "点击下方按钮，或将地址粘贴到客户端的设置中。";
        step_approve: "Approve your client", "授权客户端";
        step_approve_help: "Your browser shows who asks and for what. Reading is enough for most work; you choose whether to allow writing.", "浏览器会显示谁在申请什么权限。多数工作只需读取权限，是否允许写入由您决定。";
        step_sign_in: "Sign in to {brand}", "登录{brand}";
        step_sign_in_help: "Once. The connection then stays alive by itself until you or your administrator end it.", "只需一次。此后连接会自动保持，直到您或管理员将其断开。";
        one_click: "One click", "一键添加";
        one_click_help: "Opens your client and asks you to confirm. The links hold the address and nothing secret.", "打开客户端并请您确认。链接只包含地址，不含任何机密。";
        by_hand: "Command or settings", "命令或设置";
        by_hand_help: "Copy, paste, done. The client asks you to sign in by itself.", "复制、粘贴即可，客户端会自动引导您登录。";
        adds: "What it adds", "添加的内容";
        more_ways: "Other ways", "其他方式";
        addresses: "All addresses", "全部地址";
        addresses_help: "For clients and scripts with other needs.", "适用于有其他需求的客户端和脚本。";
        mcp: "Streamable HTTP", "Streamable HTTP";
        mcp_help: "For every current client.", "适用于所有新版客户端。";
        sse: "HTTP + SSE", "HTTP + SSE";
        sse_help: "For older clients that ask for an SSE address.", "适用于要求 SSE 地址的旧版客户端。";
        tools: "Plain HTTP", "纯 HTTP";
        tools_help: "List and call tools with ordinary requests and an API key.", "使用普通请求和 API 密钥列出并调用工具。";
        manage: "Your connections and keys", "我的连接与密钥";
        manage_help: "See which clients are connected in your name, end any of them at once, or make an API key for a script.", "查看以您的名义连接的客户端，随时断开，或为脚本创建 API 密钥。";
    }
}
