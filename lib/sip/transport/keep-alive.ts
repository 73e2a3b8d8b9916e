// Keep-alives (RFC 5626 §3.5.1, §4.4.1): two line ends are a ping, one is a pong. Any other white space is ignored.

/** The pong to send, "" for a frame to ignore, undefined if the frame is a message. */
export function answerKeepAlive(text: string): "\r\n" | "" | undefined {
  if (text.length > MAX_KEEP_ALIVE) return undefined;
  if (text === "\r\n\r\n") return "\r\n";
  return text.trim() === "" ? "" : undefined;
}

const MAX_KEEP_ALIVE = 16;
