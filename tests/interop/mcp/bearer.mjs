// Loaded before the conformance runner, which has no option for tokens: adds the bearer header to
// every request to JUDGED_URL's port on this machine, whichever HTTP client sends it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const judged = new URL(process.env.JUDGED_URL ?? "http://127.0.0.1:0");
const bearer = `Bearer ${process.env.JUDGED_TOKEN ?? ""}`;

const plain = globalThis.fetch;
globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).host !== judged.host || request.headers.has("authorization")) {
        return plain(input, init);
    }
    const headers = new Headers(request.headers);
    headers.set("authorization", bearer);
    return plain(input, { ...init, headers });
};

// The runner sends requests with a chosen Host through undici's own dispatcher.
const require = createRequire(pathToFileURL(process.argv[1]));
const undici = require("undici");
const dispatcher = undici.getGlobalDispatcher();
const dispatch = dispatcher.dispatch.bind(dispatcher);
dispatcher.dispatch = (options, handler) => {
    const headers = options.headers;
    const chosen = headers && !Array.isArray(headers) && typeof headers[Symbol.iterator] !== "function";
    if (chosen && new URL(String(options.origin)).host === judged.host) {
        const names = Object.keys(headers).map((name) => name.toLowerCase());
        if (!names.includes("authorization")) {
            return dispatch({ ...options, headers: { ...headers, authorization: bearer } }, handler);
        }
    }
    return dispatch(options, handler);
};
