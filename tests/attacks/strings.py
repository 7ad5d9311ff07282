"""Odd texts that run nothing: too long, too deep, not what they look like, or a formula."""

ODD = (
    # Nothing, or nearly
    "", " ", "\t", "\n", "\r\n\r\n", "\u00a0", "\u200b", "\u2060\ufeff", "\u3164", "\u00ad",
    ".", "-", "_", "0", "-0", "00", "null", "None", "undefined", "NaN", "true", "[]", "{}",
    # Too long, too deep
    "x" * 255, "x" * 256, "x" * 10_000, "x" * 10_001, "ü" * 300, "𝒳" * 200, "word " * 3000,
    "W" * 5000, "[" * 10_000, ">" * 5000, "(" * 3000, "*" * 4000, "_" * 3000, "`" * 4001,
    "- " * 2000, "#" * 500, "|" * 2000, "\\" * 3000, "&" * 3000, "@" * 2000, "\n" * 3000,
    "a\n" * 4000, "> " * 300 + "x", "1. " * 500, "@sam " * 1500, "#1 " * 3000, "http://a.b " * 800,
    # Numbers
    "99999999999999999999", "9" * 5000, "-1", "1e400", "1.5", "0x10", "1_000", "٣", "²", "Ⅷ", "½",
    "2147483648", "9223372036854775808", "+1", " 1 ",
    # Days
    "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "2026-W53-1", "20261201", "tomorrow",
    "٢٠٢٦-١٢-٠١", "2026-12-01T00:00:00Z", "24:00", "10:60",
    # Bytes and characters
    "a\0b", "\0", "\x01\x02\x03\x08\x0b\x0c\x0e\x1f\x7f", "\\ud800", "\\u0000", "a\u2028b\u2029c",
    "\x1b[31mred\x1b[0m", "\u202eright to left\u202c", "\u2066iso\u2069\u200f", "e\u0301", "é",
    "Ａｄａ", "ﬁ", "ǆ", "İ", "ß", "ﷺ", "🧵🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "\U0010ffff",
    "\ufffe\uffff", "\ufeffx",
    "Z̸͑͝a̷l̶g̵o̴" * 30, "ا" * 300, "中文" * 100, "ก็็็็็็็็็็็็็็",
    # Formulas
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"//e.example\")", "\t=1", "\r=1", " =1", "＝1",
    "=cmd|' /C calc'!A0", "\"=1", "';=1", "%0A=1",
    # Paths, formats, queries, headers
    "%00", "%", "%zz", "%s%s%n", "{0}{x}", "%(x)s", "$(id)", "`id`", "; ls", "| id", "..%2f..%2f",
    "../../etc/passwd", "..\\..\\x", "/etc/passwd\0.txt", "C:\\x", "CON", "file:///etc/passwd",
    "' OR '1'='1", "\" OR \"\"=\"", "'; DROP TABLE issue; --", "\\' OR 1=1 --", "%' OR '%'='",
    "%", "_", "%_%", "100%", "a_b", "[a-z]", "\\%", "(?:x+x+)+y", "x\r\nSet-Cookie: a=b",
    "x\r\nBcc: e@e.example", "=?utf-8?q?x?=", "a@b", "a@b.c", "\"a b\"@c.d", "a@b\n.c",
    "@nobody", "@sam.reid", "#0", "#99999999999", "a @tom next tue", "d", "a ", "n", "i @", "a @ @",
    "next", "//e.example", "\\\\e.example", "http://", "https://[::", "mailto:", "a:b:c",
)  # fmt: skip
assert len(ODD) >= 100
