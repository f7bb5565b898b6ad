//! Words of the page after signing out.

super::catalogue! {
    /// Words of the page after signing out.
    SignedOutText {
        title: "You are signed out", "您已退出登录";
        lead: "This browser is signed out of these pages. Your AI clients stay connected until you end them.", "此浏览器已退出这些页面。您的 AI 客户端仍保持连接，直到您将其断开。";
        sign_in: "Sign in again", "重新登录";
        connect: "Connect page", "连接页面";
    }
}
