//! Words about passkeys.

super::catalogue! {
    /// Words about passkeys.
    PasskeyText {
        title: "Passkeys", "通行密钥";
        lead: "Sign in with your fingerprint, face or screen lock instead of a password. A passkey works on this site only, cannot be guessed, and needs no code beside it.", "使用指纹、面容或屏幕锁定登录，无需密码。通行密钥仅对本站有效，无法被猜中，也无需再输入验证码。";
        name: "Name", "名称";
        name_hint: "So that you know it again, such as “Work laptop”. If you leave it out, it is named after this browser.", "便于日后辨认，例如“办公电脑”。留空则以当前浏览器命名。";
        add: "Add a passkey", "添加通行密钥";
        added: "Added", "添加时间";
        used: "Last used", "最近使用";
        never: "never", "从未使用";
        change: "Change", "更改";
        rename: "Rename", "重命名";
        remove: "Remove", "移除";
        no_script: "Adding a passkey needs JavaScript in this browser.", "添加通行密钥需要在浏览器中启用 JavaScript。";
        nowhere: "Passkeys need an address with a name and https. This console is open at one without.", "通行密钥要求以域名和 https 访问，当前地址不满足条件。";
        unnamed: "Passkey", "通行密钥";
        or: "or", "或";
        sign_in: "Sign in with a passkey", "使用通行密钥登录";
        confirm: "Confirm with a passkey", "使用通行密钥确认";
        cancelled: "Cancelled: no passkey was used. Try again whenever you like.", "已取消，未使用通行密钥。您可以随时重试。";
        failed: "That did not work. Reload the page and try again.", "操作未成功，请刷新页面后重试。";
        known: "This device has a passkey for your account already.", "此设备上已有您账号的通行密钥。";
        slow_soon: "Too many attempts. Wait a minute and try again.", "尝试次数过多，请稍后再试。";
        unable: "Your browser cannot use passkeys here.", "您的浏览器无法在此使用通行密钥。";
        unknown: "This passkey is not known here, or its account may not sign in.", "此通行密钥未在此登记，或其账号不可登录。";
        expired: "That took too long, or was sent twice. Try again.", "操作超时或重复提交，请重试。";
        unverified: "Your device did not check that it is you. Set up its screen lock, fingerprint or PIN, then try again.", "您的设备未验证您的身份。请先设置屏幕锁定、指纹或 PIN，然后重试。";
        copied: "This passkey seems to exist twice, so it was not taken. Sign in another way and remove it.", "此通行密钥可能已被复制，因此未被接受。请用其他方式登录并移除它。";
        refused: "The passkey could not be checked. Try again.", "无法验证此通行密钥，请重试。";
        taken: "This passkey is in use already.", "此通行密钥已被使用。";
        many: "An account has at most {max} passkeys. Remove one first.", "每个账号最多可有 {max} 个通行密钥，请先移除一个。";
        last: "It is the only way to sign in to this account. Add another passkey or set a password first.", "这是登录此账号的唯一方式。请先添加另一个通行密钥或设置密码。";
        name_fault: "A name has 1 to 80 characters.", "名称须为 1 至 80 个字符。";
        added_done: "The passkey is added: from now on you can sign in with it.", "通行密钥已添加，今后可用它登录。";
        renamed: "The passkey has its new name.", "通行密钥已重命名。";
        removed: "The passkey is removed, and every other browser is signed out. Delete it on your device too.", "通行密钥已移除，其他浏览器均已退出登录。请同时在您的设备上删除它。";
        gone: "That passkey had been removed already.", "该通行密钥此前已被移除。";
    }
}
