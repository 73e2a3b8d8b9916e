// Examples of each command, shown below its help.
import type { Command } from "commander";

type Example = readonly [words: string, does: string];

/** By the words of the command. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  users: [
    ["users list", "lists all users of the stack SipStack"],
    ["users add alice --local", "adds alice to the local cloud"],
    ["users policy set alice --busy sip:bob@example.com", "sends calls to alice on while she talks"],
  ],
  "users list": [["users list --json --stack Phones", "lists the users of another stack, for a program"]],
  "users show": [["users show alice", "says whether alice has a password, and how calls to her are routed"]],
  "users add": [
    ["users add alice", "asks for the password"],
    [
      "users add alice@example.net < password.txt",
      "in another served domain; the password is the first line of a file",
    ],
  ],
  "users passwd": [["users passwd alice", "asks for the new password; the old one ends at once"]],
  "users remove": [["users remove alice --yes", "removes alice without a question"]],
  "users import": [["users import team.csv", 'adds each "user,password" of the file, or none if one of them exists']],
  "users policy": [["users policy get alice", "shows how calls to alice are routed"]],
  "users policy get": [["users policy get alice --json", "shows the policy of alice, for a program"]],
  "users policy set": [
    ["users policy set alice --no-answer sip:bob@example.com --ring-seconds 20", "rings alice for 20 s, then bob"],
    ["users policy set alice --busy-in-call on", "answers 486 to further calls while alice talks"],
    ["users policy set sales --group alice,bob", "calls to sales ring the phones of both"],
    [
      "users policy set sales --group-order in-turn --group-seconds 20",
      "rings the phones of one after the other, 20 s each",
    ],
    [
      'users policy set sales --hours "mon-fri 09:00-17:00" --zone Europe/Berlin --closed sip:night@example.com',
      "sends calls outside of office hours on",
    ],
    ['users policy set alice --busy ""', "removes a part, and keeps the others"],
  ],
  push: [["push test alice", "sends a test notification to the phones of alice"]],
  "push test": [["push test alice --local", "on the local cloud; the phones need not be open"]],
  phones: [
    ["phones", "lists the phones that are registered"],
    ["phones alice", "lists those of alice"],
  ],
  kick: [
    ["kick alice", "closes all connections of alice"],
    ["kick G_qBKn3JQ4CoHLQ=", "closes one, by its id in the list of phones"],
  ],
  calls: [
    ["calls --failed --since 1d", "lists the calls of a day that were not answered"],
    ["calls --live --user alice", "lists the calls that alice has now"],
  ],
  records: [
    ["records --user alice --since 30d", "lists the calls of alice in the table of call records"],
    ["records --day 2026-11-29 --failed", "lists the calls of a day that were not answered"],
  ],
  "calls end": [["calls end 3uq7vb0l2m1k", "asks, and ends the call for both phones"]],
  trace: [
    ["trace 3uq7vb0l2m1k", "shows each message of the call, and of calls that it was transferred to"],
    ["trace 3uq7vb0l2m1k --pcap call.pcap", "writes a capture for Wireshark and sngrep"],
    ["trace --live --user alice", "shows messages of the calls of alice as they come, until Ctrl-C"],
  ],
  messages: [
    ["messages", "says how many texts wait for each user"],
    ["messages alice --bodies", "lists those for alice with their texts"],
  ],
  "messages remove": [["messages remove alice --yes", "removes those for alice undelivered"]],
  watchers: [
    ["watchers", "says how many watchers each address has"],
    ["watchers alice", "lists the watchers of alice, and the addresses that alice watches"],
  ],
  live: [["live --port 8090", "serves the page at http://localhost:8090/ until Ctrl-C"]],
  cost: [
    ["cost --since 7d", "shows what the messages of a week have cost"],
    ["cost --users 100 --calls-per-day 500", "says what a month will cost"],
  ],
  forecast: [["forecast --users 100 --calls-per-day 500", "says what a month will cost"]],
  doctor: [
    ["doctor", "connects, registers and calls, and looks at quotas and alarms"],
    ["doctor --no-call --json", "changes nothing, and prints for a program"],
  ],
  complete: [
    ["complete bash > ~/.sip-serverless.sh", "for a line `source ~/.sip-serverless.sh` in ~/.bashrc: Tab completes"],
    ["complete fish | source", "in this fish only"],
  ],
};

/** Adds the examples to the commands below this one. */
export function addExamples(parent: Command, path: readonly string[] = []): void {
  for (const command of parent.commands) {
    const words = [...path, command.name()];
    const found = examples[words.join(" ")];
    if (found !== undefined) command.addHelpText("after", textOf(found));
    addExamples(command, words);
  }
}

function textOf(found: readonly Example[]): string {
  return ["", "Examples:", ...found.flatMap(([words, does]) => [`  sip-serverless ${words}`, `      ${does}`])].join(
    "\n",
  );
}
