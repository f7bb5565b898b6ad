// The people of the console in a real browser, and every page that they can reach.
// node console.mjs BASE_URL SANDBOX_URL (--shots | --plain) DIR CONSOLE_LINK ROUTES.json PROGRAM
//     CONSOLE_LINK is the `console_url` that `dev --json --history` prints, ROUTES.json the
//     platform's route table, PROGRAM the feishu-mcp binary. DIR takes pages.json with time, size
//     and findings of each page, and with --shots a picture of each in both languages and widths.
// One line per check; the exit code is 0 when all hold.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, finish, must } from "../mcp/common.mjs";
import { callbackServer } from "./client.mjs";
import { accounts, secondFactor, throughFeishu } from "./console/account.mjs";
import { adminJourney, founders, giveUp, handover, invite, slugs, stepUp, switches, took } from "./console/admin.mjs";
import { crawl, unseen } from "./console/crawl.mjs";
import { doors, employeeJourney, withoutScript } from "./console/employee.mjs";
import { financeJourney } from "./console/finance.mjs";
import { faults, judge, judged } from "./console/judge.mjs";
import { developerJourney, operatorJourney } from "./console/operator.mjs";
import { passkeyJourney } from "./console/passkeys.mjs";
import { reviewerJourney } from "./console/reviewer.mjs";
import { rulesJourney } from "./console/rules.mjs";
import { folder } from "./setting.mjs";
import { browser, complaints, visitor } from "./visitor.mjs";

const [link, routesFile, program] = process.argv.slice(6);
const routes = JSON.parse(readFileSync(routesFile, "utf8"));
const LANGS = ["en", "zh"];
/** English by day on a desk, Chinese by night on a phone. */
const LOOKS = { en: {}, zh: { scheme: "dark", wide: false } };
let owner;

await check("the owner signs in by the link that the program printed", async () => {
    const { context, page, close } = await visitor();
    await page.goto(link);
    await judge(page, "en", "sign-in-link");
    await page.locator("main button[type=submit]").click();
    await page.waitForURL("**/console/**");
    owner = await context.storageState();
    await close();
});

for (const lang of LANGS) {
    await check(`doors that lead nowhere say so (${lang})`, () => doors(lang));
    await check(`an admin: account, organisation, wizard with one red item, first call (${lang})`, () => adminJourney(lang));
    await check(`a hand-over link opens for one browser (${lang})`, () => handover(lang, founders[lang]));
    await check(`an employee: connect, call, see, revoke (${lang})`, () => employeeJourney(lang));
    await check(`an admin stops writing for everybody (${lang})`, () => switches(lang, founders[lang]));
    const invited = {};
    for (const [role, slug] of [["auditor", "acme"], ["billing", "acme"]]) {
        await check(`somebody is invited as ${role} and comes in (${lang})`, async () => {
            invited[role] = await invite(lang, owner, slug, [role], `${role}.${lang}@acme.example`, role === "auditor");
        });
    }
    await check(`a security reviewer: filters, entry, files, chain (${lang})`, () => reviewerJourney(lang, invited.auditor, "acme", program));
    await check(`finance: usage, charts, cap, statement, files (${lang})`, () => financeJourney(lang, invited.billing, "acme"));
    await check(`sign-in, filters and forms work without script (${lang})`, () => withoutScript(lang, `auditor.${lang}@acme.example`, "acme"));
    await check(`a fresh proof of who one is (${lang})`, () => stepUp(lang, invited.billing));
    await check(`a passkey: made, named, used, removed (${lang})`, () => passkeyJourney(lang, invited.billing));
    await check(`somebody puts a second factor in force and signs in with it (${lang})`, () => secondFactor(lang, `auditor.${lang}@acme.example`));
    await check(`the sign-in leads to the one of an organisation (${lang})`, () => throughFeishu(lang));
    await check(`an operator invites, and helps somebody back in (${lang})`, () => accounts(lang, owner, `auditor.${lang}@acme.example`));
    await check(`an owner gives the organisation up, and keeps it (${lang})`, () => giveUp(lang, founders[lang]));
    await check(`an operator: plan, suspension, resumption, status (${lang})`, () => operatorJourney(lang, owner, slugs[lang], founders[lang]));
    await check(`a developer tries a tool (${lang})`, () => developerJourney(lang, owner, "acme"));
    await check(`a developer makes a rule and it runs (${lang})`, () => rulesJourney(lang, owner, "acme"));
    const look = { lang, ...LOOKS[lang] };
    await check(`every page that an owner can reach is in order (${lang})`, () =>
        crawl({ ...look, state: owner, slug: "acme", who: "owner", also: ["/console/operator", "/console/t/acme/policy/draft"] }));
    await check(`every page of an organisation that has just begun (${lang})`, () =>
        crawl({ ...look, state: founders[lang], slug: slugs[lang], who: "new" }));
    await check(`every page that finance can reach (${lang})`, () =>
        crawl({ ...look, state: invited.billing, slug: "acme", who: "finance" }));
}

await check("every page of the route table was looked at", async () => {
    const left = unseen(routes);
    must(left.length === 0, `nobody looked at ${left.join(", ")}`);
});

await check("no page is at fault", async () => {
    must(faults.length === 0, `\n${faults.join("\n")}`);
    const sizes = judged.map(({ load }) => load ?? 0);
    return `${judged.length} pages, at most ${Math.max(...sizes)} bytes with everything they load`;
});

await check("the browser had nothing to complain about", async () => {
    must(complaints.length === 0, complaints.join("\n"));
});

writeFileSync(join(folder, "pages.json"), JSON.stringify({ took, judged }, undefined, 1));
await browser.close();
callbackServer.close();
finish();
