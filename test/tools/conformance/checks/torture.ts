// RFC 4475 and RFC 5118: messages made to hurt. Each is sent as printed, except for the domain, which becomes the
// server's, and the Call-ID, which is new; the verdict is the response that the RFC requires, and that the server still
// works.
import { type Check, claim, type Level, skip } from "../check.ts";
import { firstWithin } from "../lab/either.ts";
import type { Lab } from "../lab/lab.ts";
import type { Phone } from "../lab/phone.ts";
import { readMessage, type SipMessage, type SipResponse } from "../sip/message.ts";
import { random } from "../sip/write.ts";
import { type Torture, tortureMessages } from "../torture/messages.ts";

/** The head for this server and this run. */
function prepare({ text, domain }: Torture, lab: Lab): string {
  const end = text.indexOf("\r\n\r\n");
  const head = text.slice(0, end);
  const own = domain === undefined ? head : head.replaceAll(domain, lab.domain);
  return own.replace(/^((?:Call-ID|i)[ \t]*:[ \t]*)/im, `$1${random(5)}.`) + text.slice(end);
}

const levels: Readonly<Record<Torture["verdict"], Level>> = {
  accept: "MUST",
  discard: "MUST",
  reject: "SHOULD",
  either: "SHOULD",
};

const wishes: Readonly<Record<Torture["verdict"], string>> = {
  accept: "is taken for well-formed",
  discard: "is dropped in silence",
  reject: "is refused",
  either: "is refused or handled, not swallowed",
};

function isAnswer(message: SipMessage): message is SipResponse {
  return message.kind === "response" && message.status >= 200;
}

/** Whatever comes back first. */
async function firstAnswer(phone: Phone, timeoutMs: number): Promise<SipResponse | "silence" | "closed"> {
  const came = await firstWithin(
    timeoutMs,
    () => phone.inbox.has(isAnswer),
    () => !phone.connection.isOpen(),
  );
  if (came === undefined) return "silence";
  return came === 0 ? phone.inbox.take("answer", isAnswer) : "closed";
}

function judge(
  { verdict, statuses, never = [], mayClose, mayBeSilent, domain }: Torture,
  answer: SipResponse | "silence" | "closed",
): void {
  if (answer === "closed") return claim(mayClose === true, "the connection was closed");
  if (answer === "silence") {
    if (mayBeSilent) return;
    if (domain === undefined && verdict === "accept") skip("it is for another host, and the server said nothing");
    return claim(false, "no answer came");
  }
  const { status, startLine } = answer;
  const isRight = statuses.includes(status) || (verdict !== "reject" && !never.includes(status));
  claim(isRight, `answered ${startLine}`);
}

function toCheck(torture: Torture): Check {
  const { name, section, title, verdict, isBinary } = torture;
  return {
    id: `torture-${name}`,
    section,
    level: levels[verdict],
    title: `“${title}” ${wishes[verdict]}`,
    users: 0,
    async run(lab) {
      const stranger = await lab.stranger();
      const text = prepare(torture, lab);
      stranger.connection.send(isBinary ? Buffer.from(text, "latin1") : text);
      if (verdict === "discard") {
        await lab.quiet();
        claim(stranger.connection.isOpen(), "the connection was closed");
        claim(
          stranger.connection.frames.length === 0,
          `answered ${readMessage(stranger.connection.frames[0]?.text ?? "")?.startLine}`,
        );
      } else judge(torture, await firstAnswer(stranger, lab.target.timeoutMs));
      await lab.stillAnswers(stranger.connection.isOpen() ? stranger : await lab.stranger());
    },
  };
}

export const tortureChecks: readonly Check[] = [
  ...tortureMessages.map(toCheck),
  {
    id: "torture-dblreq-second",
    section: "RFC 4475 §3.1.1.8, RFC 7118 §5",
    level: "MUST",
    title: "of two requests in one frame the second is never answered",
    users: 0,
    async run(lab) {
      const stranger = await lab.stranger();
      const dblreq = tortureMessages.find(({ name }) => name === "dblreq");
      claim(dblreq !== undefined, "the suite has lost a message");
      stranger.connection.send(prepare(dblreq, lab));
      await firstAnswer(stranger, lab.target.timeoutMs);
      await lab.quiet();
      const answers = stranger.connection.frames.filter(({ text }) => /\bINVITE\b/.test(text));
      claim(answers.length === 0, "the INVITE was answered");
    },
  },
];
