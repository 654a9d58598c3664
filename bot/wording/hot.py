"""What we say about hot topics."""

from __future__ import annotations

HEAD = "**{span} 热点**（{total} 件诉求，{topics} 个热点）"
LINE = "{at}. **{name}**：{count} 件{change}｜{state}{places}"
CHANGE = "（上期 {before} 件{growth}）"
NEW, KNOWN = "新出现", "{first:%m-%d} 起"
REPEATS = "**一人多诉 {count} 组**（同一诉求人、同一件事）"
REPEAT = "- {title}：累计 {count} 次，本期 {now} 次；最近 `{no}`"
MORE = "……另有 {count} 项，见附件。"
NONE = "{span}：没有同一件事达到 {fewest} 件的热点。"
EMPTY = "{span}：没有工单。"
USAGE = "请写成：/hot，或 /hot 2026-05，或 /hot 2026-05-01 2026-05-31。"
NAME = "热点分析-{span}"
