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
  shared: "M8 12l4-4M6.5 9.5L5 11a2.8 2.8 0 0 0 4 4l1.500-1.500M13.500 10.500L15 9a2.800 2.800 0 0 0-4-4L9.500 6.500",
  reply: "M4 4.500h12v8.500H9l-3.500 3v-3H4z",
  send: "M3.500 16.500l13-6.500-13-6.500 2 6.500zM5.500 10h6",
  eye: "M2.500 10s2.800-5 7.500-5 7.500 5 7.500 5-2.800 5-7.500 5-7.500-5-7.500-5zM10 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  file: "M5.500 2.500h6l3.500 3.500v11.500h-9.500zM11 2.500V6.500h4",
  done: "M4.500 10.500l3.500 3.500 7.500-8",
  down: "M5.500 8l4.500 4.500L14.500 8",
};
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
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
