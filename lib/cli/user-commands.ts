// `users` and its commands.
import type { Command } from "commander";
import { onDeployment, type PlaceOptions } from "./on-deployment.ts";
import { getPolicy, setPolicy } from "./policy.ts";
import type { PolicyOptions } from "./policy-options.ts";
import type { Terminal } from "./terminal.ts";
import { addUser, importUsers, listUsers, removeUser, setPassword, showUser } from "./users.ts";

export function addUserCommands(program: Command, terminal: Terminal): void {
  const { readPassword } = terminal;
  const users = program.command("users").description("the accounts, and how calls to them are routed");
  const command = (name: string, description: string) => users.command(name).description(description);

  onDeployment(terminal, command("list", "lists all users, aliases and groups"), listUsers);
  onDeployment(terminal, command("show", "shows one user").argument("<user>"), (found, output, { args: [user = ""] }) =>
    showUser(found, user, output),
  );
  const added = command("add", "adds a user; the password is asked for, or read from standard input");
  onDeployment(terminal, added.argument("<user>"), (found, output, { args: [user = ""] }) =>
    addUser(found, user, readPassword, output),
  );
  const changed = command("passwd", "changes the password of a user");
  onDeployment(terminal, changed.argument("<user>"), (found, output, { args: [user = ""] }) =>
    setPassword(found, user, readPassword, output),
  );
  const removed = command("remove", "removes a user").argument("<user>").option("--yes", "do not ask");
  onDeployment(terminal, removed, (found, output, { args: [user = ""] }) =>
    removeUser(found, user, removed.opts<{ yes?: boolean }>().yes ?? false, output),
  );
  const imported = command("import", 'adds the users of a CSV file, one "user,password" per line').argument("<file>");
  onDeployment(terminal, imported, (found, output, { args: [file = ""] }) =>
    importUsers(found, file, terminal.progress, output),
  );
  addPolicyCommands(users, terminal);
}

function addPolicyCommands(users: Command, terminal: Terminal): void {
  const policy = users.command("policy").description("forwarding, aliases and groups of an address");
  const shown = policy.command("get").argument("<user>").description("shows the policy");
  onDeployment(terminal, shown, (found, output, { args: [user = ""] }) => getPolicy(found, user, output));
  const changed = policy
    .command("set")
    .argument("<user>")
    .description("changes the parts of the policy that are given, and keeps the others")
    .option("--always <uri>", "every call goes there")
    .option("--busy <uri>", "a call that is answered 486 goes there")
    .option("--no-answer <uri>", "a call that is not answered goes there, or one while no phone is registered")
    .option("--unreachable <uri>", "a call goes there while no phone is reachable, instead of to --no-answer")
    .option("--closed <uri>", "a call outside of --hours goes there; without it the caller gets 480")
    .option("--do-not-disturb <on|off>", "on: calls ring no phone; they go to --busy, or are answered 480")
    .option(
      "--block <users>",
      "calls and texts of these are answered 603; separated by commas, *@domain for a whole domain",
    )
    .option("--ring-seconds <n>", "seconds until a ringing call counts as not answered, 5 to 900")
    .option("--busy-in-call <on|off>", "on: while the user is in a call, others are answered 486 and ring no phone")
    .option("--routing <how>", "proxy: forward calls; redirect: answer 302 with the target")
    .option("--alias-of <user>", "this is another name of that user")
    .option("--group <users>", "calls ring the phones of these, separated by commas")
    .option("--group-order <order>", "all at once; in-turn; weighted (drawn for each call); or longest-idle first")
    .option("--group-seconds <n>", "seconds that each member rings where they do so in turn, 5 to 30")
    .option("--group-weights <list>", "members and their weights for the order weighted: alice=3,bob=1")
    .option("--also-ring <uris>", "further addresses that ring beside the phones of the user, separated by commas")
    .option("--max-devices <n>", "calls and texts come to the devices that connected last, 1 to 100 of them")
    .option("--hours <windows>", 'hours in which calls ring: "mon-fri 09:00-17:30, sat 10:00-14:00"')
    .option("--zone <name>", "time zone of --hours, such as Europe/Berlin")
    .option("--watchers <who>", "users that may see whether this one is there or in a call: all, contacts or none")
    .option("--contacts <users>", "the contacts of --watchers contacts, separated by commas")
    .option("--http <url>", "calls are answered by this HTTP endpoint: docs/http-callees.md")
    .option("--http-secret <name>", "its bearer token: name or ARN of a secret that the deployment lists")
    .option("--http-end <how>", 'method and path that end a session, such as "POST hangup"; DELETE without it')
    .option("--http-headers <list>", 'further headers: "X-Room: 1; X-Other: 2"')
    .option("--http-form <json>", 'a form with the offer as its field sdp, and these: {"session":{"type":"realtime"}}')
    .option("--http-callers <list>", "addresses and domains that may call it, separated by commas")
    .option("--http-limit <n>", "calls at a time, 1 to 100; 10 without it")
    .option("--http-caller-limit <n>", "of these, calls of one caller, 1 to 100; 2 without it")
    .option("--http-statuses <list>", "SIP statuses for HTTP statuses: 403=486,423=603")
    .option("--reset", "begin without the present policy")
    .option("--yes", "do not ask before a policy is removed by --reset")
    .option("--foreign", "accept a forwarding to a domain that is not served, such as that of a peer")
    .addHelpText("after", '\nAn empty value removes a part: --busy ""');
  onDeployment(terminal, changed, (found, output, { args: [user = ""] }) =>
    setPolicy(found, user, policyOptions(changed.opts()), output),
  );
}

/** Commander takes `--no-answer` for the negation of `answer`, and gives true where it is absent. */
function policyOptions(options: PolicyOptions & PlaceOptions & { readonly answer?: string | boolean }): PolicyOptions {
  const { answer, local: _local, stack: _stack, region: _region, domain: _domain, json: _json, ...rest } = options;
  return { ...rest, ...(typeof answer === "string" && { noAnswer: answer }) };
}
