// One's own account: the second factor in force, a sign-in with it, and an operator who helps.
import { createHmac } from "node:crypto";
import { must } from "../../mcp/common.mjs";
import { base } from "../setting.mjs";
import { visitor } from "../visitor.mjs";
import { PASSWORD } from "./admin.mjs";
import { judge } from "./judge.mjs";

/** What an authenticator app shows for a key in base32 (RFC 6238), `steps` half minutes from now. */
function totp(key, steps = 0) {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...key.replaceAll(" ", "")].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0")).join("");
    const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
    const hash = createHmac("sha1", secret).update(counter).digest();
    const at = hash.at(-1) & 15;
    return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signIn(page, email) {
    await page.goto(`${base}/sign-in`);
    await page.locator("#email").fill(email);
    await page.locator("#password").fill(PASSWORD);
    await page.locator("form:has(#password) button[type=submit]").click();
}

/** Sets the second factor of an account up and signs in with it; `email` has a password. */
export async function secondFactor(lang, email) {
    const { page, close } = await visitor({ lang });
    await signIn(page, email);
    await page.waitForURL("**/console/**");
    await page.goto(`${base}/console/account`);
    await judge(page, lang, "account");
    await page.locator("#set-factor").click();
    await judge(page, lang, "second-factor");
    const key = await page.locator("#factor-key").innerText();
    await page.locator("#code").fill("000000");
    await page.locator("#confirm-factor").click();
    must(await page.locator("#fault").count() === 1, "a wrong code is refused");
    await judge(page, lang, "second-factor-refused");
    await page.locator("#code").fill(totp(key));
    await page.locator("#confirm-factor").click();
    const codes = (await page.locator("#recovery-codes").innerText()).trim().split(/\s+/);
    must(codes.length === 10, `ten recovery codes, not ${codes.length}`);
    await judge(page, lang, "recovery-codes");
    await page.goto(`${base}/console/account`);
    await judge(page, lang, "account-protected");
    const other = await visitor({ lang });
    await signIn(other.page, email);
    await other.page.waitForURL("**/sign-in/second-factor");
    await judge(other.page, lang, "sign-in-code");
    await other.page.goto(`${base}/console`);
    await other.page.waitForURL("**/sign-in**");
    await signIn(other.page, email);
    await other.page.locator("#code").fill("000000");
    await other.page.locator("main button.primary").click();
    must(await other.page.locator("#fault").count() === 1, "a wrong code is refused");
    await other.page.locator("#code").fill(totp(key, 1));
    await other.page.locator("main button.primary").click();
    await other.page.waitForURL("**/console/**");
    await other.page.goto(`${base}/console/step-up`);
    await judge(other.page, lang, "step-up-code");
    await other.page.locator("#code").fill(codes[3].toUpperCase());
    await other.page.locator("main form button.primary").click();
    await other.page.waitForURL("**/console/**");
    await other.close();
    await close();
}

/** Whoever does not know the organisation's sign-in is led there; an unknown name is told. */
export async function throughFeishu(lang) {
    const { page, close } = await visitor({ lang });
    await page.goto(`${base}/sign-in`);
    await page.locator("#organisation").fill("nowhere");
    await page.locator("#feishu").click();
    must(await page.locator("#unknown").count() === 1, "an unknown name is told");
    await judge(page, lang, "sign-in-feishu-unknown");
    await page.locator("#organisation").fill("Acme");
    await page.locator("#feishu").click();
    await page.waitForURL((url) => url.origin !== base);
    await close();
}

/** An operator invites somebody, and takes a lost second factor away. */
export async function accounts(lang, operator, email) {
    const { page, close } = await visitor({ lang, state: operator });
    await page.goto(`${base}/console/operator/accounts`);
    await page.locator("#email").fill(`invited.${lang}@example.com`);
    await page.locator("#invite").click();
    const link = (await page.locator("#fresh-link").innerText()).trim();
    must(link.startsWith(`${base}/invite/`), link);
    await judge(page, lang, "operator-invited");
    await page.goto(`${base}/console/operator/accounts?q=${encodeURIComponent(email)}`);
    await page.locator("tbody a").first().click();
    await judge(page, lang, "operator-account");
    await page.locator("#reset-factor").click();
    await page.locator(".notice").waitFor();
    must(await page.locator("#reset-factor").count() === 0, "the factor is gone");
    await page.locator("#password-link").click();
    must((await page.locator("#fresh-link").innerText()).includes("/sign-in/password/"), "a link for a password");
    await judge(page, lang, "operator-account-link");
    await close();
}
