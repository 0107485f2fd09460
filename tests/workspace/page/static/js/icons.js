/** The few drawn signs, as elements that are hidden from screen readers. */

const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  clock: "M10 5.5V10l3 2M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z",
  code: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  theme: "M10 2.5v15a7.5 7.5 0 0 0 0-15zM10 2.5a7.5 7.5 0 0 0 0 15",
  guide: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM12.8 7.2l-1.7 3.9-3.9 1.7 1.7-3.9z",
  hash: "M7.5 3.5l-1.5 13M14 3.5l-1.5 13M3.5 7.5h13M3 12.5h13",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  shared: "M8 12l4-4M6.5 9.5L5 11a2.8 2.8 0 0 0 4 4l1.5-1.5M13.5 10.5L15 9a2.8 2.8 0 0 0-4-4L9.5 6.5",
  reply: "M4 4.5h12v8.5H9l-3.5 3v-3H4z",
  send: "M3.5 16.5l13-6.5-13-6.5 2 6.5zM5.5 10h6",
  eye: "M2.5 10s2.8-5 7.5-5 7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  file: "M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11 2.5V6.5h4",
  calendar: "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
  done: "M4.5 10.5l3.5 3.5 7.5-8",
  down: "M5.5 8l4.5 4.5L14.5 8",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
