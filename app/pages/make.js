// Nodes. Every text of a document, a model or a user goes through textContent or an
// attribute that holds text: nothing on this page is ever read as HTML or Markdown.

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function button(className, label, act) {
  const node = make("button", className, label);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
}

const ICONS = {
  copy: "M8 8h11v12H8zM5 16V4h11",
  quote: "M4 6h16M4 11h16M4 16h9M17 15v6M14 18h6",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1 3 3v4h5c1 0 2 1 1.7 2l-1.5 6c-.2 1-1 2-2.200 2H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 3-1 3-3v-4h5c1 0 2-1 1.700-2l-1.500-6c-.2-1-1-2-2.200-2H7",
  again: "M20 12a8 8 0 1 1-2.500-5.800M20 3v5h-5",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M5 5l14 14M19 5L5 19",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = svg.appendChild(document.createElementNS(space, "path"));
  path.setAttribute("d", ICONS[name]);
  return svg;
}

// A button of an icon and words; without words they are its label.
function iconButton(className, name, label, act, worded) {
  const node = button(className, "", act);
  node.append(icon(name));
  if (worded) node.append(make("span", "", label));
  else node.setAttribute("aria-label", label);
  node.title = label;
  return node;
}

function badge(support, names) {
  const node = make("span", `badge ${support}`, names[support]);
  node.title = names[`${support}.why`];
  return node;
}

// Plain http from another machine has no clipboard API.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.body.appendChild(make("textarea"));
  field.value = text;
  field.select();
  document.execCommand("copy");
  field.remove();
}

function copier(className, name, label, names, words, said) {
  const node = iconButton(className, name, label, async () => {
    await copy(words());
    node.classList.add("done");
    said.textContent = names.copied;
    setTimeout(() => {
      node.classList.remove("done");
      said.textContent = "";
    }, 1600);
  }, true);
  return node;
}
