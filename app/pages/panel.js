// A turn: the answer, its charts, its sources, its actions.

const TOP = 215; // as scroll-margin-top: the question above a fresh answer stays in sight

function blockOf(block, markerOf, names) {
  const node = make(block.bullet ? "li" : "p");
  for (const part of block.parts) node.append(typeof part === "string" ? part : markerOf(part));
  if (block.support) node.append(" ", badge(block.support, names));
  return node;
}

function answerOf(blocks, markerOf, names) {
  const body = make("div", "body");
  let list = null;
  for (const block of blocks) {
    if (block.bullet && !list) list = body.appendChild(make("ul"));
    if (!block.bullet) list = null;
    (list || body).append(blockOf(block, markerOf, names));
  }
  return body;
}

function shelfOf(sources, open, names) {
  const shelf = make("section", "shelf");
  shelf.append(make("p", "label", names.sources));
  const list = shelf.appendChild(make("ol"));
  for (const source of sources) {
    const row = list.appendChild(make("li")).appendChild(button("opens row", "", () => open(source, row)));
    row.setAttribute("aria-haspopup", "dialog");
    if (source.n) row.append(make("span", "number", String(source.n)));
    const titles = row.appendChild(titlesOf(source));
    if (source.note) titles.append(make("span", "note", source.note));
  }
  return shelf;
}

// Streamlit glides to the page's bottom while the page grows; a turn of the wheel ends the
// glide. So the node is brought again until it has stayed in view, or the reader acts.
function bring(node) {
  let acted = false;
  const stop = (event) => (acted ||= event.isTrusted);
  const kinds = ["pointerdown", "keydown", "wheel", "touchmove"];
  for (const kind of kinds) addEventListener(kind, stop, { capture: true, passive: true });
  const again = (tries, stayed) => {
    if (acted || !tries || stayed > 5) {
      for (const kind of kinds) removeEventListener(kind, stop, { capture: true });
      node.dataset.settled = "yes";
      return;
    }
    const seen = Math.abs(node.getBoundingClientRect().top - TOP) < 40;
    if (!seen) {
      node.dispatchEvent(new WheelEvent("wheel", { bubbles: true, composed: true }));
      node.scrollIntoView({ block: "start" });
    }
    setTimeout(() => again(tries - 1, seen ? stayed + 1 : 0), 80);
  };
  again(40, 0);
}

// What is said above an answer: how it was understood, who wrote it, what went wrong.
function saidAbove({ lines, notice }) {
  const nodes = lines.map((line) => make("p", "line", line));
  if (notice) {
    const card = make("div", "notice");
    card.setAttribute("role", "status");
    card.append(make("strong", "", notice.title), make("p", "", notice.body));
    nodes.unshift(card);
  }
  return nodes;
}

function draw(root, data) {
  const { names } = data;
  root.replaceChildren();
  root.className = `panel ${data.kind}`;
  const said = root.said;
  if (data.kind === "passage") {
    return root.append(titlesOf(data.sources[0]), sourceOf(data.sources[0], names, said));
  }
  const drawer = new Drawer(root, names, said);
  const hint = new Hint(root);
  const open = (source, opener) => drawer.open(source, opener);
  const sources = new Map(data.sources.filter((s) => s.n).map((s) => [s.n, s]));
  const markerOf = (n) => {
    const source = sources.get(n);
    const marker = button("opens marker", String(n), () => open(source, marker));
    marker.setAttribute("aria-label", names.source.replace("{n}", String(n)));
    marker.setAttribute("aria-haspopup", "dialog");
    hint.watch(marker, source);
    return marker;
  };
  if (data.title) root.append(make("p", "heading", data.title));
  root.append(answerOf(data.blocks, markerOf, names));
  for (const chart of data.charts) root.append(chartOf(chart, names, markerOf));
  if (data.sources.length) root.append(shelfOf(data.sources, open, names));
}

export default function ({ data: sent, parentElement, setTriggerValue }) {
  const data = JSON.parse(new TextDecoder().decode(sent));
  const root = parentElement.querySelector(".panel");
  const first = root.dataset.version === undefined;
  const { rated, actions, fresh, ...shown } = data;
  const version = JSON.stringify(shown);
  // A rerun: what is open stays open.
  if (root.dataset.version !== version) {
    root.dataset.version = version;
    root.said = make("span", "said");
    root.said.setAttribute("role", "status");
    parentElement.querySelector(".above").replaceChildren(...saidAbove(data));
    draw(root, data);
    root.bar = null;
  }
  const judged = JSON.stringify([rated, actions]);
  if (data.kind !== "passage" && (!root.bar || root.judged !== judged)) {
    root.judged = judged;
    const bar = actionsOf(data, root.said, (act) => setTriggerValue("act", act));
    const focused = root.bar?.contains(root.getRootNode().activeElement);
    if (root.bar) root.bar.replaceWith(bar);
    else root.append(bar);
    root.bar = bar;
    if (focused) (bar.querySelector("input") || bar.querySelector(".thumb"))?.focus();
  }
  root.append(root.said);
  if (first && fresh) bring(root);
}
