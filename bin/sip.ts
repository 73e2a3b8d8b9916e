#!/usr/bin/env node
// `npm run sip -- COMMAND`, and of the installed package `npx sip-serverless COMMAND`.
import nodeModule from "node:module";
import { readPassword } from "../lib/cli/prompt.ts";
import { CALLED_BY } from "../lib/local/command/command-name.ts";

nodeModule.enableCompileCache?.(); // a third of the start; Node 20 lacks it
const { runCommand } = await import("../lib/cli/program.ts");

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true"; // each client would print it, on Node 20
if (process.env["npm_lifecycle_event"] !== "sip") process.env[CALLED_BY] ??= "npx";

/** Each reads the options after its own name. */
const others = {
  start: {
    description: "runs the deployment on this machine, with a phone page to try it",
    run: () => withoutName(() => import("./local.ts")),
  },
  phone: {
    description: "writes the phone page as static files, for a web server of one's own",
    run: () => withoutName(() => import("./phone.ts")),
  },
};

function withoutName(run: () => Promise<unknown>): Promise<unknown> {
  process.argv.splice(2, 1);
  return run();
}

const code = await runCommand(
  process.argv.slice(2),
  {
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isColored: process.stdout.isTTY && !process.env["NO_COLOR"],
    progress: (text) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`)),
    readPassword,
    ended: () => {
      const controller = new AbortController();
      process.once("SIGINT", () => controller.abort());
      return controller.signal;
    },
  },
  others,
);
if (code !== 0) process.exitCode = code;
