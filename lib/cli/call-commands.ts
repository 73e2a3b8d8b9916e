// `phones`, `kick`, `calls` and `calls end`, `trace`, `live`, `cost`, `forecast` and `doctor`.
import type { Command } from "commander";
import { type CallOptions, listCalls } from "./calls.ts";
import { CommandError } from "./command-error.ts";
import { type CostOptions, type ForecastOptions, printCost, printForecast } from "./cost.ts";
import { doctor, type DoctorOptions, patienceIn } from "./doctor/doctor.ts";
import { endCall } from "./end-call.ts";
import { live, type LiveOptions } from "./live.ts";
import { onDeployment } from "./on-deployment.ts";
import { kick, listPhones } from "./phones.ts";
import { listRecords, type RecordOptions } from "./records.ts";
import type { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { trace, traceLive, type TraceOptions } from "./trace.ts";

export function addCallCommands(program: Command, terminal: Terminal): void {
  const command = (name: string, description: string) => program.command(name).description(description);

  const phones = command("phones", "lists the phones that are registered").argument("[user]");
  onDeployment(terminal, phones, (found, output, { args: [user] }) => listPhones(found, user, output));
  const kicked = command("kick", "closes the connections of a user, or one connection; the phone may come back");
  onDeployment(terminal, kicked.argument("<user|connection>"), (found, output, { args: [target = ""] }) =>
    kick(found, target, output),
  );
  const calls = command("calls", "lists calls: recent ones from the log, live ones from their rows")
    .option("--user <user>", "those from or to this user")
    .option("--since <time>", "how far to look back: 30m, 2h, 3d", "2h")
    .option("--failed", "those that were not answered")
    .option("--live", "calls that ring or are answered, however old; ignores --since");
  onDeployment(terminal, calls, (found, output) => listCalls(found, calls.opts<CallOptions>(), output));
  const ended = calls.enablePositionalOptions().command("end").argument("<call-id>");
  ended.description("ends a tracked call, for both phones").option("--yes", "do not ask");
  onDeployment(terminal, ended, (found, output, { args: [callId = ""] }) =>
    endCall(found, callId, ended.opts<{ yes?: boolean }>().yes ?? false, output),
  );
  const records = command("records", "lists calls from the table of call records, by user or by day")
    .option("--user <user>", "those from or to this user")
    .option("--day <day>", "those of a day of UTC: 2026-11-29")
    .option("--since <time>", "how far to look back, without a day: 12h, 30d", "1d")
    .option("--failed", "those that were not answered");
  onDeployment(terminal, records, (found, output) => listRecords(found, records.opts<RecordOptions>(), output));
  addTrace(program, terminal);
  const page = command("live", "serves a page with the registered phones, the calls as they happen, and their ladders");
  page.option("--port <port>", "port of the page on this machine", "8090");
  onDeployment(terminal, page, (found, output) => live(found, page.opts<LiveOptions>(), output, terminal.ended()));
  addCost(program, terminal);
  const tried = command("doctor", "tries the deployment as phones would, and says what to do about faults");
  tried
    .option("--no-call", "without the call, for which two users are added and removed")
    .option("--patience <seconds>", "how long to wait for each connection and answer", patienceIn, 10);
  onDeployment(terminal, tried, (found, output) => doctor(found, tried.opts<DoctorOptions>(), output, terminal));
}

function addTrace(program: Command, terminal: Terminal): void {
  const traced = program
    .command("trace")
    .argument("[call-id]")
    .description("shows a call as a ladder: each message, its sender, and the reason of its end")
    .option("--live", "all calls as they happen, until Ctrl-C")
    .option("--user <user>", "with --live: the calls from or to this user")
    .option("--since <time>", "how far to look back", "1d")
    .option("--mermaid", "print a Mermaid diagram")
    .option("--svg <file>", "write a picture")
    .option("--pcap <file>", "write a capture for Wireshark and sngrep, and the names of its addresses beside it")
    .option("--hep <host:port>", "send the messages to Homer or sngrep by HEP3")
    .option("--yes", "overwrite files without a question");
  onDeployment(terminal, traced, (found, output, { args: [callId] }) => {
    const { live, user, ...options } = traced.opts<TraceOptions & { live?: true; user?: string }>();
    if (callId !== undefined) return trace(found, callId, options, output, terminal.isColored);
    if (live !== true) throw new CommandError("Give a CALL-ID, or --live. List the calls: calls", 2);
    return traceLive(found, user, output, terminal.ended());
  });
}

function addCost(program: Command, terminal: Terminal): void {
  const cost = program
    .command("cost")
    .description("shows what the messages of the log have cost; with --users what a month will cost, as forecast does")
    .option("--since <time>", "how far to look back", "1d")
    .option("--users <n>", "phones that are connected all day")
    .option("--calls-per-day <n>", "calls with one phone that rings");
  const ahead = (output: Output) => {
    const { users, callsPerDay } = cost.opts<Partial<ForecastOptions>>();
    if (users === undefined && callsPerDay === undefined) return false;
    printForecast({ users: users ?? "", callsPerDay: callsPerDay ?? "" }, output);
    return true;
  };
  onDeployment(terminal, cost, (found, output) => printCost(found, cost.opts<CostOptions>(), output), ahead);
  const forecast = program
    .command("forecast")
    .description("says what a month will cost; needs no deployment")
    .requiredOption("--users <n>", "phones that are connected all day")
    .requiredOption("--calls-per-day <n>", "calls with one phone that rings")
    .option("--json", "print JSON")
    .action(() => {
      const { json = false, ...options } = forecast.opts<ForecastOptions & { json?: boolean }>();
      printForecast(options, { isJson: json, write: terminal.write });
    });
}
