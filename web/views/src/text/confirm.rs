//! Words of the page on which a member agrees to one call.

super::catalogue! {
    /// Words of the page on which a member agrees to one call.
    ConfirmText {
        title: "Your agreement is needed", "需要您的确认";
        lead: "{client} wants to do this in your name:", "{client} 希望以您的身份执行以下操作：";
        nameless: "An unnamed client", "未命名的客户端";
        verified: "Verified: published by {host}", "已验证：由 {host} 发布";
        unverified: "Unverified client", "未验证的客户端";
        key: "Your API key", "您的 API 密钥";
        console: "From the console", "来自管理后台";
        organisation: "Organisation", "企业";
        tool: "Tool", "工具";
        asked: "Asked", "发起时间";
        before: "Answer before", "请在此之前答复";
        until: "Good until", "有效期至";
        ended: "Ended", "截止时间";
        terms: "Your agreement is good for this one call, exactly as it was asked. Declining changes nothing in your documents.", "您的确认仅对这一次调用有效，且内容不可更改。拒绝不会对您的文档产生任何影响。";
        agree: "Agree, do it once", "同意，仅执行这一次";
        decline: "Decline", "拒绝";
        unexpected: "You did not ask for this? Decline, and end the connection if you do not know it.", "这不是您要求的操作？请拒绝；如不认识该客户端，请断开其连接。";
        connections: "Your connections", "我的连接";
        recorded: "Your answer is recorded for your organisation. No AI model can give it for you.", "您的答复会为您的企业留存记录。AI 模型无法代替您作出答复。";
        agreed: "You agreed.", "您已同意。";
        agreed_next: "Go back to {client} and tell it to go on: it repeats the call, and this time it runs. After the time below the agreement is worth nothing.", "请返回 {client} 并让它继续：它会再次发起该调用，此次将会执行。超过下方时间后，此确认即失效。";
        declined: "You declined.", "您已拒绝。";
        declined_next: "Nothing was done. {client} cannot ask for the same thing again before the time below.", "未执行任何操作。在下方时间之前，{client} 无法就同一操作再次请求确认。";
        used: "It was done.", "该操作已执行。";
        used_next: "The agreement is used up. For another call {client} has to ask you again.", "此确认已使用。如需再次调用，{client} 须重新请求您的确认。";
        expired: "This question has expired.", "此确认请求已过期。";
        expired_next: "Nothing was done because of it. If you still want it, tell {client} to try again.", "未因此执行任何操作。如仍需要，请让 {client} 重新发起。";
    }
}
