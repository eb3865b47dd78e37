// What a reader can do with an answer: copy it, judge it, have it made again.

function actionsOf(data, said, send) {
  const { names, actions } = data;
  const bar = make("div", "actions");
  const text = data.copy;
  if (text) bar.append(copier("quiet", "copy", names.copy, names, () => text.plain, said));
  if (text?.cited) {
    bar.append(copier("quiet", "quote", names["copy.cited"], names, () => text.cited, said));
  }
  if (actions.includes("edit")) {
    bar.append(iconButton("quiet", "edit", names.edit, () => send({ do: "edit" }), true));
  }
  if (actions.includes("again")) {
    bar.append(iconButton("quiet", "again", names.again, () => send({ do: "again" }), true));
  }
  if (actions.includes("rate")) rating(bar, data, send);
  return bar;
}

function rating(bar, data, send) {
  const { names, rated } = data;
  const judge = (good) => () => {
    const taken = rated?.good === good;
    send({ do: "rate", good: taken ? null : good, reason: "" });
  };
  for (const [good, name, label] of [[true, "up", names.good], [false, "down", names.bad]]) {
    const node = iconButton("quiet thumb", name, label, judge(good));
    node.setAttribute("aria-pressed", String(rated?.good === good));
    bar.append(node);
  }
  if (rated && !rated.good) bar.append(rated.reason ? make("p", "thanks", names.thanks) : reasonsOf(data, send));
}

function reasonsOf({ names, reasons }, send) {
  const form = make("form", "reasons");
  const field = make("input");
  const give = (reason) => send({ do: "rate", good: false, reason });
  const label = form.appendChild(make("label", "", names.why));
  field.maxLength = 500;
  label.append(field);
  form.append(make("button", "quiet", names.send));
  const quick = form.appendChild(make("div", "quick"));
  for (const reason of reasons) quick.append(button("quiet", reason, () => give(reason)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) give(field.value.trim());
  });
  return form;
}
