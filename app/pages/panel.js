// Draws an answer or a refusal with its sources. Every text of a document, a model or a
// user goes through textContent: nothing here is ever read as HTML or Markdown.

const TOP = 160; // as scroll-margin-top: the question above a fresh answer stays in sight

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function blockOf(block, open, names) {
  const node = make(block.bullet ? "li" : "p");
  for (const part of block.parts) {
    if (typeof part === "string") {
      node.append(part);
      continue;
    }
    const marker = make("button", "marker", String(part));
    marker.type = "button";
    marker.setAttribute("aria-label", names.source.replace("{n}", String(part)));
    marker.addEventListener("click", () => open(part));
    node.append(marker);
  }
  return node;
}

function answerOf(blocks, open, names) {
  const body = make("div", "body");
  let list = null;
  for (const block of blocks) {
    if (block.bullet && !list) list = body.appendChild(make("ul"));
    if (!block.bullet) list = null;
    (list || body).append(blockOf(block, open, names));
  }
  return body;
}

function closed(text) {
  return text.replace(/\n{3,}/g, "\n\n");
}

// The sentence with its terms: what the other language calls one shows when it is pointed at.
function marked(quote, terms) {
  const node = make("mark");
  const names = Object.keys(terms).sort((a, b) => b.length - a.length);
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pieces = names.length ? quote.split(new RegExp(`(${escaped.join("|")})`, "giu")) : [quote];
  pieces.forEach((piece, i) => {
    if (i % 2 === 0) return node.append(piece);
    const term = node.appendChild(make("abbr", "", piece));
    term.title = terms[piece.toLowerCase()] || "";
  });
  return node;
}

function faceOf(face) {
  const text = make("blockquote");
  text.append(closed(face.before));
  if (face.quote) text.append(marked(face.quote, face.terms));
  text.append(closed(face.after));
  return text;
}

function sourceOf(source, names) {
  const card = make("details", "source");
  const head = card.appendChild(make("summary"));
  if (source.n) head.append(make("span", "number", String(source.n)));
  const titles = head.appendChild(make("span", "titles"));
  titles.append(make("span", "title", source.title));
  const path = [...source.heading, source.locator].filter(Boolean).join(" › ");
  if (path) titles.append(make("span", "path", path));
  if (source.note) card.append(make("p", "note", source.note));
  for (const face of source.faces) {
    if (face.label) card.append(make("p", "edition", face.label));
    card.append(faceOf(face));
  }
  const link = make("a", "link", names.link);
  link.href = "?passage=" + encodeURIComponent(source.passage_id);
  link.target = "_blank";
  link.rel = "noopener";
  card.append(link);
  return card;
}

// Streamlit glides to the page's bottom while the page grows; a turn of the wheel ends the
// glide. So the node is brought again until it has stayed in view.
function bring(node, block, tries = 12, stayed = 0) {
  if (!node || !tries || stayed > 3) return;
  const { top, bottom } = node.getBoundingClientRect();
  const seen = block === "start" ? Math.abs(top - TOP) < 40 : top > 60 && bottom < innerHeight - 120;
  if (!seen) {
    node.dispatchEvent(new WheelEvent("wheel", { bubbles: true, composed: true }));
    node.scrollIntoView({ block });
  }
  setTimeout(() => bring(node, block, tries - 1, seen ? stayed + 1 : 0), 80);
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".panel");
  const first = root.dataset.version === undefined;
  const version = JSON.stringify(data);
  if (root.dataset.version === version) return; // a rerun: what is open stays open
  root.dataset.version = version;
  root.replaceChildren();
  root.classList.toggle("refusal", data.kind === "refusal");
  const cards = new Map();
  const open = (n) => {
    for (const [number, card] of cards) card.open = number === n;
    const card = cards.get(n);
    bring(card?.querySelector("mark") || card, "center");
  };
  if (data.title) root.append(make("p", "heading", data.title));
  root.append(answerOf(data.blocks, open, data.names));
  if (!data.sources.length) return;
  const shelf = make("section");
  shelf.append(make("p", "label", data.names.sources));
  for (const source of data.sources) {
    const card = shelf.appendChild(sourceOf(source, data.names));
    if (source.n) cards.set(source.n, card);
  }
  root.append(shelf);
  if (first && data.fresh) bring(root, "start");
}
