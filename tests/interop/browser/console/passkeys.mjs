// Passkeys, with a device that Chromium plays itself: made, named, used to sign in and to prove
// oneself again, and removed.
import { must } from "../../mcp/common.mjs";
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { judge } from "./judge.mjs";

const NAMES = { en: ["Work laptop", "Old laptop"], zh: ["办公电脑", "旧电脑"] };

/** A device at this page: discoverable passkeys, and somebody who can be verified. */
async function device(context, page) {
    const cdp = await context.newCDPSession(page);
    await cdp.send("WebAuthn.enable", { enableUI: false });
    const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
        protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true,
        isUserVerified: true, automaticPresenceSimulation: true } });
    const set = (what, value) => cdp.send(`WebAuthn.set${what}`, { authenticatorId, ...value });
    return {
        verifies: (isUserVerified) => set("UserVerified", { isUserVerified }),
        touches: (enabled) => set("AutomaticPresenceSimulation", { enabled }),
        credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    };
}

/** The message beside the button, once there is one. */
async function told(form) {
    await form.locator("[role=alert]").waitFor();
    return (await form.locator("[role=alert]").innerText()).trim();
}

export async function passkeyJourney(lang, state) {
    const { context, page, close } = await visitor({ lang, state });
    const own = await device(context, page);
    const account = `${base}/console/account`;
    const [first, second] = NAMES[lang];

    await page.goto(account);
    const make = page.locator("form[data-passkey=make]");
    await own.verifies(false);
    await make.locator("button").click();
    must(await told(make), "who does not unlock the device is told so");
    await judge(page, lang, "passkey-cancelled");
    must((await own.credentials()).length === 0, "no passkey was made");

    await own.verifies(true);
    await page.goto(account);
    await page.locator("#passkey-name").fill(first);
    await make.locator("button").click();
    await page.waitForURL("**/console/account?done=passkey-added");
    must(await page.getByText(first, { exact: true }).count() === 1, "the passkey has the name that was typed");
    const [made] = await own.credentials();
    must(made.isResidentCredential && made.rpId === new URL(base).hostname, JSON.stringify(made));
    await judge(page, lang, "passkey-added");
    await make.locator("button").click();
    must(await told(make), "a device makes no second one");

    await page.locator("#passkeys summary").click();
    await page.locator("#passkeys details input[name=name]").fill(second);
    await judge(page, lang, "passkey-change");
    await page.locator("#passkeys details form.inline-form button").click();
    await page.waitForURL("**/console/account?done=passkey-renamed");

    await context.clearCookies();
    const enter = page.locator("form[data-passkey=sign-in]");
    await own.touches(false);
    await page.goto(`${base}/sign-in?return_to=%2Fconsole%2Faccount`);
    await enter.locator("button").waitFor();
    await judge(page, lang, "sign-in-passkey");
    await own.touches(true);
    await page.goto(`${base}/sign-in?return_to=%2Fconsole%2Faccount`);
    // A browser with a passkey for this page may offer it at once; the button is for all others.
    const entered = () => page.waitForURL("**/console/account", { timeout: 5_000 });
    await entered().catch(() => enter.locator("button").click().then(entered));

    await page.goto(`${base}/console/step-up?return_to=%2Fconsole%2Faccount`);
    await judge(page, lang, "step-up-passkey");
    await page.locator("form[data-passkey=step-up] button").click();
    await page.waitForURL("**/console/account");

    // Removed where the account was before: that signs out where the passkey was used.
    const there = (await context.cookies()).filter(({ name }) => name.endsWith("account"));
    await context.clearCookies();
    await context.addCookies(state.cookies);
    await page.goto(account);
    await page.locator("#passkeys summary").click();
    await page.locator("#passkeys details button[name=remove]").click();
    await page.waitForURL("**/console/account?done=passkey-removed");
    await judge(page, lang, "passkey-removed");
    await context.clearCookies();
    await context.addCookies(there);
    await page.goto(account);
    must(new URL(page.url()).pathname === "/sign-in", "its session is over");
    // The device does not know yet.
    const refused = () => page.locator("#fault").waitFor({ timeout: 5_000 });
    await refused().catch(() => enter.locator("button").click().then(refused));
    await judge(page, lang, "sign-in-passkey-unknown");
    await close();
}
