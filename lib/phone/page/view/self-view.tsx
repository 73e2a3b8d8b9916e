import { useRef, useState } from "preact/hooks";
import { texts } from "../texts.ts";
import { Video } from "./video.tsx";

const corners = ["bottom-right", "bottom-left", "top-left", "top-right"] as const;
type Corner = (typeof corners)[number];

/** The own picture, in a corner of the stage. It is dragged to another corner, or moved there by a click or a key. */
export function SelfView({ stream }: { readonly stream: MediaStream | undefined }) {
  const [corner, setCorner] = useState<Corner>("bottom-right");
  const isDragged = useRef(false);
  const start = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const next = () => {
    if (isDragged.current)
      isDragged.current = false; // the click that ends a drag
    else setCorner((before) => corners[(corners.indexOf(before) + 1) % corners.length] ?? before);
  };
  const drop = ({ clientX: x, clientY: y, currentTarget }: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    const from = start.current;
    start.current = undefined;
    const stage = currentTarget.parentElement?.getBoundingClientRect();
    if (from === undefined || stage === undefined || Math.hypot(x - from.x, y - from.y) < DRAG_PIXELS) return;
    isDragged.current = true;
    const isTop = y < stage.top + stage.height / 2;
    const isLeft = x < stage.left + stage.width / 2;
    setCorner(`${isTop ? "top" : "bottom"}-${isLeft ? "left" : "right"}`);
  };
  return (
    <button
      type="button"
      class="self-view"
      data-corner={corner}
      aria-label={texts.call.ownPicture}
      title={texts.call.ownPicture}
      onClick={next}
      onPointerDown={({ clientX: x, clientY: y, pointerId, currentTarget }) => {
        start.current = { x, y };
        currentTarget.setPointerCapture(pointerId);
      }}
      onPointerUp={drop}
    >
      <Video class="mirrored" stream={stream} label={texts.call.ownPicture} muted />
    </button>
  );
}

const DRAG_PIXELS = 12;
