// An employee: the connect page, a client, the own connections, and the end of one; and the forms
// of the console in a browser without script.
import { must } from "../../mcp/common.mjs";
import { call, connect, register } from "../client.mjs";
import { ZHAO, base, tenant } from "../setting.mjs";
import { feishuLogin, visitor } from "../visitor.mjs";
import { PASSWORD } from "./admin.mjs";
import { judge, weigh } from "./judge.mjs";

/** Connects a client, and ends it on the page of the own connections. */
export async function employeeJourney(lang) {
    const { page, context, close } = await visitor({ lang });
    weigh(context);
    await page.goto(`${tenant}/connect`);
    const tokens = await connect(page, await register("Cursor"), { person: ZHAO, write: true });
    must((await call(tokens.access_token, "whoami")).status === 200, "the client works");
    await page.goto(`${tenant}/connections`);
    if (new URL(page.url()).origin !== base) await feishuLogin(page, ZHAO);
    await page.waitForURL(`${tenant}/connections`);
    await judge(page, lang, "own-connections");
    await agreement(page, lang, tokens.access_token);
    await page.goto(`${tenant}/connections`);
    await page.locator("section[aria-labelledby=clients-title] tbody button").first().click();
    await judge(page, lang, "own-connections-ended");
    must((await call(tokens.access_token, "whoami")).status === 401, "the client is refused");
    await page.goto(`${base}/console/t/acme`);
    await judge(page, lang, "employee-no-console");
    await page.goto(`${tenant}/connections`);
    await page.locator("header form button").click();
    await judge(page, lang, "signed-out");
    await close();
}

/** Nothing is deleted before its member agreed on a page, and then once. */
async function agreement(page, lang, token) {
    const told = async (tool, input) => (await call(token, tool, input)).json();
    const made = await told("doc_create", { title: lang === "zh" ? "临时文档" : "For a moment", markdown: "x" });
    const wish = { op: "delete", ref: made.text.match(/docx:\w+/)[0] };
    const asked = (await told("files", wish)).structured.confirmation;
    must(asked.state === "needed", "a person is asked first");
    await judge(page, lang, "confirm", await page.goto(asked.link));
    await page.locator("#agree").click();
    await judge(page, lang, "confirm-agreed");
    must(!(await told("files", wish)).structured?.confirmation, "done, once agreed");
    await page.goto(asked.link);
    await judge(page, lang, "confirm-used");
}

/** Signs `email` in and uses forms, without script. */
export async function withoutScript(lang, email, slug) {
    const { page, close } = await visitor({ lang, script: false });
    await page.goto(`${base}/console/t/${slug}/audit`);
    must(new URL(page.url()).pathname === "/sign-in", `asked to sign in, not ${page.url()}`);
    must(!await page.locator("form[data-passkey]").isVisible(), "no button that cannot work");
    await page.locator("#email").fill(email);
    await page.locator("#password").fill("not the password");
    await page.locator("main form button.primary").click();
    must(await page.locator("#fault").count() === 1, "a wrong password is refused");
    await page.locator("#password").fill(PASSWORD);
    await page.locator("main form button.primary").click();
    must(new URL(page.url()).pathname === `/console/t/${slug}/audit`, `back where one wanted to go, not ${page.url()}`);
    await page.locator("#f-action").fill("whoami");
    await page.locator(".filters button[type=submit]").click();
    must(page.url().includes("action=whoami"), page.url());
    await page.goto(`${base}/console/t/${slug}/audit/proof`);
    await page.locator("form[action$='/check'] button").click();
    must(page.url().includes("/audit/proof"), page.url());
    await page.goto(`${base}/console/t/${slug}/audit`);
    await page.locator(".side-foot form button, .menu-sheet form button").first().click();
    await page.goto(`${base}/console`);
    must(new URL(page.url()).pathname === "/sign-in", "signed out");
    await close();
}

/** The pages before anybody is known. */
export async function doors(lang) {
    const { page, context, close } = await visitor({ lang });
    weigh(context);
    for (const [path, name] of [["/", "front"], ["/sign-in", "sign-in"], ["/sign-in/link/fmln_none", "link-gone"],
        ["/sign-in/password/fmln_none", "password-gone"], ["/invite/fmln_none", "invite-unknown"],
        ["/handover/fmln_none", "handover-unknown"], ["/erasure/fmln_none", "erasure-unknown"],
        ["/console/t/nobody", "nobody"], ["/t/nobody/connect", "no-tenant"]]) {
        const response = await page.goto(`${base}${path}`);
        await judge(page, lang, name, response);
    }
    await close();
}
