// The drawer: a source in its passage, original and translation beside each other. It lies
// in the browser's top layer, so that nothing of the page can cut or cover it.

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
  const edition = make("div", "face");
  if (face.label) edition.append(make("p", "edition", face.label));
  const text = edition.appendChild(make("blockquote"));
  text.lang = face.lang === "zh" ? "zh-CN" : "en";
  text.append(closed(face.before));
  if (face.quote) text.append(marked(face.quote, face.terms));
  text.append(closed(face.after));
  return edition;
}

function titlesOf(source) {
  const titles = make("div", "titles");
  titles.append(make("p", "title", source.title));
  if (!source.heading.length && !source.locator) return titles;
  const path = titles.appendChild(make("p", "path"));
  if (source.heading.length) path.append(make("span", "trail", source.heading.join(" › ")));
  if (source.locator) path.append(make("span", "place", source.locator));
  return titles;
}

function sourceOf(source, names, said) {
  const body = make("div", "source");
  if (source.support) body.append(badge(source.support, names));
  if (source.note) body.append(make("p", "note", source.note));
  const faces = body.appendChild(make("div", "faces"));
  for (const face of source.faces) faces.append(faceOf(face));
  const foot = body.appendChild(make("div", "foot"));
  foot.append(make("span", "document", source.document));
  const link = foot.appendChild(make("a", "link", names.link));
  link.href = source.link;
  link.target = "_blank";
  link.rel = "noopener";
  foot.append(copier("quiet", "copy", names["link.copy"], names, () => link.href, said));
  return body;
}

class Drawer {
  constructor(root, names, said) {
    this.names = names;
    this.said = said;
    this.node = root.appendChild(make("div", "drawer"));
    this.node.popover = "manual";
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-label", names.drawer);
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.outside = (event) => {
      const at = event.composedPath();
      if (!at.includes(this.node) && !at.some((n) => n.classList?.contains("opens"))) this.close();
    };
  }

  open(source, opener) {
    const head = make("div", "top");
    if (source.n) head.append(make("span", "number", String(source.n)));
    head.append(titlesOf(source));
    const shut = iconButton("shut", "close", this.names.close, () => this.close());
    head.append(shut);
    this.node.replaceChildren(head, sourceOf(source, this.names, this.said));
    if (!this.node.matches(":popover-open")) {
      this.node.showPopover();
      document.addEventListener("pointerdown", this.outside, true);
    }
    this.opener = opener;
    shut.focus({ preventScroll: true });
    const mark = this.node.querySelector("mark");
    // Not scrollIntoView: it would move the page behind as well.
    this.node.scrollTop = 0;
    if (!mark) return;
    const at = mark.getBoundingClientRect();
    const { top, bottom, height } = this.node.getBoundingClientRect();
    if (at.bottom > bottom - 24) this.node.scrollTop = at.top - top - height / 3;
  }

  close() {
    document.removeEventListener("pointerdown", this.outside, true);
    if (!this.node.isConnected || !this.node.matches(":popover-open")) return;
    this.node.hidePopover();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
  }
}
