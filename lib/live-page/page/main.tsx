// Starts the live page: reads the log and the phones, and draws them.
import { render } from "preact";
import { readLive } from "./source.ts";
import { App } from "./view/app.tsx";

const root = document.getElementById("live") ?? document.body;
readLive((data) => render(<App data={data} />, root));
