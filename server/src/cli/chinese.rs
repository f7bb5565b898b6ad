//! The help of the command line in Chinese. The English texts are the docstrings of the commands
//! and arguments; a test holds both lists together.

use clap::{Arg, ArgAction, Command};

/// Path of a command, and what it is for.
const COMMANDS: &[(&str, &str)] = &[
    ("", "为 AI 客户端提供受控的飞书 / Lark 访问。"),
    (
        "dev",
        "在本机启动平台、飞书沙箱和演示租户，无需其他服务。\n\n若环境变量或 .dev.vars 文件中有 FEISHU_APP_ID、FEISHU_APP_SECRET 和 COOKIE_ENCRYPTION_KEY，则改为服务真实的飞书租户（重定向 URL 为 http://localhost:8788/callback，需在飞书应用中登记）。",
    ),
    ("serve", "生产运行。会拒绝不安全的设置并逐条说明。"),
    ("migrate", "将数据库更新到最新结构。"),
    (
        "doctor",
        "找出并说明问题：配置、数据库、Redis、时钟、公网地址、租户的飞书应用。",
    ),
    ("tenant", "本部署的租户。"),
    ("tenant add", "添加租户及其飞书应用；会先向飞书验证凭证。"),
    ("tenant list", "列出租户。"),
    ("account", "控制台账号：运营者与各组织的人员。"),
    ("account add", "新建账号，并输出设置密码的链接。"),
    ("account list", "列出账号。"),
    (
        "account link",
        "输出重设密码的链接；一天内有效，仅可用一次。",
    ),
    ("account block", "使账号在所有位置退出，并不再允许登录。"),
    ("account unblock", "允许已停用的账号重新登录。"),
    (
        "account reset-second-factor",
        "账号的第二重验证和通行密钥丢失时，将其移除。",
    ),
    ("keys", "密钥环。"),
    ("keys generate", "输出新的主密钥，格式为 ID:BASE64。"),
    ("keys status", "显示正在使用的密钥，以及各自保护的租户数。"),
    (
        "keys rewrap",
        "用密钥环中的第一把密钥重新封装所有租户的数据密钥。",
    ),
    ("audit", "审计账本。"),
    (
        "audit verify",
        "脱离数据库校验导出的文件；有任何问题时退出码为 1。",
    ),
    (
        "verify",
        "脱离数据库校验清除回执或租户的完整导出文件；有任何问题时退出码为 1。",
    ),
];

/// Path of a command with the id of an argument, and what it is for.
const ARGUMENTS: &[(&str, &str)] = &[
    (" config", "配置文件（TOML）；环境变量优先。"),
    (" lang", "输出语言；默认与终端一致。"),
    ("dev listen", "平台的监听地址。"),
    ("dev sandbox_listen", "飞书沙箱的监听地址。"),
    ("dev data", "保存全部状态的目录；重启后保留。"),
    ("dev reset", "启动前清除该目录中的全部状态。"),
    (
        "dev json",
        "以一个 JSON 对象代替欢迎信息（connect_url、console_url、mcp_url、sse_url、tools_url、token、sandbox_url、pid）。",
    ),
    (
        "dev history",
        "使用 --json 时也为演示租户生成两个月的模拟调用；不用 --json 时默认生成。",
    ),
    (
        "dev database_url",
        "代替目录中 SQLite 的数据库（postgres://…）；会自动迁移。",
    ),
    (
        "dev database_owner_url",
        "该数据库的所有者角色，用于迁移；默认与 --database-url 相同。",
    ),
    ("dev redis_url", "代替进程内总线的 Redis。"),
    ("dev unlimited", "取消平台与沙箱的频率限制，用于测量。"),
    ("migrate check", "仅列出待执行的迁移；如有则退出码为 1。"),
    ("doctor tenant", "同时检查该租户的飞书应用。"),
    ("doctor json", "以 JSON 数组代替文本输出。"),
    ("tenant add slug", "路径中的名称：a-z、0-9 和“-”。"),
    ("tenant add name", "显示名称。"),
    ("tenant add brand", "应用所属品牌。"),
    ("tenant add app_id", "App ID（cli_…）。"),
    (
        "tenant add app_secret_file",
        "保存 App Secret 的文件；“-”表示从标准输入读取。",
    ),
    (
        "tenant add plan",
        "租户购买的套餐：免费套餐用完即停，其他套餐超出后按价计费。",
    ),
    ("tenant add locale", "读者语言未知时使用的语言。"),
    ("tenant add skip_check", "不向飞书验证凭证。"),
    ("tenant list json", "以 JSON 数组代替表格输出。"),
    ("account add email", "邮箱地址，即登录名。"),
    ("account add name", "显示名称；默认为邮箱地址。"),
    ("account add operator", "该账号运营整个平台。"),
    ("account add locale", "该账号的界面语言。"),
    ("account list json", "以 JSON 数组代替表格输出。"),
    ("account link email", "账号的邮箱地址。"),
    ("account block email", "账号的邮箱地址。"),
    ("account unblock email", "账号的邮箱地址。"),
    ("account reset-second-factor email", "账号的邮箱地址。"),
    ("keys generate id", "密钥名称；会与每个密封值一同保存。"),
    ("audit verify file", "导出的文件（CSV 或 JSONL）。"),
    (
        "audit verify manifest",
        "其清单；默认为文件名加 `.manifest.json`（若存在）。",
    ),
    (
        "audit verify checkpoints",
        "检查点，每行一个 JSON 对象，由平台写出或从控制台获得。",
    ),
    (
        "audit verify key",
        "签名必须匹配的公钥（十六进制），即您此前记录的公钥。不提供时，签名只能说明全部内容由同一密钥签署。可多次给出。",
    ),
    ("verify file", "回执（JSON）或导出文件（JSON Lines）。"),
    (
        "verify key",
        "签名必须匹配的公钥（十六进制），即您此前记录的公钥。可多次给出。",
    ),
];

