//! Words of the install table.

super::catalogue! {
    /// Words of the install table.
    InstallText {
        add: "Add to {client}", "添加到 {client}";
        add_insiders: "Add to {client} Insiders", "添加到 {client} Insiders";
        add_china: "Add to {client} (China edition)", "添加到 {client} 中国版";
        add_international: "Add to {client} (international)", "添加到 {client} 国际版";
        by_web: "Link to share", "可分享的网页链接";
        terminal: "In a terminal", "在终端中运行";
        file: "In {path}", "写入 {path}";
        json: "Paste as JSON", "以 JSON 粘贴";
        address: "Paste the address", "粘贴地址";
        cursor: "Confirm in Cursor, then press Connect next to the server and sign in.", "在 Cursor 中确认安装，然后点击服务器旁的 Connect 并登录。";
        vscode: "Press Install in VS Code. It opens the browser for sign-in the first time a tool is used.", "在 VS Code 中点击安装，首次使用工具时会打开浏览器进行登录。";
        claude_code: "Run the command, start Claude Code, type /mcp and choose the server to sign in.", "运行命令后启动 Claude Code，输入 /mcp 并选择该服务器进行登录。";
        claude: "Web and desktop: Settings → Connectors → Add custom connector, paste the address, then Connect. The calls come from Anthropic's servers, so the address must be reachable from the internet.", "网页版和桌面版：设置 → 连接器 → 添加自定义连接器，粘贴地址后点击连接。请求由 Anthropic 的服务器发出，因此该地址必须能从公网访问。";
        trae: "Choose the edition that you have installed and confirm the import. If sign-in does not start, use mcp-remote below.", "请选择您安装的版本并确认导入。如果没有开始登录，请改用下方的 mcp-remote。";
        cherry_studio: "Cherry Studio adds the server switched off: open Settings → MCP servers and switch it on.", "Cherry Studio 添加后默认为关闭状态：请在设置 → MCP 服务器中将其开启。";
        lm_studio: "Confirm in LM Studio. If it cannot sign in, use mcp-remote below.", "在 LM Studio 中确认。如果无法登录，请改用下方的 mcp-remote。";
        kiro: "The link opens Kiro through its web site. Confirm there, then sign in.", "链接会经由 Kiro 网站打开 Kiro，确认后登录。";
        goose: "Confirm the extension in Goose. The browser opens for sign-in.", "在 Goose 中确认扩展，浏览器会打开登录页面。";
        codex: "The second command opens the browser for sign-in.", "第二条命令会打开浏览器进行登录。";
        chatwise: "Settings → Tools → + → Import JSON from clipboard. ChatWise cannot sign in to servers itself yet, so a small bridge (needs Node.js) does it.", "设置 → 工具 → + → 从剪贴板导入 JSON。ChatWise 目前无法自行登录远程服务器，因此由一个小型桥接程序（需要 Node.js）完成登录。";
        inspector: "Opens a page on your computer: choose Streamable HTTP, paste the address, then Connect. The second command works without a browser, with an API key in FEISHU_MCP_KEY.", "会在您的电脑上打开一个页面：选择 Streamable HTTP，粘贴地址后点击 Connect。第二条命令无需浏览器，使用 FEISHU_MCP_KEY 中的 API 密钥。";
        mcp_remote: "A bridge for clients that can only start local programs (needs Node.js). It opens the browser for sign-in and waits five minutes.", "面向只能启动本地程序的客户端的桥接工具（需要 Node.js）。它会打开浏览器登录，并等待五分钟。";
        other: "Most other clients take this JSON, or just the address above.", "大多数其他客户端可使用此 JSON，或直接使用上方的地址。";
        other_name: "Any other client", "其他客户端";
    }
}
