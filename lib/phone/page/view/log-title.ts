/** `180 Ringing` and the method it answers, or `INVITE` and its Request-URI. */
export function titleOf(text: string): { readonly title: string; readonly detail: string } {
  if (text.trim() === "") return { title: "keep-alive", detail: "" };
  const [first = ""] = text.split("\r\n", 1);
  const response = /^SIP\/2\.0 (.*)$/.exec(first);
  if (response) return { title: response[1] ?? "", detail: /^CSeq: *\d+ (\w+)/im.exec(text)?.[1] ?? "" };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  return request ? { title: request[1] ?? "", detail: request[2] ?? "" } : { title: first, detail: "" };
}
