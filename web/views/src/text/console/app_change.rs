//! Words of the change of an app's credentials.

crate::text::catalogue! {
    /// Words of the change of an app's credentials.
    AppChangeText {
        title: "Change the Feishu app", "更换飞书应用凭证";
        lead: "A new secret without a failed call, or another app altogether.", "更换密钥而不中断调用，或改用另一个应用。";
        back: "Back to the set-up", "返回应用设置";
        secret_title: "New App Secret", "更换 App Secret";
        secret_help: "Feishu knows one secret at a time. Announce the change first: calls that need the secret meanwhile wait for the new one.", "飞书同一时间只认一个密钥。请先宣告更换：期间需要密钥的调用会等待新密钥。";
        announce: "1. Announce the change", "1. 宣告更换";
        announced: "Announced. Reset the secret under Credentials & basic info now, and paste it here until", "已宣告。请在「凭证与基础信息」重置密钥，并在以下时间前粘贴到此处：";
        new_secret: "2. New App Secret", "2. 新的 App Secret";
        take: "Check and use it", "检查并启用";
        take_help: "It is tried beside the one in force and used only when Feishu accepts it.", "新密钥会先试用，飞书接受后才启用。";
        replaced: "The secret was changed", "密钥已更换于";
        undo: "Use the secret before again", "恢复之前的密钥";
        undo_help: "Possible for a day, if Feishu still accepts it.", "一天内可恢复，前提是飞书仍接受。";
        replace_title: "Another Feishu app", "改用另一个应用";
        replace_help: "People's ids and sign-ins belong to an app, so nothing of them can move:", "人员标识与登录都属于应用，无法迁移：";
        replace_ends: "{members} people sign in again, {n} connections end at once.", "{members} 人需重新登录，{n} 个连接立即结束。";
        replace_keeps: "Roles, policy, the audit log and the bill stay. Who signs in again is recognised within the same enterprise.", "角色、策略、审计日志与账单保留；同一企业的人员重新登录后会被识别。";
        replace_then: "The new app needs its own redirect URL, permissions and published version: the set-up starts again.", "新应用需要自己的重定向 URL、权限与已发布版本：需重新完成设置。";
        confirm: "Type {slug} to confirm", "输入 {slug} 以确认";
        replace: "Change the app", "更换应用";
        fault_not_confirmed: "Type the short name of the organisation to confirm.", "请输入企业短名称以确认。";
        fault_same_app: "This is the app that is connected already. Change its secret above.", "已接入此应用，请在上方更换密钥。";
        done_announced: "Announced. Reset the secret at Feishu now.", "已宣告，请立即在飞书重置密钥。";
        done_secret: "The new secret is in force. No call failed for it.", "新密钥已启用，未影响调用。";
        done_undone: "The secret before is in force again.", "已恢复之前的密钥。";
        done_nothing: "There is no secret before any more.", "已没有之前的密钥。";
        done_refused: "Feishu does not accept the secret before. Nothing was changed.", "飞书不接受之前的密钥，未作更改。";
        done_replaced: "The app was changed. Go through the steps for the new one.", "应用已更换，请为新应用完成以下步骤。";
    }
}
