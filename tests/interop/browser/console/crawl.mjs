// Follows every link of the console, so that a new page is judged as soon as something leads to it.
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { faults, judge, judged, weigh } from "./judge.mjs";

/** Pages of one shape that are looked at: two entries of a ledger are enough. */
const PER_SHAPE = 2;
/** Kinds of questions to one page. */
const PER_PATH = 5;
/** Not followed: they leave the platform, or change what is looked at. */
const AWAY = [/^\/lang/, /^\/t\/[^/]+\/(sign-in|mcp|sse|tools)/, /^\/assets/];

/** Addresses that were answered with something else than a page. */
export const files = [];

/** The shape of an address: what names one thing of many becomes a star. */
export function shape(url) {
    const path = url.pathname.split("/").map((part) =>
        /^(\d+|\d{4}-\d\d|[a-z]{3,4}_[0-9a-z]{20,}|fm[a-z]{2,3}_.+)$/i.test(part) ? "*" : part).join("/");
    const names = [...new Set([...url.searchParams].filter(([, value]) => value).map(([name]) => name))].sort();
    return { path, query: names.join("&") };
}

/** A short name for files: the same for things that differ in their ids only. */
function named({ path, query }, count) {
    const plain = `${path}${query ? `-${query}` : ""}`.replaceAll("*", "one").replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "");
    return `${plain.slice(0, 90) || "home"}${count > 1 ? `-${count}` : ""}`;
}

/** Whether an address belongs to another organisation than `slug`. */
const elsewhere = (slug, to) => {
    const named = to.pathname.match(/^(?:\/console)?\/t\/([^/]+)/)?.[1];
    return named !== undefined && named !== slug;
};

/** Visits everything of the organisation `slug`, and from `also`, that links lead to, with the cookies of `state`. */
export async function crawl({ lang, state, slug, who, also = [], ...look }) {
    const { context, page, close } = await visitor({ lang, state, ...look });
    weigh(context);
    const seen = new Map();
    const waiting = [`/console/t/${slug}`, ...also].map((path) => new URL(path, base));
    const known = new Set();
    let pages = 0;
    while (waiting.length > 0) {
        const url = waiting.shift();
        const { path, query } = shape(url);
        const key = `${path}?${query}`;
        const counts = [seen.get(key) ?? 0, seen.get(path) ?? 0];
        if (counts[0] >= (query ? 1 : PER_SHAPE) || counts[1] >= PER_PATH) continue;
        seen.set(key, counts[0] + 1).set(path, counts[1] + 1);
        let response;
        try {
            response = await page.goto(url.href);
        } catch (error) {
            if (!/Download is starting|ERR_ABORTED/.test(String(error))) throw error;
            files.push(url.pathname);
            continue;
        }
        if (!(response.headers()["content-type"] ?? "").startsWith("text/html")) {
            files.push(url.pathname);
            continue;
        }
        if (new URL(page.url()).origin !== base) continue;
        if (response.status() !== 200) faults.push(`${url.pathname} as ${who} (${lang}): ${response.status()}`);
        await judge(page, lang, `${who}-${named({ path, query }, counts[0] + 1)}`, response);
        pages += 1;
        const links = await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.href));
        for (const href of links) {
            const to = new URL(href);
            to.hash = "";
            if (to.origin !== base || known.has(to.href) || elsewhere(slug, to)) continue;
            known.add(to.href);
            if (AWAY.some((one) => one.test(to.pathname))) continue;
            waiting.push(to);
        }
    }
    await close();
    return `${pages} pages`;
}

/** They only lead on. */
const NO_PAGE = ["/lang", "/t/{slug}/sign-in"];

/** Routes with a page that nobody has looked at. */
export function unseen(routes) {
    const looked = [...judged.map(({ path }) => path), ...files];
    const audiences = ["Page", "Member", "Account", "Console", "Operator", "Link"];
    return routes.filter(({ methods, audience }) => methods.includes("GET") && audiences.includes(audience))
        .map(({ path }) => path)
        .filter((path) => {
            if (NO_PAGE.includes(path)) return false;
            const pattern = new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`);
            return !looked.some((one) => pattern.test(one));
        });
}
