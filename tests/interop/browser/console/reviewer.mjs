// A security reviewer: finds an entry by filters that stay in the address, reads how it came about,
// takes the ledger out, has it verified in the page and by the program.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must } from "../../mcp/common.mjs";
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { judge } from "./judge.mjs";

async function take(page, act, folder, name) {
    const [download] = await Promise.all([page.waitForEvent("download"), act()]);
    const path = join(folder, name ?? download.suggestedFilename());
    await download.saveAs(path);
    return path;
}

const lines = (path) => readFileSync(path, "utf8").trim().split("\n").length;

/** Tells whether the program finds the file in order. */
function verifies(program, arguments_) {
    try {
        return { holds: true, said: execFileSync(program, ["audit", "verify", ...arguments_], { encoding: "utf8" }) };
    } catch (error) {
        return { holds: false, said: `${error.stdout}${error.stderr}` };
    }
}

/** The journey with the cookies of `state`, an auditor of `slug`. */
export async function reviewerJourney(lang, state, slug, program) {
    const { page, close } = await visitor({ lang, state });
    const home = `${base}/console/t/${slug}/audit`;
    await page.goto(home);
    await page.locator("#f-action").fill("whoami");
    await page.locator("#f-outcome").selectOption({ index: 1 });
    await page.locator(".filters button[type=submit]").click();
    const address = new URL(page.url());
    must(address.searchParams.get("action") === "whoami", `the filter is in the address: ${address}`);
    await judge(page, lang, "audit-filtered");
    const rows = await page.locator("main tbody tr").count();
    must(rows > 0, "the call is found");
    // Whoever gets the address sees the same.
    await page.goto(address.href);
    must(await page.locator("main tbody tr").count() === rows, "the address alone shows the same");
    const folder = mkdtempSync(join(tmpdir(), "audit-"));
    for (const format of ["csv", "jsonl"]) {
        const path = await take(page, () => page.locator(`a[download][href*="format=${format}"]`).click(), folder);
        must(lines(path) >= rows, `${path} holds the filtered entries`);
        const { holds, said } = verifies(program, [path]);
        must(holds, `${format}: ${said}`);
    }
    await page.locator("main tbody a").first().click();
    await judge(page, lang, "audit-entry");
    // The whole, with what proves it.
    await page.goto(`${home}/proof`);
    await page.locator("form[action$='/check'] button").click();
    for (let turn = 0; turn < 50 && await page.locator(".note.good").count() === 0; turn += 1) {
        await page.waitForTimeout(100);
        await page.goto(`${home}/proof`);
    }
    must(await page.locator(".note.good").count() === 1, "the chain holds, says the page");
    const whole = await take(page, () => page.locator("a[download][href*='kind=every']").click(), folder, "whole.jsonl");
    await page.goto(`${home}/proof`);
    await judge(page, lang, "audit-proof");
    const manifest = await take(page, () => page.locator("main tbody a[download]").first().click(), folder, "manifest.json");
    const good = verifies(program, [whole, "--manifest", manifest]);
    must(good.holds, good.said);
    
    const forged = join(folder, "forged.jsonl");
    writeFileSync(forged, readFileSync(whole, "utf8").replace("whoami", "doc_read"));
    must(!verifies(program, [forged, "--manifest", manifest]).holds, "a changed file is found out");
    // Looking at the ledger is in the ledger.
    await page.goto(`${home}?kind=looks`);
    must(await page.locator("main tbody tr").count() > 0, "looking was recorded");
    const denied = await page.goto(`${base}/console/t/${slug}/people`);
    must([403, 404].includes(denied.status()), `an auditor manages nobody: ${denied.status()}`);
    await judge(page, lang, "auditor-denied");
    await close();
    return `${rows} entries filtered; ${good.said.trim().split("\n").at(-1)}`;
}
