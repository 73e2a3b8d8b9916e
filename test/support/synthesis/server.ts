// Synthesizes all deployments of a run of jest, one after the other: most of the CPU of a synthesis goes into loading the
// CDK and bundling the functions, which one process does once. Started by `jest/open-run.mjs`; ends with its parent.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { App, AppProps } from "aws-cdk-lib/core";
import type { Synthesis } from "./synthesize.ts";

process.env["CDK_VALIDATION"] = "false"; // a 9 MB validator that `cdk synth` runs before a deployment
process.on("disconnect", () => process.exit());

const server = createServer((request, response) => {
  text(request)
    .then((body) => synthesize(JSON.parse(body)))
    .then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(422).end(error instanceof Error ? error.message : String(error)),
    );
});

async function synthesize({ app, outdir, context }: Synthesis): Promise<void> {
  const { createApp }: { createApp(props: AppProps): App } = await import(app);
  createApp({ analyticsReporting: false, outdir, ...(context && { context }) }).synth();
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}/`);
});
