// `messages`, `messages remove`, `push test`, and `watchers`.
import type { Command } from "commander";
import { listMessages, type MessageOptions, removeMessages } from "./messages.ts";
import { onDeployment } from "./on-deployment.ts";
import { testPush } from "./push-test.ts";
import type { Terminal } from "./terminal.ts";
import { listWatchers } from "./watchers.ts";

export function addMessageCommands(program: Command, terminal: Terminal): void {
  const messages = program.command("messages").argument("[user]");
  messages.description("lists the texts that wait for users without a phone").option("--bodies", "show what they say");
  onDeployment(terminal, messages, (found, output, { args: [user] }) =>
    listMessages(found, user, messages.opts<MessageOptions>(), output),
  );
  const removed = messages.enablePositionalOptions().command("remove").argument("<user>");
  removed
    .description("removes the messages of a user undelivered, or one of them")
    .option("--id <id>", "the one with this id")
    .option("--yes", "do not ask");
  onDeployment(terminal, removed, (found, output, { args: [user = ""] }) =>
    removeMessages(found, user, removed.opts<{ id?: string; yes?: boolean }>(), output),
  );
  const push = program
    .command("push")
    .description("tries the push notifications that wake phones")
    .enablePositionalOptions();
  const test = push.command("test").argument("<user>");
  test.description("sends a test notification to each phone of a user that a push can wake, and says what came of it");
  onDeployment(terminal, test, (found, output, { args: [user = ""] }) => testPush(found, user, output));
  const watchers = program.command("watchers").argument("[user]");
  watchers.description("lists the subscriptions to the state of a user, and those that it has itself");
  onDeployment(terminal, watchers, (found, output, { args: [user] }) => listWatchers(found, user, output));
}
