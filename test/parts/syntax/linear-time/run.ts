// Prints a line of JSON for each check: its title, and the text that takes too many steps or "linear".
import { ofHeaders, ofMessages, ofValues } from "./checks.ts";
import { ofLists } from "./lists.ts";
import { countBuiltIns, steps } from "./steps.ts";
import { parseMessage } from "../../../../lib/sip/syntax/parse.ts";

countBuiltIns();
if (steps(() => parseMessage("A b SIP/2.0\r\n\r\n")) < 10) throw new TypeError("no steps are counted");
for (const { title, tooSlow } of [...ofValues, ...ofHeaders, ...ofMessages, ...ofLists]) {
  process.stdout.write(`${JSON.stringify([title, tooSlow() ?? "linear"])}\n`);
}
