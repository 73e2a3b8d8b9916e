import type { Subscriber } from "../phone-config.ts";
import { phoneOf } from "./config.ts";
import { icon, make, paintAvatar, part } from "./part.ts";

const form = part("dial-form", HTMLFormElement);
const target = part("target", HTMLInputElement);
const video = part("call-video", HTMLButtonElement);
const people = part("people", HTMLElement);
const list = part("people-list", HTMLElement);

type Dial = (target: string, video: boolean) => void;

/** Calls start from the form or from one of the people. */
export function onDial(act: Dial): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (target.value.trim() === "") target.focus();
    else act(target.value.trim(), event.submitter === video);
  });
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) act(button.dataset["user"] ?? "", button.dataset["video"] === "yes");
  });
}

/** Everybody but oneself, with a second phone for each one click away. */
export function showPeople(subscribers: readonly Subscriber[], self: string): void {
  const others = subscribers.filter(({ user }) => user !== self).map(({ user }) => user);
  people.hidden = others.length === 0;
  list.replaceChildren(...others.map(personRow));
}

function personRow(user: string): HTMLElement {
  const open = make("a", "quiet", "Open phone", icon("window"));
  open.href = phoneOf(user);
  open.target = "_blank";
  open.rel = "noopener";
  open.setAttribute("aria-label", `Open a second phone as ${user}`);
  return make(
    "li",
    "person",
    paintAvatar(make("span", "avatar"), user),
    make("span", "name", user),
    open,
    callButton(user, false),
    callButton(user, true),
  );
}

function callButton(user: string, withVideo: boolean): HTMLElement {
  const button = make("button", "small-round", icon(withVideo ? "camera" : "receiver", withVideo ? "" : "lifted"));
  button.type = "button";
  button.dataset["user"] = user;
  button.dataset["video"] = withVideo ? "yes" : "no";
  button.setAttribute("aria-label", `${withVideo ? "Video call" : "Call"} ${user}`);
  return button;
}
