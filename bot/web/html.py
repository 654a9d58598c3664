"""Our Markdown -> safe HTML for the page: everything is escaped, only our own marks become tags."""

from __future__ import annotations

from html import escape

from bot.channels.markup import Kind, Span, render

TAGS = {
    Kind.BOLD: ("<strong>", "</strong>"),
    Kind.CODE: ("<code>", "</code>"),
    Kind.PRE: ("<pre>", "</pre>"),
    Kind.QUOTE: ("<blockquote>", "</blockquote>"),
}


def to_html(markdown: str) -> str:
    """Message text as HTML; white space is kept by the page's style."""
    rendered = render(markdown)
    opening: dict[int, list[Span]] = {}
    for span in sorted(rendered.spans, key=lambda one: (one.start, -one.end)):
        opening.setdefault(span.start, []).append(span)
    pieces: list[str] = []
    open_spans: list[Span] = []
    for place, character in enumerate(rendered.text):
        _close(pieces, open_spans, place)
        for span in opening.get(place, ()):
            pieces.append(_open_tag(span))
            open_spans.append(span)
        pieces.append(escape(character))
    _close(pieces, open_spans, len(rendered.text))
    return "".join(pieces)


def _open_tag(span: Span) -> str:
    if span.kind is Kind.LINK:
        return f'<a href="{escape(span.url, quote=True)}" target="_blank" rel="noopener">'
    return TAGS[span.kind][0]


def _close(pieces: list[str], open_spans: list[Span], place: int) -> None:
    """Close what ends here, innermost first; a span that would overlap ends with its parent."""
    while any(span.end <= place for span in open_spans):
        span = open_spans.pop()
        pieces.append("</a>" if span.kind is Kind.LINK else TAGS[span.kind][1])
