// What a marker stands for, shown while it is pointed at or has the focus.

class Hint {
  constructor(root) {
    this.node = root.appendChild(make("div", "hint"));
    this.node.popover = "manual";
    this.node.id = "hint";
    this.node.setAttribute("role", "tooltip");
    // A reader may go over to the hint itself, to read on or to select.
    this.node.addEventListener("pointerenter", () => clearTimeout(this.leaving));
    this.node.addEventListener("pointerleave", () => this.leave());
  }

  watch(marker, source) {
    marker.setAttribute("aria-describedby", "hint");
    marker.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") this.show(marker, source);
    });
    marker.addEventListener("pointerleave", () => this.leave());
    marker.addEventListener("focus", () => {
      if (marker.matches(":focus-visible")) this.show(marker, source);
    });
    marker.addEventListener("blur", () => this.hide());
    marker.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.hide();
    });
    marker.addEventListener("click", () => this.hide());
  }

  show(marker, source) {
    clearTimeout(this.leaving);
    const face = source.faces[0];
    const quote = make("p", "quote", face.quote);
    quote.lang = face.lang === "zh" ? "zh-CN" : "en";
    const place = [source.title, source.locator].filter(Boolean).join(" › ");
    this.node.replaceChildren(quote, make("p", "place", place));
    if (source.note) this.node.append(make("p", "note", source.note));
    if (!this.node.matches(":popover-open")) this.node.showPopover();
    const at = marker.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const left = Math.min(Math.max(8, at.left + at.width / 2 - width / 2), innerWidth - width - 8);
    const above = at.top - height - 6;
    this.node.style.left = `${Math.max(8, left)}px`;
    this.node.style.top = `${above > 8 ? above : at.bottom + 6}px`;
  }

  leave() {
    clearTimeout(this.leaving);
    this.leaving = setTimeout(() => this.hide(), 160);
  }

  hide() {
    clearTimeout(this.leaving);
    if (this.node.isConnected && this.node.matches(":popover-open")) this.node.hidePopover();
  }
}
