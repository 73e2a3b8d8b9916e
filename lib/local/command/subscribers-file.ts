// The subscribers: a CSV file, one `user,password` per line.
import { quoted } from "./printable.ts";

export interface Subscriber {
  readonly user: string;
  readonly password: string;
}

/** The problem with a user name, as the end of a sentence about it. */
export type UserNameProblem = (user: string) => string | undefined;

export type ParsedSubscribers =
  | { readonly ok: true; readonly subscribers: readonly Subscriber[] }
  /** Names the line. */
  | { readonly ok: false; readonly problem: string };

/** For trials on this machine; a deployment starts without subscribers. */
export const builtInSubscribers: readonly Subscriber[] = ["alice", "bob", "carol"].map((user) => {
  return { user, password: user };
});

/**
 * Reads the text of a file. The password is everything after the first comma; either field may be in double quotes
 * (RFC 4180 §2). Empty lines, lines that start with `#` and a heading `user,password` are skipped.
 */
export function parseSubscribers(text: string, file: string, userNameProblem: UserNameProblem): ParsedSubscribers {
  const subscribers = new Map<string, Subscriber>();
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#") || (index === 0 && HEADING.test(line))) continue;
    const problem = (what: string): ParsedSubscribers => ({
      ok: false,
      problem: `${file}, line ${index + 1}: ${what}`,
    });

    const [, quotedUser, plainUser = "", quotedPassword, plainPassword = ""] = LINE.exec(line) ?? [];
    const user = unquote(quotedUser) ?? plainUser.trim();
    const password = unquote(quotedPassword) ?? plainPassword.trim();
    if (user === "" || password === "") return problem("expected user,password");
    const fault = userNameProblem(user);
    if (fault !== undefined) return problem(`${quoted(user)} ${fault}`);
    if (subscribers.has(user)) return problem(`${quoted(user)} is listed twice`);
    subscribers.set(user, { user, password });
  }
  if (subscribers.size === 0) return { ok: false, problem: `${file} lists no users: write one user,password per line` };
  return { ok: true, subscribers: [...subscribers.values()] };
}

const HEADING = /^\s*user(name)?\s*,\s*password\s*$/i;

/** Two fields, each either in quotes or plain. */
const LINE = /^\s*(?:"((?:[^"]|"")*)"|([^",]*))\s*,\s*(?:"((?:[^"]|"")*)"\s*|([^"].*))$/;

function unquote(text: string | undefined): string | undefined {
  return text?.replaceAll('""', '"');
}
