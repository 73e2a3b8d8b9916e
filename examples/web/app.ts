// A phone page: signs in, calls, is called, sends and shows texts. `npm install && npm start` in this folder.
import type { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import { startPhone } from "../jssip.ts";

const audioOnly = { audio: true, video: false };

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`the page lacks ${selector}`);
  return element;
}

const signIn = find("#sign-in", HTMLFormElement);
const dial = find("#dial", HTMLFormElement);
const answer = find("#answer", HTMLButtonElement);
const end = find("#end", HTMLButtonElement);
const status = find("#status", HTMLElement);
const speaker = find("audio", HTMLAudioElement);

function fieldOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}

signIn.addEventListener("submit", (event) => {
  event.preventDefault();
  status.textContent = "Signing in …";
  const field = (name: string) => fieldOf(signIn, name);
  startPhone(field("url"), field("address"), field("password"), speaker, ring).then(showPhone, (error: Error) => {
    status.textContent = error.message;
  });
});

function showPhone(phone: UA): void {
  status.textContent = `Signed in as ${fieldOf(signIn, "address")}.`;
  signIn.hidden = true;
  dial.hidden = false;
  phone.on("disconnected", () => (status.textContent = "The connection was lost. Connecting again …"));
  phone.on("registered", () => (status.textContent = "Signed in."));
  phone.on("newMessage", ({ originator, request }: Received) => {
    if (originator === "remote") showText(`${request.from.uri.toString()}: ${request.body}`);
  });
  dial.addEventListener("submit", (event) => {
    event.preventDefault();
    const to = fieldOf(dial, "to");
    const text = fieldOf(dial, "text");
    if (event.submitter instanceof HTMLButtonElement && event.submitter.value === "text") sendText(phone, to, text);
    else follow(phone.call(to, { mediaConstraints: audioOnly }), to);
  });
}

/** The part of JsSIP's event that is used here. */
interface Received {
  readonly originator: string;
  readonly request: { readonly from: { readonly uri: { toString(): string } }; readonly body: string };
}

function sendText(phone: UA, to: string, text: string): void {
  phone.sendMessage(to, text, {
    eventHandlers: {
      succeeded: () => showText(`to ${to}: ${text}`),
      failed: ({ cause }) => (status.textContent = `The text did not arrive: ${cause}.`),
    },
  });
}

function showText(line: string): void {
  const item = document.createElement("li");
  item.textContent = line;
  find("#texts", HTMLUListElement).append(item);
}

let current: RTCSession | undefined;

/** An incoming call: the user answers it. One call at a time. */
function ring(session: RTCSession, from: string): void {
  if (current !== undefined) {
    session.terminate({ status_code: 486 });
    return;
  }
  status.textContent = `${from} calls.`;
  answer.hidden = false;
  answer.onclick = () => session.answer({ mediaConstraints: audioOnly });
  follow(session, from);
}

function follow(session: RTCSession, other: string): void {
  current = session;
  end.hidden = false;
  end.onclick = () => session.terminate();
  const show = (words: string) => (status.textContent = words);
  const over = (words: string) => {
    current = undefined;
    show(words);
    answer.hidden = true;
    end.hidden = true;
  };
  const direction: string = session.direction; // the typings have an enum that the library does not export
  const isOutgoing = direction === "outgoing";
  if (isOutgoing) show(`Calling ${other} …`);
  session.on("progress", () => isOutgoing && show(`${other} rings …`));
  session.on("accepted", () => {
    answer.hidden = true;
    show(`Talking with ${other}.`);
  });
  session.on("ended", () => over(`The call with ${other} is over.`));
  session.on("failed", ({ cause }) => over(`No call with ${other}: ${cause}.`));
}
