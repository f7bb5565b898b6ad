//! Words of the proof of the log.

crate::text::catalogue! {
    /// Words of the proof of the log.
    AuditProofText {
        title: "Proof and exports", "验证与导出记录";
        back: "Back to the log", "返回日志";
        lead: "Each entry carries a hash over itself and the one before. Signed checkpoints show when the whole chain was written anew.", "每条记录的哈希都覆盖自身与前一条记录；签名检查点可发现整条链被重写的情况。";
        entries: "Entries in the chain", "链上记录数";
        check: "Latest check", "最近一次验证";
        never: "This chain has not been checked yet.", "尚未验证过该链。";
        now: "Check the chain now", "立即验证";
        again: "Check again", "重新验证";
        running: "Checking: {done} of {all} entries.", "验证中：{done} / {all} 条记录。";
        stopped: "The check was interrupted after {done} of {all} entries. Start it again.", "验证在 {done} / {all} 条记录后中断，请重新开始。";
        holds: "The chain holds: {done} entries, signed checkpoints passed: {marks}.", "链完整：已验证 {done} 条记录，经过 {marks} 个签名检查点。";
        by: "asked for by {who}", "由 {who} 发起";
        missing: "Entry {n} is missing or was moved.", "记录 {n} 缺失或被移动。";
        changed: "Entry {n} was changed after it was written.", "记录 {n} 在写入后被更改。";
        head: "The chain ends at entry {n}, which is not where its head says.", "链在记录 {n} 处结束，与链头不符。";
        rewritten: "The chain does not pass through the checkpoint at entry {n}: it was cut or written anew.", "链未经过记录 {n} 处的检查点：链被截断或重写。";
        forged: "The checkpoint at entry {n} was not signed by this platform.", "记录 {n} 处的检查点并非由本平台签名。";
        forged_seal: "The record of what retention let go, at entry {n}, was not signed by this platform.", "记录 {n} 处的保留期封存并非由本平台签名。";
        checkpoint: "Latest signed checkpoint", "最新签名检查点";
        no_checkpoint: "None yet. The first is signed within the hour of the first entry.", "暂无。首条记录写入后一小时内会签署第一个检查点。";
        at_entry: "Entry {n}", "记录 {n}";
        key: "Public key (Ed25519)", "公钥（Ed25519）";
        key_hint: "Keep it outside this platform: whoever holds it can check exports and checkpoints.", "请在平台之外保存：持有公钥即可验证导出文件与检查点。";
        download: "Download the checkpoints", "下载检查点";
        sealed: "Entries up to {n} were let go when their retention ended. The chain goes on from their last hash.", "{n} 号及之前的记录已到保留期并删除，链从其最后的哈希继续。";
        exports: "Exports", "导出记录";
        no_exports: "Nothing was exported yet.", "尚无导出。";
        file: "File", "文件";
        when: "When", "时间";
        who: "By", "导出人";
        rows: "Entries", "记录数";
        manifest: "Manifest", "清单";
        whole: "Export the whole log", "导出完整日志";
        whole_hint: "A complete export can be checked without this platform, from its first entry to its last:", "完整导出可脱离本平台，从首条到末条逐条验证：";
    }
}
