// An enterprise admin: makes the organisation, sets the app up over one fault and its mending,
// brings a first person to a first call, invites a colleague, and stops writing.
import { must } from "../../mcp/common.mjs";
import { admin, call, connect, register } from "../client.mjs";
import { LIN, base } from "../setting.mjs";
import { feishuLogin, visitor } from "../visitor.mjs";
import { judge, weigh } from "./judge.mjs";

/** Apps of the sandbox with one fault each: without the redirect URL, and with one slash too many. */
const APPS = { en: "cli_00d0000000000009", zh: "cli_00d000000000000a" };
const SECRET = "sandbox-secret-ill-2026";
export const PASSWORD = "long enough for everybody";

export const slugs = { en: "sunrise", zh: "chenxi" };
/** The seconds from the front page, by way of the sign-up, to the first answered call. */
export const took = {};
/** The cookies of those who own these organisations. */
export const founders = {};

const marks = (page) => page.locator("main .checks .mark.bad").count();

async function setUp(page, lang, path) {
    await page.locator("#app-id").fill(APPS[lang]);
    await page.locator("#app-secret").fill("not the secret");
    await page.locator("#save-app").click();
    must(await page.locator("[role=alert]").count() === 1, "a wrong secret is refused");
    await judge(page, lang, "setup-wrong-secret");
    await page.locator("#app-secret").fill(SECRET);
    await page.locator("#save-app").click();
    await page.waitForURL((url) => url.pathname === path);
    await judge(page, lang, "setup-saved");
    await page.goto(`${base}${path}?step=redirect`);
    const red = await marks(page);
    must(red > 0, "the missing redirect URL is seen");
    const address = await page.locator("#redirect-url").innerText();
    await judge(page, lang, "setup-red");
    await admin("PATCH", `/apps/${APPS[lang]}`, { redirect_urls: [address] });
    await page.locator("#check-again").click();
    await page.locator(".notice").waitFor();
    must(await marks(page) < red, `mended: ${red} red before, ${await marks(page)} after`);
    await judge(page, lang, "setup-mended");
    for (const step of ["permissions", "publish"]) {
        await page.goto(`${base}${path}?step=${step}`);
        await judge(page, lang, `setup-${step}`);
    }
}

/** From the front page to a console account; a taken address is refused on the way. */
async function signUp(page, lang) {
    await page.goto(base);
    await page.locator('main a[href="/sign-up"]').click();
    await judge(page, lang, "sign-up");
    for (const [email, refused] of [["owner@acme.example", true], [`founder.${lang}@example.com`, false]]) {
        await page.locator("#name").fill(lang === "zh" ? "苏晨" : "Sue Rising");
        await page.locator("#email").fill(email);
        await page.locator("#password").fill(PASSWORD);
        await page.locator("#make-account").click();
        if (refused) {
            must(await page.locator("#email-fault").count() === 1, "an address has one account");
            await judge(page, lang, "sign-up-taken");
        }
    }
    await page.waitForURL("**/console/new");
}

/** The whole journey of somebody new; gives the cookies of who owns the organisation then. */
export async function adminJourney(lang) {
    const { page, context, close } = await visitor({ lang });
    weigh(context);
    const begin = Date.now();
    await signUp(page, lang);
    await judge(page, lang, "new", undefined);
    await page.goto(`${base}/console`);
    await judge(page, lang, "organisations");
    await page.locator('main a[href="/console/new"]').click();
    await page.locator("#new-name").fill(lang === "zh" ? "晨曦能源" : "Sunrise Energy");
    await page.locator("#new-slug").fill("acme");
    await page.locator("#make-tenant").click();
    must(await page.locator("[role=alert]").count() === 1, "a taken short name is refused");
    await judge(page, lang, "new-taken");
    await page.locator("#new-slug").fill(slugs[lang]);
    await page.locator("#make-tenant").click();
    const home = `/console/t/${slugs[lang]}`;
    await page.waitForURL((url) => url.pathname === `${home}/setup`);
    await judge(page, lang, "setup-begin");
    await setUp(page, lang, `${home}/setup`);
    // The first Feishu administrator.
    await page.goto(`${base}${home}/setup?step=sign-in`);
    await page.locator("#feishu-sign-in").click();
    await feishuLogin(page, LIN);
    await page.waitForURL((url) => url.origin === base);
    await judge(page, lang, "setup-signed-in");
    await page.locator("#make-admin").click();
    await page.waitForURL((url) => url.pathname === `${home}/setup`);
    await judge(page, lang, "setup-admin");
    const at = `${base}/t/${slugs[lang]}`;
    const employee = await visitor({ lang });
    const tokens = await connect(employee.page, await register("Cursor"), { write: true, at });
    const answer = await call(tokens.access_token, "whoami", {}, at);
    must(answer.status === 200, `the first call: ${answer.status}`);
    took[lang] = (Date.now() - begin) / 1000;
    await employee.close();
    await page.goto(`${base}${home}/setup?step=done`);
    await judge(page, lang, "setup-done");
    await page.goto(`${base}${home}`);
    await judge(page, lang, "overview-new");
    founders[lang] = await context.storageState();
    await close();
    return `first call ${took[lang].toFixed(1)} s after the front page, with every page judged on the way`;
}

