#!/usr/bin/env node
// `npx sip-serverless VERB`: the commands of the installed package.
import { CALLED_BY } from "../lib/local/command/command-name.ts";

const usage = `Usage: sip-serverless VERB [options]

  start        runs the deployment on this machine, with a phone page to try it
  subscriber   adds and removes accounts, sets call forwarding
  phone        writes the phone page as static files, for a web server of one's own

sip-serverless VERB --help lists the options of a verb.
`;

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true"; // each client would print it, on Node 20

process.env[CALLED_BY] = "npx";

const verbs: Readonly<Record<string, () => Promise<unknown>>> = {
  start: () => import("./local.ts"),
  subscriber: () => import("./subscriber.ts"),
  phone: () => import("./phone.ts"),
};

const [verb = "", ...options] = process.argv.slice(2);
const command = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
if (command !== undefined) {
  process.argv.splice(2, Infinity, ...options); // each verb reads the options after its own name
  await command();
} else if (verb === "--help" || verb === "-h") {
  process.stdout.write(usage);
} else {
  process.stderr.write(verb === "" ? usage : `There is no verb "${verb}".\n\n${usage}`);
  process.exitCode = 2;
}
