//! The address of the caller: right-most untrusted hop, or the peer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;

/// Networks whose forwarding header is believed. Empty by default: nobody's.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Believes `X-Forwarded-For` from these networks.
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The caller's address. The forwarding header is read from the right, the side that our own
    /// proxies write, and only while each hop is a trusted proxy; what a stranger wrote to the
    /// left of the first untrusted hop is never looked at.
    pub fn resolve(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut hop = peer;
        if !self.trusts(hop) {
            return hop.to_canonical();
        }
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = parse(entry.trim()) else {
                break;
            };
            hop = address;
            if !self.trusts(hop) {
                break;
            }
        }
        hop.to_canonical()
    }
}

/// An address with or without a port, with or without brackets.
fn parse(entry: &str) -> Option<IpAddr> {
    entry
        .parse::<IpAddr>()
        .or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip()))
        .ok()
        .or_else(|| {
            entry
                .strip_prefix('[')?
                .strip_suffix(']')?
                .parse::<IpAddr>()
                .ok()
        })
}

/// The caller's address, as limits and logs use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientIp(pub IpAddr);

impl ClientIp {
    /// Reads it from a request. Without a known peer (a listener that forgot to say it) all
    /// callers share one key, which limits more, not less.
    pub fn of(proxies: &TrustedProxies, extensions: &Extensions, headers: &HeaderMap) -> Self {
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), |peer| {
                Self(proxies.resolve(peer.0.ip(), headers))
            })
    }

    /// The key of limits: one IPv6 subscriber holds a /64 (RFC 6177), so that is one caller.
    #[must_use]
    pub fn limited(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let kept = u128::from(address) & (u128::MAX << 64);
                IpAddr::V6(kept.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        headers
    }

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()])
    }

    #[test]
    fn a_stranger_cannot_choose_its_own_address() {
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        assert_eq!(proxies().resolve(peer, &headers(&["1.2.3.4"])), peer);
    }

    #[test]
    fn the_right_most_untrusted_hop_counts() {
        let peer = "10.0.0.1".parse().unwrap();
        let seen = proxies().resolve(peer, &headers(&["6.6.6.6, 198.51.100.7, 10.2.3.4"]));
        assert_eq!(seen, "198.51.100.7".parse::<IpAddr>().unwrap());
        let seen = proxies().resolve(peer, &headers(&["6.6.6.6", "198.51.100.7:4711"]));
        assert_eq!(seen, "198.51.100.7".parse::<IpAddr>().unwrap());
        let seen = proxies().resolve(peer, &headers(&["198.51.100.7, nonsense"]));
        assert_eq!(seen, peer);
    }

    proptest! {
        #[test]
        fn whatever_stands_left_of_the_untrusted_hop_changes_nothing(
            forged in "[ -~]{0,40}",
            last: [u8; 4],
        ) {
            let stranger = IpAddr::from(last);
            prop_assume!(!proxies().trusts(stranger));
            let line = format!("{forged},{stranger}");
            let seen = proxies().resolve("10.0.0.1".parse().unwrap(), &headers(&[&line]));
            prop_assert_eq!(seen, stranger.to_canonical());
        }
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        let one = ClientIp("2001:db8:1:2:3::1".parse().unwrap()).limited();
        let two = ClientIp("2001:db8:1:2:ffff::2".parse().unwrap()).limited();
        assert_eq!(one, two);
    }
}
