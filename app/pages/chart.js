// Bars that are a table: a screen reader reads item, share and source; nothing is a picture.

function chartOf(chart, names, markerOf) {
  const figure = make("figure", "chart");
  const caption = figure.appendChild(make("figcaption", "", ""));
  caption.append(make("strong", "", chart.subject), make("span", "", names["chart.note"]));
  const table = figure.appendChild(make("table"));
  const head = table.appendChild(make("thead")).appendChild(make("tr"));
  for (const name of [names.measure, names.share, names.sources]) {
    const cell = head.appendChild(make("th", "", name));
    cell.scope = "col";
  }
  const body = table.appendChild(make("tbody"));
  for (const bar of chart.bars) {
    const row = body.appendChild(make("tr"));
    const name = row.appendChild(make("th", "", bar.measure));
    name.scope = "row";
    const share = row.appendChild(make("td", "share"));
    const length = share.appendChild(make("span", "track")).appendChild(make("span", "bar"));
    length.style.width = `${Number(bar.percent)}%`;
    share.append(make("span", "value", bar.written));
    row.appendChild(make("td")).append(markerOf(bar.n));
  }
  return figure;
}
