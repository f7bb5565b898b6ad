// The operator: how the platform is, an organisation's plan, its suspension and the end of it; and
// a developer of an organisation, who tries a tool.
import { must } from "../../mcp/common.mjs";
import { LIN, base } from "../setting.mjs";
import { feishuLogin, visitor } from "../visitor.mjs";
import { judge } from "./judge.mjs";

/** The journey with the cookies of `state`, an account that runs the platform; `founder` are those of
 * an owner of the organisation. */
export async function operatorJourney(lang, state, slug, founder) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/operator/tenants/${slug}`;
    await page.goto(home);
    await page.locator("#plan").selectOption("team");
    await page.locator("#set-plan").click();
    await page.locator(".notice").waitFor();
    await judge(page, lang, "operator-plan-set");
    await page.locator("#reason").fill("invoice 17 is open");
    await page.locator("#suspend").click();
    await page.locator("#resume").waitFor();
    await judge(page, lang, "operator-suspended");
    const guest = await visitor({ lang });
    for (const path of ["connect", "sign-in"]) {
        const response = await guest.page.goto(`${base}/t/${slug}/${path}`);
        must(response.status() >= 400, `${path} of a suspended organisation: ${response.status()}`);
        await judge(guest.page, lang, `suspended-${path}`);
    }
    const inside = await visitor({ lang, state: founder });
    const locked = await inside.page.goto(`${base}/console/t/${slug}`);
    must(locked.status() >= 400, `its console: ${locked.status()}`);
    await judge(inside.page, lang, "suspended-console");
    await page.goto(home);
    await page.locator("#resume").click();
    await page.locator("#suspend").waitFor();
    for (const [who, path] of [[inside, `/console/t/${slug}`], [guest, `/t/${slug}/connect`]]) {
        const open = await who.page.goto(`${base}${path}`);
        must(open.status() === 200, `it goes on: ${path}: ${open.status()}`);
        await who.close();
    }
    await page.goto(`${base}/status`);
    await judge(page, lang, "status");
    await close();
}

/** Tries a tool as the Feishu person of this browser. */
export async function developerJourney(lang, state, slug) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/t/${slug}/developer`;
    await page.goto(`${home}/tools/whoami`);
    await judge(page, lang, "developer-nobody");
    await page.locator("#feishu-sign-in").click();
    await feishuLogin(page, LIN);
    await page.waitForURL((url) => url.origin === base);
    await page.goto(`${home}/tools/whoami`);
    await page.locator("#run").click();
    await page.locator("#result").waitFor();
    must((await page.locator("#result").innerText()).includes("林伟"), "the tool answers");
    await judge(page, lang, "developer-tried");
    await page.goto(`${home}/tools/search`);
    await judge(page, lang, "developer-arguments");
    await page.goto(home);
    must(await page.locator("main tbody tr").count() > 0, "the call is in the list");
    await close();
}
