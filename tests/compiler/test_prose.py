from typing import Any

import pytest

from fakie_schemas.compiler.prose import read_prose

# Each case is one line of a page.
READ: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("string", "最大长度：5000 字符", {"maxLength": 5000}),
    ("string", "文本描述（最大长度：5,000 字符）。", {"maxLength": 5000}),
    ("string", "最大长度: `5000`", {"maxLength": 5000}),
    ("string", "长度不超过 500 个字符", {"maxLength": 500}),
    ("string", "最多 500 字", {"maxLength": 500}),
    ("string", "最多支持 500 个字符", {"maxLength": 500}),
    ("string", "长度限制：1-5000 字符", {"minLength": 1, "maxLength": 5000}),
    ("string", "字符串长度：`<= 5000`", {"maxLength": 5000}),
    ("string", "必填字符串长度：3 - 5000", {"minLength": 3, "maxLength": 5000}),
    ("string", "长度必须在 3 到 5000 个字符之间", {"minLength": 3, "maxLength": 5000}),
    ("string", "长度：3–5000 字符", {"minLength": 3, "maxLength": 5000}),
    ("string", "5000 字符以内", {"maxLength": 5000}),
    ("string", "不得超过5000字符", {"maxLength": 5000}),
    ("string", "最小长度：3，最大长度：2500", {"maxLength": 2500, "minLength": 3}),
    ("string", "Maximum length: 500 characters", {"maxLength": 500}),
    ("string", "maxLength: 800", {"maxLength": 800}),
    ("string", "字数上限 800", {"maxLength": 800}),
    ("string", "至少 3 个字符，最多 100 个字符", {"maxLength": 100, "minLength": 3}),
    ("number", "范围：0-1", {"minimum": 0, "maximum": 1}),
    ("number", "范围: `0 <= x <= 1`，步长: `0.01`", {"minimum": 0, "maximum": 1, "multipleOf": 0.01}),
    ("number", "取值范围 0.1 ~ 1.0，步长为 0.1", {"minimum": 0.1, "maximum": 1, "multipleOf": 0.1}),
    ("number", "必填范围：0 <= x <= 5", {"minimum": 0, "maximum": 5}),
    ("number", "（最小值：-1，最大值：2147483647，步长：1）", {"maximum": 2147483647, "minimum": -1, "multipleOf": 1}),
    ("number", "最小：0.5，最大：22，步长：0.1", {"maximum": 22, "minimum": 0.5, "multipleOf": 0.1}),
    ("number", "值介于 0 和 1 之间", {"minimum": 0, "maximum": 1}),
    ("number", "在 4 到 60 之间", {"minimum": 4, "maximum": 60}),
    ("number", "风格强度（0-1）。", {"minimum": 0, "maximum": 1}),
    ("number", "必须是 4 的倍数", {"multipleOf": 4}),
    ("number", "`x >= 0`", {"minimum": 0}),
    ("number", "范围：`x >= 0`", {"minimum": 0}),
    ("number", "范围：0 ≤ x < 5", {"minimum": 0, "exclusiveMaximum": 5}),
    ("integer", "范围：[10000, 1000000]", {"minimum": 10000, "maximum": 1000000}),
    ("number", "Min: 0, Max: 1, Step: 0.01", {"maximum": 1, "minimum": 0, "multipleOf": 0.01}),
    ("number", "范围：-1 到 2147483647", {"minimum": -1, "maximum": 2147483647}),
    ("number", "有效范围为 0 至 20，步进 0.1", {"minimum": 0, "maximum": 20, "multipleOf": 0.1}),
    ("integer", "最大值 6", {"maximum": 6}),
    ("integer", "最大为 6", {"maximum": 6}),
    ("integer", "时长（秒），3-15", {"minimum": 3, "maximum": 15}),
    ("number", "取值 0 到 1", {"minimum": 0, "maximum": 1}),
    ("number", "0 到 1 之间的数值", {"minimum": 0, "maximum": 1}),
    ("array", "最多 10 张图片", {"maxItems": 10}),
    ("array", "（最多支持 8 张图片）", {"maxItems": 8}),
    ("array", "最多上传 5 个文件", {"maxItems": 5}),
    ("array", "数组长度：`1 - 10` 个元素", {"minItems": 1, "maxItems": 10}),
    ("array", "限制为正好1张图片", {"minItems": 1, "maxItems": 1}),
    ("array", "数组最大长度：14", {"maxItems": 14}),
    ("array", "最大数组长度：`8`", {"maxItems": 8}),
    ("array", "1-8 张图片", {"minItems": 1, "maxItems": 8}),
    ("array", "最多1个视频", {"maxItems": 1}),
    ("array", "仅支持 1 张图片", {"maxItems": 1}),
    ("array", "必填数组长度：1 个元素", {"minItems": 1, "maxItems": 1}),
    ("array", "图片数量：1-8", {"minItems": 1, "maxItems": 8}),
    ("array", "至少 1 张，最多 5 张", {"maxItems": 5, "minItems": 1}),
    ("array", "最大数量：10", {"maxItems": 10}),
    ("array", "最多可上传 10 张参考图像", {"maxItems": 10}),
    ("array", "最多10个元素", {"maxItems": 10}),
    ("array", "最多支持 5 个镜头", {"maxItems": 5}),
    ("array", "每张图片不超过 10MB", {"x-max-bytes": 10485760}),
    ("array", "所有图片总计最大 10MB；每张最大 5MB", {"x-max-bytes": 5242880}),
    ("string", "支持 image/jpeg、image/png 格式，最大 10.0MB", {"x-max-bytes": 10485760, "x-media-types": ["image/jpeg", "image/png"]}),
    ("string", "文件大小上限：200 MB", {"x-max-bytes": 209715200}),
    ("string", "支持的类型：audio/mpeg, audio/wav；最大大小：10.0MB", {"x-max-bytes": 10485760, "x-media-types": ["audio/mpeg", "audio/wav"]}),
    ("string", "最大文件大小：10.0 MB", {"x-max-bytes": 10485760}),
    ("string", "单个文件大小：≤ 50MB", {"x-max-bytes": 52428800}),
    ("array", "最大长度：8 个元素", {"maxItems": 8}),
    ("array", "数组长度：最多 8", {"maxItems": 8}),
    ("array", "数量：最多 8 张", {"maxItems": 8}),
    ("integer", "0~100", {"minimum": 0, "maximum": 100}),
    ("number", "范围：0.1 - 15 秒", {"minimum": 0.1, "maximum": 15}),
    ("number", "范围（0.7-1.2）", {"minimum": 0.7, "maximum": 1.2}),
    ("number", "步长：0.01，范围：0～1", {"minimum": 0, "maximum": 1, "multipleOf": 0.01}),
    ("string", "最大字符数：2500", {"maxLength": 2500}),
    ("string", "字符限制：2500", {"maxLength": 2500}),
    ("string", "长度上限为 2500 字符", {"maxLength": 2500}),
    ("string", "最大 2500 字符", {"maxLength": 2500}),
    ("string", "上限 2500 字符", {"maxLength": 2500}),
    ("number", "最大值为 20，最小值为 0", {"maximum": 20, "minimum": 0}),
    ("integer", "1–6", {"minimum": 1, "maximum": 6}),
    ("integer", "最小 1，最大 6", {"maximum": 6, "minimum": 1}),
    ("string", "最大尺寸 10MB", {"x-max-bytes": 10485760}),
    ("string", "提示词长度为 3-5000 字符", {"minLength": 3, "maxLength": 5000}),
    ("number", "大于等于 0，小于等于 1", {"minimum": 0, "maximum": 1}),
    ("number", "不小于 0，不大于 10", {"minimum": 0, "maximum": 10}),
    ("integer", "1 <= n <= 6", {"minimum": 1, "maximum": 6}),
    ("string", "10 ≤ 长度 ≤ 500", {"minLength": 10, "maxLength": 500}),
    ("array", "1 ≤ 数量 ≤ 5", {"minItems": 1, "maxItems": 5}),
    ("number", "[0, 1)", {"minimum": 0, "exclusiveMaximum": 1}),
    ("number", "取值范围为 (0, 1]", {"exclusiveMinimum": 0, "maximum": 1}),
    ("number", "小于 10", {"exclusiveMaximum": 10}),
    ("number", "大于 0 且小于 10", {"exclusiveMinimum": 0, "exclusiveMaximum": 10}),
    ("array", "最多 3 个，总共不超过 30MB", {"maxItems": 3}),
    ("array", "最多 3 个，总共不超过 10 个", {"maxItems": 3}),
    ("array", "3 张以内", {"maxItems": 3}),
    ("integer", "10 以内", {"maximum": 10}),
    ("integer", "2 的倍数", {"multipleOf": 2}),
    ("integer", "最大 5 万", {"maximum": 50000}),
    ("string", "最大长度 5 千字符", {"maxLength": 5000}),
    ("string", "最多 1.5 万个字符", {"maxLength": 15000}),
    ("integer", "范围：1万-5万", {"minimum": 10000, "maximum": 50000}),
    ("integer", "最大值 2 百万", {"maximum": 2000000}),
    ("integer", "范围 1,000-5,000", {"minimum": 1000, "maximum": 5000}),
    ("integer", "1,000~5,000", {"minimum": 1000, "maximum": 5000}),
    ("string", "1,000-5,000 字符", {"minLength": 1000, "maxLength": 5000}),
    ("integer", "范围：[100,500]", {"minimum": 100, "maximum": 500}),
)  # fmt: skip
ENGLISH: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("string", "Must be between 3 and 5000 characters. (Max length: 5000 characters)", {"minLength": 3, "maxLength": 5000}),
    ("string", "Text prompts, up to 20,000 characters.", {"maxLength": 20000}),
    ("string", "Can be empty or 0 - 2500 characters long.", {"maxLength": 2500}),
    ("number", "Strength (0-1) (Min: 0, Max: 1, Step: 0.01) (step: 0.01)", {"minimum": 0, "maximum": 1, "multipleOf": 0.01}),
    ("number", "Must be between 40 to 120, (must be multiple of 4)", {"minimum": 40, "maximum": 120, "multipleOf": 4}),
    ("array", "Limited to exactly 1 image.", {"minItems": 1, "maxItems": 1}),
    ("array", "Supports up to 5 shots.", {"maxItems": 5}),
    ("string", "Accepted types: image/jpeg, image/png; Max size: 10.0MB", {"x-media-types": ["image/jpeg", "image/png"], "x-max-bytes": 10485760}),
)  # fmt: skip
UNREAD = (
    ("string", "所有文本合计不超过 5000 字符"),
    ("string", "视频时长最长 15 秒"),
    ("array", "图片总大小不超过 10MB"),
    ("string", "不支持 image/gif"),
    ("string", "图片最大 10MB，视频最大 100MB"),
    ("string", "最大长度：15 秒"),
    ("string", "图像宽高比范围 2:5 到 5:2"),
    ("array", "最大长度：8"),
    ("integer", "可生成 1-6 张图片"),
    ("string", "Max 5,000 non-Chinese characters or 2,500 Chinese characters"),
    ("integer", "Range is 1-4 when `loop` is false"),
    ("integer", "范围 1-5 万"),
    ("integer", "0 ≤ other_field ≤ 200"),
    ("integer", "大于 5 时会变慢"),
    ("integer", "小于 1，语速变慢"),
    ("integer", "不能是 2 的倍数"),
    ("integer", "最大值 1,0000"),
    ("integer", "最大值 5k"),
    ("array", "所有图片合计，最多 10 张"),
    ("array", "最多 10 张，图片和视频合计"),
    ("array", "The sum of the images must not exceed 9"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "facts"), READ + ENGLISH)
def test_limits_in_words_are_read(kind: str, text: str, facts: dict[str, Any]) -> None:
    """A limit that is worded clearly for its type becomes a keyword."""
    assert {reading.keyword: reading.value for reading in read_prose(text, kind).facts} == facts


@pytest.mark.parametrize(("kind", "text"), UNREAD)
def test_limits_that_do_not_fit_are_never_guessed(kind: str, text: str) -> None:
    """Totals, conditions, other units and other types give no keyword, and are not dropped in silence."""
    findings = read_prose(text, kind)
    assert findings.facts == []
    assert findings.limits or findings.leftovers


def test_a_range_may_name_its_field() -> None:
    """The field's own name between two bounds is the field's value."""
    facts = {reading.keyword: reading.value for reading in read_prose("0 ≤ bpm ≤ 200", "integer", "bpm").facts}
    assert facts == {"minimum": 0, "maximum": 200}