/** A hand-over link, opened by somebody who is not our user. */
export async function handover(lang, state) {
    const { page, close } = await visitor({ lang, state });
    await page.goto(`${base}/console/t/${slugs[lang]}/setup`);
    await page.locator("#make-handover").click();
    const link = (await page.locator("#handover-link").innerText()).trim();
    await judge(page, lang, "setup-handover-made");
    const other = await visitor({ lang });
    await other.page.goto(link);
    await judge(other.page, lang, "handover");
    await other.page.locator("#open-handover").click();
    await judge(other.page, lang, "handover-open");
    await other.page.locator("#check-again").click();
    await judge(other.page, lang, "handover-checked");
    const late = await visitor({ lang });
    const response = await late.page.goto(link);
    must(response.status() === 410, `a second browser: ${response.status()}`);
    await judge(late.page, lang, "handover-gone");
    for (const one of [late, other]) await one.close();
    await close();
}

/** Invites somebody to `slug` with `roles`; gives the cookies of the new account. */
export async function invite(lang, state, slug, roles, email, look = false) {
    const { page, close } = await visitor({ lang, state });
    await page.goto(`${base}/console/t/${slug}/people`);
    await page.locator("#email").fill(email);
    await page.locator("form:has(#email) button[type=submit]").click();
    must(await page.locator("#fault").count() === 1, "nobody is invited to nothing");
    if (look) await judge(page, lang, "people-no-role");
    await page.locator("#email").fill(email);
    for (const role of roles) await page.locator(`#role-${role}`).check();
    await page.locator("form:has(#email) button[type=submit]").click();
    const link = (await page.locator("#fresh-link").innerText()).trim();
    if (look) await judge(page, lang, "people-invited");
    await close();
    const guest = await visitor({ lang });
    await guest.page.goto(link);
    if (look) await judge(guest.page, lang, "invite");
    await guest.page.locator("#name").fill(lang === "zh" ? "王芳" : "Ruth Okafor");
    await guest.page.locator("#password").fill(PASSWORD);
    await guest.page.locator("#again").fill(`${PASSWORD}?`);
    await guest.page.locator("main button[type=submit]").click();
    must(await guest.page.locator("#fault").count() === 1, "two different passwords are refused");
    if (look) await judge(guest.page, lang, "invite-different");
    await guest.page.locator("#password").fill(PASSWORD);
    await guest.page.locator("#again").fill(PASSWORD);
    await guest.page.locator("main button[type=submit]").click();
    await guest.page.waitForURL("**/console/**");
    const theirs = await guest.context.storageState();
    const gone = await guest.page.goto(link);
    must(gone.status() === 410, `the link works once, not ${gone.status()}`);
    if (look) await judge(guest.page, lang, "invite-gone");
    await guest.close();
    return theirs;
}

/** Stops writing for everybody, sees it refused, and lets it go on. */
export async function switches(lang, state) {
    const at = `${base}/t/${slugs[lang]}`;
    const employee = await visitor({ lang });
    const tokens = await connect(employee.page, await register("Cursor"), { write: true, at });
    const { page, close } = await visitor({ lang, state });
    const make = () => call(tokens.access_token, "doc_create", { title: "Stop", markdown: "x" }, at);
    must((await make()).status === 200, "writing works");
    for (const [on, status] of [[false, 403], [true, 200]]) {
        await page.goto(`${base}/console/t/${slugs[lang]}/connections/switches`);
        await page.locator("#writing").setChecked(on);
        await page.locator("main form button[type=submit]").click();
        await page.locator(".notice").waitFor();
        if (!on) await judge(page, lang, "switches-stopped");
        const got = (await make()).status;
        must(on ? got === status : got !== 200, `writing is ${on ? "on" : "off"}: ${got}`);
    }
    await employee.close();
    await close();
}

/** An owner gives the organisation up, reads how that stands, and keeps it after all. */
export async function giveUp(lang, state) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/t/${slugs[lang]}`;
    await page.goto(`${home}/settings/data`);
    await page.locator("#confirm").fill("something else");
    await page.locator("#give-up").click();
    must(await page.locator("[role=alert]").count() > 0, "the name has to be typed");
    await judge(page, lang, "give-up-refused");
    await page.locator("#confirm").fill(slugs[lang]);
    await page.locator("#give-up").click();
    const link = (await page.locator("#receipt-link").innerText()).trim();
    await judge(page, lang, "give-up");
    const anybody = await visitor({ lang });
    await anybody.page.goto(link);
    await judge(anybody.page, lang, "erasure");
    await anybody.page.goto(`${link}/receipt`);
    await judge(anybody.page, lang, "erasure-receipt-too-early");
    await anybody.close();
    await page.goto(home);
    await judge(page, lang, "overview-given-up");
    await page.goto(`${home}/settings/data`);
    await page.locator("#keep").click();
    await page.locator("#give-up").waitFor();
    await close();
}

/** Somebody proves again who it is; a wrong password does not. */
export async function stepUp(lang, state) {
    const { page, close } = await visitor({ lang, state });
    await page.goto(`${base}/console/step-up?return_to=%2Fconsole%2Ft%2Facme%2Fbilling`);
    await judge(page, lang, "step-up");
    await page.locator("#password").fill("not the password");
    await page.locator("main form button.primary").click();
    must(await page.locator("#fault").count() === 1, "a wrong password is refused");
    await judge(page, lang, "step-up-refused");
    await page.locator("#password").fill(PASSWORD);
    await page.locator("main form button.primary").click();
    await page.waitForURL("**/console/t/acme/billing");
    await close();
}
