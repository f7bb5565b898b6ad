// A developer makes an automation rule, lets it run, calls its address and looks at the run.
import { must } from "../../mcp/common.mjs";
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { judge } from "./judge.mjs";

/** The journey in an organisation, with the cookies of `state`. */
export async function rulesJourney(lang, state, slug) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/t/${slug}/rules`;
    await page.goto(`${home}/new`);
    await page.locator("#name").fill(`Help on errors ${lang}`);
    await page.locator("#condition").fill("evnt.x == 1");
    await page.locator("#steps").fill('[{"tool": "help", "arguments": {"topic": "errors"}}]');
    await page.locator("main form.form button[type=submit]").click();
    await page.locator(".fault").first().waitFor();
    await judge(page, lang, "rule-refused");
    await page.locator("#condition").fill("event.body.topic != ''");
    await page.locator("main form.form button[type=submit]").click();
    await page.waitForURL(/\/rules\/rul_/);
    await page.locator("button[value=resume]").click();
    await page.locator("button[value=pause]").waitFor();
    await page.locator("button[value=address]").click();
    await page.locator("#new-address").waitFor();
    await judge(page, lang, "rule-address");
    const address = new URL(await page.locator("#new-address ~ p code").first().innerText(), base);
    const told = await fetch(base + address.pathname, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"topic": "errors"}',
    });
    must(told.status === 202, `the address answers ${told.status}`);
    await page.goto(home);
    await judge(page, lang, "rules");
    await page.locator("main a[href*='/rules/rul_']").first().click();
    const run = page.locator("main a[href*='/runs/run_']").first();
    for (let turn = 0; turn < 40 && (await page.locator("main .badge.good").count()) < 2; turn += 1) {
        await page.waitForTimeout(500);
        await page.reload();
    }
    await judge(page, lang, "rule-runs");
    await run.click();
    await page.waitForURL(/\/runs\/run_/);
    must((await page.locator("main").innerText()).includes("help"), "the step is shown");
    await judge(page, lang, "rule-run");
    await close();
}
