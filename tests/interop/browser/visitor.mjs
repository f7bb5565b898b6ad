// The browser of a person: one Chromium, a fresh profile per visitor.
import { join } from "node:path";
import { load, must } from "../mcp/common.mjs";
import { LIN, sandbox, shots } from "./setting.mjs";

const { chromium } = await load("playwright-core").then((module) => module.default ?? module);
export const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

/** What the browser complained about, anywhere in the walk. */
export const complaints = [];
// A browser reports the status of an error page, and a scheme that no program here opens, as
// errors; both are what these checks ask for.
const expected = [/Failed to load resource: the server responded with a status of (4\d\d|502)/,
    /Failed to launch 'cursor:.*does not have a registered handler/];

export async function visitor({ lang = "en", wide = true, scheme = "light", state, script = true } = {}) {
    const context = await browser.newContext({
        storageState: state,
        javaScriptEnabled: script,
        locale: lang === "zh" ? "zh-CN" : "en-GB",
        viewport: wide ? { width: 1280, height: 900 } : { width: 390, height: 844 },
        colorScheme: scheme,
        permissions: ["clipboard-read", "clipboard-write"],
    });
    await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) =>
            console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`));
    });
    context.setDefaultTimeout(20_000);
    context.on("console", (message) => {
        const text = message.text();
        if (!["error", "warning"].includes(message.type())) return;
        if (expected.some((pattern) => pattern.test(text))) return;
        complaints.push(`${message.page()?.url()}: ${text}`);
    });
    context.on("weberror", (error) => complaints.push(`${error.page()?.url()}: ${error.error()}`));
    const page = await context.newPage();
    return { context, page, close: () => context.close() };
}

/** A picture in both languages and widths, where pictures are wanted; the page stays as it was. */
export async function shot(page, name) {
    if (!shots) return;
    const before = page.viewportSize();
    for (const [width, label] of [[1280, "wide"], [390, "narrow"]]) {
        await page.setViewportSize({ width, height: 844 });
        await page.screenshot({ path: join(shots, `${name}-${label}.png`), fullPage: true });
    }
    await page.setViewportSize(before);
}

/** Nothing sticks out to the side, and each control has a name. */
export async function neat(page) {
    const wrong = await page.evaluate(() => {
        const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        const nameless = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select")]
            .filter((one) => one.checkVisibility() && !(one.innerText?.trim() || one.getAttribute("aria-label")
                || one.labels?.length || one.querySelector("img[alt]")));
        return [over > 0 ? `${over} px too wide` : "", ...nameless.map((one) => `no name: ${one.outerHTML}`)]
            .filter(Boolean).join("; ");
    });
    must(!wrong, `${page.url()}: ${wrong}`);
    must(await page.locator("h1").count() === 1, `${page.url()} has one heading`);
}

export const text = (page) => page.locator("main").innerText();

/** The sandbox's own login page: chooses a person and agrees. */
export async function feishuLogin(page, person = LIN, decision = "approve") {
    await page.waitForURL((url) => url.origin === sandbox);
    await page.locator(`input[name=user][value="${person}"]`).check();
    await page.locator(`#${decision}`).click();
}
