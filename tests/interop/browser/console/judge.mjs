// What every page is held to, whoever visits it: nothing serious for axe, no word of the other
// language, nothing that sticks out on a narrow screen, one heading; with its picture, time and size.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modules } from "../../mcp/common.mjs";
import { base, shots } from "../setting.mjs";

const axe = readFileSync(join(modules, "axe-core/axe.min.js"), "utf8");
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
/** Most bytes of one page with its style sheets and script, as they travel. */
const LARGEST = 100 * 1024;

/** One line per judged page. */
export const judged = [];
/** What is wrong: "page: what". */
export const faults = [];
/** Bytes of what pages load beside themselves, by address. */
const assets = new Map();

/** Keeps the sizes of style sheets, scripts and pictures that a context loads. */
export function weigh(context) {
    context.on("requestfinished", async (request) => {
        const url = request.url();
        if (!url.startsWith(`${base}/assets/`) || assets.has(url)) return;
        const sizes = await request.sizes().catch(() => undefined);
        if (sizes) assets.set(url, sizes.responseBodySize + sizes.responseHeadersSize);
    });
}

/** In the page: texts in the wrong language, outside of names and code. */
function foreign(chinese) {
    const names = [...document.querySelectorAll("bdi, code")].map((one) => one.textContent.trim())
        .filter(Boolean).sort((one, other) => other.length - one.length);
    const wrong = (given) => {
        let text = given;
        for (const name of names) text = text.replaceAll(name, " ");
        return chinese ? /[A-Za-z][\w'’-]*(?:[ ,]+[A-Za-z][\w'’-]*){3,}/.test(text) : /[\u4e00-\u9fff]/.test(text);
    };
    const named = "code, pre, kbd, samp, bdi, script, style, noscript, option, [translate=no], [aria-hidden=true], html [lang]";
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.textContent.trim();
        if (text && !node.parentElement.closest(named) && wrong(text)) found.push(text);
    }
    for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
        if (one.closest("[lang]:not(html)")) continue;
        for (const name of ["aria-label", "placeholder", "title", "alt"]) {
            const text = one.getAttribute(name);
            if (text && wrong(text)) found.push(`${name}: ${text}`);
        }
    }
    return found.slice(0, 3);
}

const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;

async function axeOn(page) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 2).map((one) => one.target.join(" ")).join(", ") }));
}

/** Judges the page that is open. `response` is what brought it, where there is one. */
export async function judge(page, lang, name, response) {
    const where = `${name} (${lang})`;
    const bad = (what) => faults.push(`${where}: ${what}`);
    const before = page.viewportSize();
    const tag = await page.locator("html").getAttribute("lang");
    if (!tag?.startsWith(lang)) bad(`the page says that it is ${tag}`);
    if (await page.locator("h1").count() !== 1) bad(`${await page.locator("h1").count()} headings of the first level`);
    if (!(await page.title()).trim()) bad("no title");
    for (const text of await page.evaluate(foreign, lang === "zh")) bad(`the other language: ${text}`);
    const found = shots ? await axeOn(page) : [];
    for (const { id, impact, where: at } of found) {
        if (["serious", "critical"].includes(impact)) bad(`axe, ${impact}: ${id} at ${at}`);
    }
    const widths = shots ? [[WIDE, "wide"], [NARROW, "narrow"]] : [[before, "as it is"]];
    for (const [size, label] of widths) {
        if (page.viewportSize().width !== size.width) await page.setViewportSize(size);
        const over = await page.evaluate(tooWide);
        if (over > 0) bad(`${over} px too wide at ${size.width}`);
        if (shots) await page.screenshot({ path: join(shots, `${name}.${lang}.${label}.png`), fullPage: true });
    }
    await page.setViewportSize(before);
    const line = { name, lang, path: new URL(page.url()).pathname, axe: found.map(({ id, impact }) => `${impact} ${id}`) };
    if (response) {
        const request = response.request();
        const sizes = await request.sizes();
        const timing = request.timing();
        line.ms = timing.responseStart - timing.requestStart;
        line.bytes = sizes.responseBodySize + sizes.responseHeadersSize;
        const parts = await page.locator("link[href^='/assets/'], script[src^='/assets/']")
            .evaluateAll((all) => all.map((one) => one.href ?? one.src));
        line.load = line.bytes + parts.reduce((sum, part) => sum + (assets.get(part) ?? 0), 0);
        if (line.load > LARGEST) bad(`${line.load} bytes`);
    }
    judged.push(line);
}
