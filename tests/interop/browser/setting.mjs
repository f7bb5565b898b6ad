// What the walk is told: where the program and the sandbox are, and whether to take pictures.
const [baseUrl, sandboxUrl, flag, given] = process.argv.slice(2);
if (!baseUrl || !sandboxUrl || (flag && (!["--shots", "--plain"].includes(flag) || !given))) {
    console.log("usage: node journey.mjs BASE_URL SANDBOX_URL [--shots DIR | --plain DIR]");
    process.exit(2);
}
export const base = new URL(baseUrl).origin;
export const sandbox = new URL(sandboxUrl).origin;
/** Where the walk leaves what it found. */
export const folder = given;
/** Where pictures go. Without them pages are looked at in one width and without axe: what these
 * judge does not depend on the database. */
export const shots = flag === "--shots" ? given : undefined;

/** The demo tenant, its Feishu app, and two of its people: an administrator and an end user. */
export const tenant = `${base}/t/acme`;
export const APP = "cli_a1b2c3d4e5f60718";
export const SECRET = "sandbox-secret-acme-2026";
export const LIN = "lin.wei";
export const ZHAO = "zhao.min";
