"""Search results as lines for the shell and as JSON."""

from __future__ import annotations

from typing import Any

from indexer.passages import Hit, SearchResult

EXCERPT = 60


def hit_lines(result: SearchResult, *, explain: bool) -> list[str]:
    """Readable lines: support first, then each hit, then what a filter left out."""
    verdict = "有依据" if result.supported else "依据不足"
    lines = [f"依据把握 {result.support:.2f}（{verdict}），共 {len(result.hits)} 段"]
    for hit in result.hits:
        lines += _lines_of(hit, explain=explain)
    if explain and result.left_out:
        lines.append("被条件排除的：")
        lines += [f"  {_name(hit)}：{hit.explanation.filtered_out}" for hit in result.left_out]
    return lines


def _name(hit: Hit) -> str:
    passage = hit.passage
    return f"《{passage.title}》{passage.article or ''}{' ' + passage.heading if passage.heading else ''}"


def _lines_of(hit: Hit, *, explain: bool) -> list[str]:
    text = hit.passage.text.replace("\n", " ")
    lines = [f"{hit.rank:>2}. {_name(hit)}  [{hit.score:.4f}] {text[:EXCERPT]}"]
    if explain:
        why = hit.explanation
        features = "  ".join(f"{name}={value:.3f}" for name, value in why.features)
        lines.append(f"    命中词：{'、'.join(why.terms) or '无'}")
        lines.append(f"    词面 {why.lexical:.3f}  向量 {why.dense:.3f}  {features}")
    return lines


def hits_json(result: SearchResult, *, explain: bool) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "question": result.question,
        "support": result.support,
        "supported": result.supported,
        "hits": [_hit_json(hit, explain=explain) for hit in result.hits],
        "left_out": [
            {"id": hit.passage.id, "reason": hit.explanation.filtered_out}
            for hit in result.left_out
        ],
    }


def _hit_json(hit: Hit, *, explain: bool) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": hit.passage.id,
        "title": hit.passage.title,
        "article": hit.passage.article,
        "heading": hit.passage.heading,
        "score": hit.score,
        "rank": hit.rank,
        "text": hit.passage.text,
    }
    if explain:
        why = hit.explanation
        value["explanation"] = {
            "terms": list(why.terms),
            "lexical": why.lexical,
            "dense": why.dense,
            "features": dict(why.features),
        }
    return value
