// Cameras for the pictures of the docs: each shows a drawn person instead of the test pattern of Chromium.

/** Runs in the page, before its own code. */
export function showPortraits(): void {
  const looks: Record<string, { wall: string; light: string; skin: string; hair: string; shirt: string }> = {
    alice: { wall: "#d9c7b4", light: "#f4e7d6", skin: "#eec3a2", hair: "#7a3b22", shirt: "#2f6f8f" },
    bob: { wall: "#8fa9b5", light: "#cfdfe4", skin: "#b97c55", hair: "#241a16", shirt: "#e4e0d3" },
    carol: { wall: "#b7a3c4", light: "#e2d6ea", skin: "#f0cdb4", hair: "#d9a441", shirt: "#39424e" },
  };
  const user = new URLSearchParams(location.search).get("user") ?? "";
  const look = looks[user] ?? looks["alice"];
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined || look === undefined) return;

  const draw = (c: CanvasRenderingContext2D, sway: number): void => {
    const fill = (color: string | CanvasGradient, path: () => void) => {
      c.fillStyle = color;
      c.beginPath();
      path();
      c.fill();
    };
    const wall = c.createLinearGradient(0, 0, 1280, 960);
    wall.addColorStop(0, look.light);
    wall.addColorStop(1, look.wall);
    fill(wall, () => c.rect(0, 0, 1280, 960));
    fill("#ffffff59", () => c.roundRect(90, 110, 250, 340, 14)); // a window
    fill(look.wall, () => c.rect(209, 110, 12, 340));
    fill(look.wall, () => c.rect(90, 270, 250, 12));
    fill("#4d6b52", () => c.ellipse(1120, 640, 60, 190, 0.25, 0, 7)); // a plant
    fill("#5d7f62", () => c.ellipse(1050, 690, 45, 160, -0.45, 0, 7));
    fill("#8a5a3c", () => c.roundRect(1010, 790, 180, 170, 18));
    c.save();
    c.translate(640 + sway, 0);
    fill(look.hair, () => c.ellipse(0, 430, 222, user === "bob" ? 215 : 290, 0, 0, 7));
    fill(look.shirt, () => c.roundRect(-380, 760, 760, 400, 190));
    fill(look.skin, () => c.roundRect(-75, 590, 150, 220, 70));
    fill(look.skin, () => c.ellipse(0, 470, 178, 222, 0, 0, 7));
    fill(look.hair, () => c.ellipse(0, 300, 190, 95, 0, Math.PI, 0));
    for (const x of [-68, 68]) fill("#2b2320", () => c.ellipse(x, 455, 13, 17, 0, 0, 7));
    c.strokeStyle = "#8d4a3a";
    c.lineWidth = 9;
    c.lineCap = "round";
    c.beginPath();
    c.arc(0, 515, 78, 0.35, Math.PI - 0.35);
    c.stroke();
    c.restore();
  };

  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1280, 960];
  const context = canvas.getContext("2d");
  if (context === null) return;
  let frame = 0;
  setInterval(() => draw(context, 6 * Math.sin((frame += 1) / 5)), 200);
  const original = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async ({ audio = false, video = false } = {}) => {
    const stream = audio === false ? new MediaStream() : await original({ audio });
    if (video !== false) for (const track of canvas.captureStream(5).getVideoTracks()) stream.addTrack(track);
    return stream;
  };
}
