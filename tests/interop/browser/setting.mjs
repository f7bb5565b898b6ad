// What the walk is told: where the program and the sandbox are, and whether to take pictures.
const [baseUrl, sandboxUrl, flag, shotsFolder] = process.argv.slice(2);
if (!baseUrl || !sandboxUrl || (flag && (flag !== "--shots" || !shotsFolder))) {
    console.log("usage: node journey.mjs BASE_URL SANDBOX_URL [--shots DIR]");
    process.exit(2);
}
export const base = new URL(baseUrl).origin;
export const sandbox = new URL(sandboxUrl).origin;
export const shots = shotsFolder;

/** The demo tenant, its Feishu app, and two of its people: an administrator and an end user. */
export const tenant = `${base}/t/acme`;
export const APP = "cli_a1b2c3d4e5f60718";
export const SECRET = "sandbox-secret-acme-2026";
export const LIN = "lin.wei";
export const ZHAO = "zhao.min";
