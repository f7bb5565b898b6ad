//! Words of times.

super::catalogue! {
    /// Words of times.
    MomentText {
        just_now: "just now", "刚刚";
        soon: "in a moment", "片刻后";
        ago: "{length} ago", "{length}前";
        ahead: "in {length}", "{length}后";
        minute: "{n} minute", "{n} 分钟";
        minutes: "{n} minutes", "{n} 分钟";
        hour: "{n} hour", "{n} 小时";
        hours: "{n} hours", "{n} 小时";
        day: "{n} day", "{n} 天";
        days: "{n} days", "{n} 天";
    }
}
