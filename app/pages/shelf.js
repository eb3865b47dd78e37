// The saved conversations: each opens at its name; the dots open what renames or deletes it.

export default function ({ data, parentElement, setTriggerValue }) {
  const list = parentElement.querySelector(".chats");
  const version = JSON.stringify(data);
  if (list.dataset.version === version) return;
  list.dataset.version = version;
  list.setAttribute("aria-label", data.label);
  const rows = data.entries.map(({ id, name, manage, current }) => {
    const row = make("li");
    const open = button("chat", name, () => setTriggerValue("act", { do: "open", id }));
    if (current) open.setAttribute("aria-current", "page");
    open.title = name;
    row.append(open, iconButton("manage", "more", manage, () => setTriggerValue("act", { do: "manage", id })));
    return row;
  });
  list.replaceChildren(...rows);
}
