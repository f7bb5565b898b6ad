//! One address cannot take the machine for itself, whatever it says about where it comes from.

use futures::future::join_all;
use reqwest::StatusCode;

use crate::support::{
    Backend, Program,
    oauth_flow::{Page, plain_client, read},
};

const BURST: usize = 40;

/// Knocks twice as often as one address may, each time with another forwarded address; gives the
/// refusals.
async fn storm(program: &Program) -> Vec<Page> {
    let http = plain_client();
    let url = format!("{}/t/acme/tools", program.origin());
    let knocks = (0..BURST * 2).map(|n| {
        let from = format!("203.0.113.{n}");
        read(http.get(&url).header("x-forwarded-for", from))
    });
    let answers = join_all(knocks).await;
    let refused = |page: &Page| page.status == StatusCode::TOO_MANY_REQUESTS;
    answers.into_iter().filter(refused).collect()
}

#[tokio::test]
async fn an_address_has_its_limit_and_is_told_when_to_come_back() {
    let burst = BURST.to_string();
    let limit = [
        ("FEISHU_MCP__HTTP__IP_BURST", burst.as_str()),
        ("FEISHU_MCP__HTTP__IP_PER_SECOND", "1"),
    ];
    let program = Program::configured(Backend::Sqlite, &[], &limit).await;
    let refused = storm(&program).await;
    assert!(refused.len() >= BURST / 2, "{} refusals", refused.len());
    for page in refused {
        let wait: u64 = page.header("retry-after").parse().expect("seconds");
        assert!(wait >= 1);
        let code = &page.json()["error"];
        assert!(code.to_string().contains("too_many_requests"), "{code}");
    }

    // Behind a proxy that the operator named, the address is the one that the proxy saw.
    let trusting = [
        limit[0],
        limit[1],
        (
            "FEISHU_MCP__HTTP__TRUSTED_PROXIES",
            "[\"127.0.0.1/32\",\"::1/128\"]",
        ),
    ];
    let program = Program::configured(Backend::Sqlite, &[], &trusting).await;
    assert!(storm(&program).await.is_empty());
}