const EXAMPLES: &str = "\
示例：
  feishu-mcp dev                      在本机试用全部功能，无需飞书账号
  feishu-mcp keys generate            生成生产用主密钥
  feishu-mcp migrate                  更新数据库结构
  feishu-mcp tenant add --slug acme --name 'Acme' --brand feishu --app-id cli_… \\
                        --app-secret-file secret.txt
  feishu-mcp account add --operator --email you@example.com
                                      创建运营控制台的第一个登录账号
  feishu-mcp serve                    生产运行
  feishu-mcp doctor --tenant acme     找出问题并说明如何修复";

/// Sections of a help page in their order, with Chinese headings.
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// The same command line with Chinese help.
pub(super) fn translate(command: Command) -> Command {
    worded(command, "").after_help(EXAMPLES)
}

fn worded(command: Command, path: &str) -> Command {
    let below: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("显示帮助");
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .mut_args(|argument| {
            let heading = if argument.is_positional() {
                "参数"
            } else {
                "选项"
            };
            let key = format!("{path} {}", argument.get_id());
            let text = find(ARGUMENTS, &key);
            let argument = argument.help_heading(heading);
            match text {
                Some(text) => argument.help(text).long_help(text),
                None => argument,
            }
        })
        .arg(help.help_heading("选项"));
    if let Some(text) = find(COMMANDS, path) {
        let short = text.split_once("\n\n").map_or(text, |(short, _)| short);
        command = command.about(short).long_about(text);
    }
    for name in below {
        let path = format!("{path} {name}").trim_start().to_owned();
        command = command.mut_subcommand(name, |sub| worded(sub, &path));
    }
    command
}

fn find(list: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    list.iter()
        .find_map(|(known, text)| (*known == key).then_some(*text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn walk(command: &Command, path: &str, keys: &mut [BTreeSet<String>; 2]) {
        keys[0].insert(path.to_owned());
        for argument in command.get_arguments() {
            keys[1].insert(format!("{path} {}", argument.get_id()));
        }
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            walk(sub, path.trim_start(), keys);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_chinese_text() {
        let mut real = [BTreeSet::new(), BTreeSet::new()];
        walk(&Cli::command(), "", &mut real);
        let known = [COMMANDS, ARGUMENTS].map(|list| {
            let keys = list.iter().map(|(key, _)| (*key).to_owned());
            keys.collect::<BTreeSet<_>>()
        });
        assert_eq!(real, known);
    }

    #[test]
    fn the_chinese_help_says_no_english_sentence() {
        let mut command = translate(Cli::command());
        command.build();
        let page = command
            .find_subcommand_mut("dev")
            .expect("dev")
            .render_long_help()
            .to_string();
        assert!(page.contains("用法：") && page.contains("选项:"), "{page}");
        assert!(
            !page.contains("Usage") && !page.contains("Address"),
            "{page}"
        );
    }
}
