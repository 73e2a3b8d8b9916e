// Synthesizes the deployment and runs it, once the options were found to be good.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { findDeployment } from "../../lib/cli/find-deployment.ts";
import { liveSource } from "../../lib/cli/live.ts";
import { createLivePage } from "../../lib/live-page/serve.ts";
import { certificateFor } from "../../lib/local/command/certificate.ts";
import { createLogPrinter } from "../../lib/local/command/log-printer.ts";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { writeReadyFile } from "../../lib/local/command/ready-file.ts";
import { closeOnSignal } from "../../lib/local/command/signals.ts";
import { builtInSubscribers, type Subscriber } from "../../lib/local/command/subscribers-file.ts";
import { type LocalCloud, startLocalCloud } from "../../lib/local/local-cloud.ts";
import { synthesize } from "../../lib/local/synthesize.ts";
import { temporaryFolder } from "../../lib/local/temporary-folder.ts";
import { createLocalService, LIVE_PATH, OPERATIONS_PATH } from "../../lib/operations/local-service.ts";
import { createPhone } from "../../lib/phone/serve.ts";
import { addSubscribers } from "./accounts.ts";
import { otherMachines, pagesOf } from "./addresses.ts";
import { explain } from "./refusal.ts";
import { summary } from "./summary.ts";

/** @param listed the subscribers of a file, if one is given */
export async function serve(options: CommandOptions, listed: readonly Subscriber[] | undefined): Promise<void> {
  const { domain, port, host, data, jitterMs, readyFile, quiet, turn, http, push } = options;
  const say = (text: string): void => void (quiet || process.stdout.write(text));
  const assembly = join(temporaryFolder(), "cdk.out");
  const signals = closeOnSignal(say);

  const context = {
    domain,
    origins: pagesOf(options).join(","),
    ...(turn && { turn: turn.urls, turnSecretName: TURN_SECRET_NAME }),
    ...(push && { push }),
    ...(http && { httpHosts: http.hosts, ...(http.token && { httpSecretNames: HTTP_SECRET_NAME }) }),
  };
  say("Synthesizing the deployment …");
  const startedAt = performance.now();
  const lap = () => ` ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`;
  await synthesize({ outdir: assembly, context }).catch(explain(options));
  say(`${lap()}Starting tables, queues, functions and the gateway …`);

  const tls = options.tls ? await certificateFor(otherMachines(host), data && join(data, "tls")) : undefined;
  let phone: RequestListener = notYet;
  let started: LocalCloud | undefined;
  const operations = createLocalService(() => started);
  const live = createLivePage(LIVE_PATH, async () => liveSource(await findDeployment({ local: started?.http ?? "" })));
  const print = createLogPrinter({
    ...options,
    color: process.stdout.isTTY && !process.env["NO_COLOR"],
    write: (line) => process.stdout.write(`${line}\n`),
  });
  const cloud = await startLocalCloud({
    assembly,
    port,
    host,
    ...(tls && { tls }),
    jitterMs,
    throttled: options.throttled,
    ...(data && { dataDir: data }),
    secrets: {
      ...(turn && { [TURN_SECRET_NAME]: turn.secret }),
      ...(http?.token && { [HTTP_SECRET_NAME]: http.token }),
    },
    ...(http?.certificates && { httpCertificates: http.certificates }),
    page: (request, response) => {
      const { url = "/" } = request;
      const isOperator = url.startsWith(OPERATIONS_PATH);
      const answer = url.startsWith(LIVE_PATH.slice(0, -1)) ? live : isOperator ? operations.answer : phone;
      answer(request, response);
    },
    log: (entry) => {
      print(entry);
      operations.tell(entry);
    },
  }).catch(explain(options));
  signals.closeFirst(() => cloud.close());
  started = cloud;

  const subscribers = await addSubscribers(cloud, listed, domain);
  // The page contains passwords, so it has only the built-in ones, which are public.
  const oneClick = subscribers === builtInSubscribers ? builtInSubscribers : [];
  phone = createPhone({ ws: new URL(cloud.ws).pathname, domain, subscribers: oneClick });

  say(`${lap()}\n${summary(cloud, options, subscribers)}\n`);
  if (readyFile === undefined) return;
  const { ws, endpoints } = cloud;
  writeReadyFile(readyFile, { ws, domain, phone: cloud.http, pids: [process.pid], endpoints });
}

/** Name of the TURN secret in the local cloud; in a deployment the operator chooses one. */
const TURN_SECRET_NAME = "turn";
/** The same of the token of HTTP callees. */
const HTTP_SECRET_NAME = "http";

/** Answer while the page is still being bundled. */
function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503).end();
}
