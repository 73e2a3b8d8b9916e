// Questions on a terminal.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { CommandError } from "./command-error.ts";

/** Typed unseen on a terminal, otherwise the first line of standard input. */
export async function readPassword(user: string): Promise<string> {
  const text = process.stdin.isTTY ? await askUnseen(`Password of ${user}: `) : await readAll(process.stdin);
  const [line = ""] = text.split(/\r?\n/);
  if (line === "") throw new CommandError("The password is empty. Type one, or write it to standard input.", 2);
  return line;
}

async function askUnseen(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: unseen, terminal: true });
  const answer = await input.question("");
  input.close();
  process.stderr.write("\n");
  return answer;
}

/** Asks before a step that cannot be undone. Without a terminal `--yes` is needed. */
export async function confirm(question: string, isAgreed: boolean): Promise<void> {
  if (isAgreed) return;
  if (!process.stdin.isTTY) throw new CommandError(`${question} Give --yes to agree.`, 2);
  const input = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await input.question(`${question} [y/N] `);
  input.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was changed.");
}
