//! Words of the error page, and the known troubles.

use crate::Lang;

super::catalogue! {
    /// Words of the error page.
    ErrorText {
        next: "What to do next", "接下来怎么做";
        facts: "Details for support", "供支持人员使用的信息";
        request: "Request", "请求编号";
    }
}

/// What is said about one trouble.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) happened: &'static str,
    pub(crate) next: &'static [&'static str],
}

macro_rules! troubles {
    ($($(#[$doc:meta])* $name:ident $status:literal {
        $en_title:literal, $zh_title:literal;
        $en:literal, $zh:literal;
        $([$en_next:literal, $zh_next:literal])*
    })*) => {
        /// A known trouble, with its texts in both languages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Trouble {
            $($(#[$doc])* $name,)*
        }

        impl Trouble {
            /// All troubles.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// HTTP status of the page.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            pub(crate) fn words(self, lang: Lang) -> Words {
                match (self, lang) {
                    $((Self::$name, Lang::En) => Words {
                        title: $en_title, happened: $en, next: &[$($en_next),*],
                    },
                    (Self::$name, Lang::Zh) => Words {
                        title: $zh_title, happened: $zh, next: &[$($zh_next),*],
                    },)*
                }
            }
        }
    };
}

troubles! {
    /// No such page, organisation or thing (or not for this caller).
    NotFound 404 {
        "Page not found", "页面不存在";
        "There is nothing at this address, or it is not meant for you.", "该地址没有内容，或者您无权查看。";
        ["Check the address for typing mistakes.", "请检查地址是否输入正确。"]
        ["Ask the person who gave you the link for a current one.", "请向提供链接的人索取最新链接。"]
    }
    /// A link that is good for one thing is over, used in another browser, or never was.
    LinkOver 410 {
        "This link has ended", "链接已失效";
        "Such a link works for a few minutes, and only in the browser that opened it first.", "此类链接仅在数分钟内有效，且仅限首个打开它的浏览器使用。";
        ["Ask the person who sent it for a new one.", "请向发送者索取新的链接。"]
    }
    /// Signed in, but not allowed.
    Forbidden 403 {
        "Not allowed", "没有权限";
        "You are signed in, but you may not do this.", "您已登录，但没有执行此操作的权限。";
        ["Ask your administrator for the role that it needs.", "请联系管理员为您开通所需的角色。"]
    }
    /// Too many requests.
    TooMany 429 {
        "Too many requests", "请求过于频繁";
        "More requests came from you in a short time than we accept.", "您在短时间内发出的请求超过了限制。";
        ["Wait a minute, then try again.", "请等待一分钟后重试。"]
    }
    /// Our own fault.
    Internal 500 {
        "Something went wrong on our side", "我们这边出了问题";
        "The request failed because of an error in the service. Nothing that you did was wrong.", "由于服务内部错误，请求未能完成，与您的操作无关。";
        ["Try again in a moment.", "请稍后重试。"]
        ["If it happens again, give your administrator the request number below.", "如果再次出现，请将下方的请求编号提供给管理员。"]
    }
    /// The database or another part is away.
    Unavailable 503 {
        "Temporarily unavailable", "服务暂时不可用";
        "A part of the service does not answer right now. Nothing was changed.", "服务的某个部分暂时没有响应，没有任何内容被更改。";
        ["Try again in a minute.", "请一分钟后重试。"]
    }
    /// The request cannot be understood.
    BadRequest 400 {
        "This request is not complete", "请求不完整";
        "A part of the request is missing or is not what we expect.", "请求缺少必要的内容，或内容不符合要求。";
        ["Go back to your AI client and start the connection again.", "请回到您的 AI 客户端重新发起连接。"]
    }
    /// The CSRF check failed or the form is too old.
    FormExpired 403 {
        "This form is out of date", "表单已过期";
        "The form was sent from another page or is too old, so it was not accepted.", "该表单来自其他页面或已经过期，因此没有被接受。";
        ["Load the page again and repeat what you did.", "请重新打开页面并再次操作。"]
        ["Allow cookies for this site if your browser blocks them.", "如果浏览器阻止了 Cookie，请为本站允许 Cookie。"]
    }
    /// `client_id` is not known.
    UnknownClient 400 {
        "Unknown client", "未知的客户端";
        "The application that sent you here is not registered with this service, or its registration was removed.", "将您带到这里的应用没有在本服务注册，或其注册已被移除。";
        ["In your AI client, remove this server and add it again; the client then registers itself anew.", "请在 AI 客户端中移除本服务器后重新添加，客户端会重新注册。"]
    }
    /// `redirect_uri` is not one of the client's.
    RedirectNotRegistered 400 {
        "The return address does not match", "回调地址不匹配";
        "The application asked us to send the answer to an address that it did not register. For your safety we sent nothing there.", "该应用要求将结果发送到一个它没有登记的地址。为了您的安全，我们没有发送任何内容。";
        ["Start the connection again from your AI client.", "请从 AI 客户端重新发起连接。"]
        ["If it happens again, remove the server in the client and add it again.", "如果再次出现，请在客户端中移除本服务器后重新添加。"]
    }
    /// The organisation is not served at the moment.
    TenantSuspended 403 {
        "This organisation is paused", "该企业已暂停使用";
        "Access for this organisation has been paused.", "该企业的访问已被暂停。";
        ["Ask your administrator; only they can see the reason.", "请联系管理员，只有管理员可以查看原因。"]
    }
    /// The pending authorization is gone, used or too old.
    SignInExpired 400 {
        "This sign-in has expired", "本次登录已过期";
        "A sign-in must be finished within ten minutes and can be used once.", "登录须在十分钟内完成，并且只能使用一次。";
        ["Go back to your AI client and start the connection again.", "请回到您的 AI 客户端重新发起连接。"]
    }
    /// The browser cookie does not match the transaction.
    OtherBrowser 400 {
        "This sign-in began in another browser", "登录是在另一个浏览器中发起的";
        "The sign-in was started elsewhere, or this browser did not keep our cookie. We stopped, so that nobody can finish a sign-in for somebody else.", "本次登录是在别处发起的，或者当前浏览器没有保存我们的 Cookie。为防止他人代替您完成登录，我们已停止处理。";
        ["Start the connection again and stay in the same browser.", "请重新发起连接，并全程使用同一个浏览器。"]
        ["Allow cookies for this site; private windows may drop them.", "请为本站允许 Cookie，无痕窗口可能会丢弃 Cookie。"]
    }
    /// The member pressed cancel at Feishu.
    FeishuDenied 403 {
        "Sign-in was cancelled", "登录已取消";
        "You did not give permission at Feishu, so nothing was connected.", "您没有在飞书中授权，因此没有建立连接。";
        ["Start the connection again if this was a mistake.", "如果这是误操作，请重新发起连接。"]
    }
    /// Feishu refuses the redirect URL of the app.
    FeishuRedirect 502 {
        "The Feishu app lacks our redirect URL", "飞书应用缺少重定向 URL";
        "Feishu refused the sign-in because the redirect URL of this service is not in the settings of your organisation's Feishu app.", "由于贵企业的飞书应用没有配置本服务的重定向 URL，飞书拒绝了登录。";
        ["Administrator: in the Feishu developer console, open the app, Security settings, and add the redirect URL shown below.", "管理员：在飞书开发者后台打开该应用的“安全设置”，添加下方显示的重定向 URL。"]
        ["Then publish a new version of the app if Feishu asks for it, and try again.", "如果飞书提示需要发布，请发布应用新版本，然后重试。"]
    }
    /// The app has no published version, or the member is outside its availability.
    FeishuUnpublished 502 {
        "The Feishu app is not available to you", "您无法使用该飞书应用";
        "Your organisation's Feishu app has no published version, or you are not in the group of people who may use it.", "贵企业的飞书应用尚未发布版本，或者您不在应用的可用范围内。";
        ["Administrator: publish a version of the app in the Feishu developer console.", "管理员：在飞书开发者后台发布应用版本。"]
        ["Administrator: add this person to the availability of the app.", "管理员：将该成员加入应用的可用范围。"]
    }
    /// The app lacks a scope that it was asked for.
    FeishuScope 502 {
        "The Feishu app lacks a permission", "飞书应用缺少权限";
        "Feishu refused the sign-in because the app does not have one of the permissions that were asked for.", "由于应用缺少所申请的某项权限，飞书拒绝了登录。";
        ["Administrator: enable the permissions named below in the Feishu developer console, then publish a version.", "管理员：在飞书开发者后台开通下方列出的权限，然后发布版本。"]
        ["Then start the connection again.", "完成后请重新发起连接。"]
    }
    /// Feishu refuses App ID or App Secret.
    FeishuCredentials 502 {
        "Feishu does not accept the app's credentials", "飞书不接受应用凭证";
        "The App ID or the App Secret that is stored for your organisation is not valid any more.", "为贵企业保存的 App ID 或 App Secret 已失效。";
        ["Administrator: copy the current App Secret from the Feishu developer console and save it here again.", "管理员：从飞书开发者后台复制当前的 App Secret 并重新保存。"]
    }
    /// Clocks disagree.
    FeishuClock 502 {
        "The clocks disagree", "时钟不一致";
        "Feishu says that the sign-in is expired although it is fresh. The clock of this service or of a computer on the way is wrong.", "登录刚刚发起，飞书却认为已过期。本服务或中间某台计算机的时钟不准确。";
        ["Operator: check the time synchronisation of the server.", "运维人员：请检查服务器的时间同步。"]
        ["Then start the connection again.", "完成后请重新发起连接。"]
    }
    /// Feishu does not answer or answers nonsense.
    FeishuUnavailable 502 {
        "Feishu does not answer", "飞书没有响应";
        "Feishu did not answer in time or answered with an error. Your existing connections are not affected.", "飞书没有及时响应或返回了错误。您已有的连接不受影响。";
        ["Try again in a minute.", "请一分钟后重试。"]
    }
    /// The member is blocked.
    MemberBlocked 403 {
        "Your access was switched off", "您的访问已被关闭";
        "An administrator of your organisation switched your access off.", "贵企业的管理员已关闭您的访问。";
        ["Ask your administrator.", "请联系管理员。"]
    }
    /// The rules do not let the member use this client.
    ClientRefused 403 {
        "Your organisation does not allow this AI client", "贵企业不允许使用该 AI 客户端";
        "You signed in, but your roles may not be used through this client.", "您已登录，但您的角色不能通过该客户端使用。";
        ["Use a client that your organisation allows, or ask your administrator to allow this one.", "请改用企业允许的客户端，或请管理员允许该客户端。"]
    }
    /// Signed in with an account of another enterprise.
    WrongOrganisation 403 {
        "Wrong organisation", "企业不匹配";
        "You signed in to Feishu with an account of another organisation.", "您使用了其他企业的飞书账号登录。";
        ["Switch to the right account in Feishu, then start the connection again.", "请在飞书中切换到正确的账号，然后重新发起连接。"]
    }
    /// The member has no role.
    NoRole 403 {
        "You have no role here yet", "您还没有角色";
        "You signed in, but no role has been given to you in this organisation.", "您已登录，但尚未在该企业中获得角色。";
        ["Ask your administrator to give you a role.", "请联系管理员为您分配角色。"]
    }
}
