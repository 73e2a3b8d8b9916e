// Reason phrases of the statuses this server generates (RFC 3261 §21; 421 §21.4.15, 423 §21.4.17; 202 RFC 3428 §7; 430 RFC 5626
// §11.5; 439 §11.6; 440 RFC 5393 §5.6; 412 RFC 3903 §11.2; 489 RFC 6665 §8.3.2; 555 RFC 8599 §14.4).

const phrases = {
  100: "Trying",
  180: "Ringing",
  200: "OK",
  202: "Accepted",
  300: "Multiple Choices",
  302: "Moved Temporarily",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  407: "Proxy Authentication Required",
  406: "Not Acceptable",
  408: "Request Timeout",
  412: "Conditional Request Failed",
  413: "Request Entity Too Large",
  415: "Unsupported Media Type",
  416: "Unsupported URI Scheme",
  420: "Bad Extension",
  421: "Extension Required",
  423: "Interval Too Brief",
  430: "Flow Failed",
  439: "First Hop Lacks Outbound Support",
  440: "Max-Breadth Exceeded",
  480: "Temporarily Unavailable",
  481: "Call/Transaction Does Not Exist",
  482: "Loop Detected",
  483: "Too Many Hops",
  486: "Busy Here",
  487: "Request Terminated",
  488: "Not Acceptable Here",
  489: "Bad Event",
  500: "Server Internal Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  505: "Version Not Supported",
  513: "Message Too Large",
  555: "Push Notification Service Not Supported",
  600: "Busy Everywhere",
  603: "Decline",
} as const;

/** A status that this server generates itself. */
export type Status = keyof typeof phrases;

export function reasonPhrase(status: Status): string {
  return phrases[status];
}

export function isOwnStatus(status: number): status is Status {
  return Object.hasOwn(phrases, status);
}
