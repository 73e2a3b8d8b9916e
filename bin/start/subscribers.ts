// The subscribers of the file that `npm start` is given.
import { readFileSync } from "node:fs";
import type { CommandOptions } from "../../lib/local/command/options.ts";
import { parseSubscribers, type Subscriber } from "../../lib/local/command/subscribers-file.ts";
import { userNameProblem } from "../../lib/sip/syntax/user-name.ts";
import { Refusal } from "./refusal.ts";

/** The subscribers of the file, if one is given. */
export function readSubscribers({ subscribers: file }: CommandOptions): readonly Subscriber[] | undefined {
  if (file === undefined) return undefined;
  const parsed = parseSubscribers(readText(file), file, userNameProblem);
  if (!parsed.ok) throw new Refusal(parsed.problem, 2);
  return parsed.subscribers;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${String(error)}`, 2);
  }
}
