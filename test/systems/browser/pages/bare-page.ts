// Common code of the bare pages: each gets its user from the test and reports its events.

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var phone: {
    call(target: string): Promise<void>;
    hangUp(): Promise<void>;
  };
}

export const speaker = document.createElement("audio");
speaker.autoplay = true;
const state = document.createElement("p");
document.body.append(state, speaker);

export function report(words: string): void {
  state.textContent = words;
}

export function given(): { readonly ws: string; readonly address: string; readonly password: string } {
  const query = new URLSearchParams(location.search);
  const text = (name: string) => query.get(name) ?? "";
  return { ws: text("ws"), address: text("address"), password: text("password") };
}
