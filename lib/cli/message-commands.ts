// `messages`, `messages remove`, and `watchers`.
import type { Command } from "commander";
import { listMessages, type MessageOptions, removeMessages } from "./messages.ts";
import { onDeployment } from "./on-deployment.ts";
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
  const watchers = program.command("watchers").argument("[user]");
  watchers.description("lists the subscriptions to the state of a user, and those that it has itself");
  onDeployment(terminal, watchers, (found, output, { args: [user] }) => listWatchers(found, user, output));
}
