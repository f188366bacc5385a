/** The name of the input that has the document, as JSON. */
export const DOCUMENT_INPUT = 'document';

/**
 * How Typst lays out a document. What is written on the pages comes as data, and no part of it is read as markup. Margins
 * are 10 mm; header and footer have 5 mm each, and are made smaller where they are wider than the page.
 *
 * No function may use `document-data`: Typst hashes what a function uses at each call, and this has every drawing.
 */
export const WORKSHEET_TEMPLATE = `
#let document-data = json(bytes(sys.inputs.document))
#set document(
  title: document-data.title,
  author: document-data.author,
  date: none,
)
#set text(
  font: ("Noto Sans", "Noto Sans JP"),
  size: 13pt,
  fill: rgb(document-data.ink),
  lang: document-data.language,
  fallback: false,
)
#let fitted(width, content) = {
  let natural = measure(content).width
  let part = if natural > width { width / natural } else { 1 }
  if part < 1 { scale(x: part * 100%, y: part * 100%, reflow: true, content) } else { content }
}
#show heading.where(level: 1): set text(font: "Patrick Hand", size: 38pt, weight: "regular")
#show heading.where(level: 1): set block(below: 9mm)
#show heading.where(level: 2): set text(font: "Patrick Hand", size: 22pt, weight: "regular")
#show heading.where(level: 2): set block(above: 9mm, below: 4mm)
// Headings of copies are no table of contents.
#set heading(bookmarked: false)
#set par(leading: 0.8em, spacing: 1.3em)
#set enum(spacing: 1.1em, indent: 2mm, body-indent: 3mm)

#let accent = rgb(document-data.accent)
#let blocks = (
  heading: block => heading(level: 2, block.text),
  paragraph: block => par(block.text),
  steps: block => enum(..block.items),
  numbers: block => grid(
    columns: 8,
    gutter: 3mm,
    ..block.items.map(item => box(
      width: 20mm,
      height: 13mm,
      stroke: 0.8pt + accent,
      radius: 2mm,
      align(center + horizon, text(font: "Patrick Hand", size: 20pt, item)),
    )),
  ),
)
#let text-page(page) = {
  set text(size: 15pt)
  v(8mm)
  heading(level: 1, page.title)
  for block in page.blocks { (blocks.at(block.kind))(block) }
}
#let paper = document-data.paper
#let width = paper.widthMillimetres * 1mm - 20mm
#let unit = width / paper.width
#let drawings = document-data.drawings.map(drawing => bytes(drawing))
#let labelled-drawing(drawing, page) = {
  image(drawing, format: "svg", width: 100%, alt: page.description)
  pdf.artifact({
    set text(font: "Patrick Hand", top-edge: "baseline", bottom-edge: "baseline")
    for label in page.labels {
      place(top + center, dx: label.x * unit - width / 2, dy: label.baseline * unit, text(
        size: label.size * unit,
        label.text,
      ))
    }
  })
}
#let logo = image(bytes(document-data.logo), format: "svg", height: 4.4mm, alt: "")
#let footer-text = (document-data.name, document-data.url).filter(text => text != "").join(" - ")
#context {
  let header = fitted(width, text(size: 9pt, document-data.header))
  let footer = fitted(width - 7mm, text(size: 8pt, footer-text))
  set page(
    width: paper.widthMillimetres * 1mm,
    height: paper.heightMillimetres * 1mm,
    margin: (x: 10mm, y: 15mm),
    header-ascent: 0.5mm,
    footer-descent: 0.6mm,
    header: block(height: 4.5mm, width: 100%, clip: true, align(center + horizon, header)),
    footer: block(height: 4.4mm, width: 100%, clip: true, {
      place(horizon, logo)
      place(horizon, dx: 7mm, footer)
    }),
  )
  for (index, page) in document-data.pages.enumerate() {
    if index > 0 { pagebreak() }
    if page.kind == "text" { text-page(page) } else { labelled-drawing(drawings.at(page.drawing), page) }
  }
}
`;
