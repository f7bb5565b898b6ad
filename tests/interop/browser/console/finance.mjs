// Finance: who called what, the charts, the plan, a statement, and the files of all that.
import { readFileSync } from "node:fs";
import { must } from "../../mcp/common.mjs";
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { judge } from "./judge.mjs";

async function file(page, selector) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(selector).first().click()]);
    return readFileSync(await download.path(), "utf8");
}

const number = (text) => Number(text.replace(/[^\d]/g, ""));

/** The journey with the cookies of `state`, which may see the bill of `slug`. */
export async function financeJourney(lang, state, slug) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/t/${slug}`;
    await page.goto(`${home}/usage`);
    const total = number(await page.locator(".pivot tfoot td strong").first().innerText());
    must(total > 0, "there are calls");
    await page.locator("#rows").selectOption("tool");
    await page.locator("#cols").selectOption("client");
    await page.locator("form.pick button[type=submit]").click();
    const again = number(await page.locator(".pivot tfoot td strong").first().innerText());
    must(again === total, `the same calls another way: ${again}, not ${total}`);
    must(new URL(page.url()).searchParams.get("rows") === "tool", "the choice is in the address");
    await judge(page, lang, "usage-by-tool");
    must(await page.locator("main svg[role=img], main figure svg, main .chart svg").count() >= 2, "charts");
    const csv = await file(page, ".downloads a[href*='csv']");
    must(csv.split("\n").length > 2, `a table: ${csv.slice(0, 200)}`);
    await page.goto(`${home}/billing`);
    await page.locator("#try").fill("100");
    await page.locator("form.pick:has(#try) button").click();
    must(await page.locator(".note.info[role=status]").count() === 1, "the dry run of a cap says what would have been");
    await judge(page, lang, "billing-cap-tried");
    await page.locator("main tbody a").first().click();
    const sum = await page.locator("tfoot .end").first().innerText();
    await judge(page, lang, "statement");
    const lines = await file(page, ".downloads a[href$='csv']");
    must(lines.split("\n").length > 2, lines.slice(0, 200));
    await page.locator("main tbody a").first().click();
    await judge(page, lang, "statement-line");
    await close();
    return `${total} calls this month, last statement ${sum}`;
}
