"""The words that pages use for the same thing, Chinese and English, and what they stand for."""

import re
from typing import Literal

Role = Literal["name", "type", "required", "optional", "default", "enum", "example", "text", "place", "label"]
Section = Literal["body", "response", "codes", "auth", "query", "example", "other"]

# Longest first where one word is the beginning of another: the pattern below tries them in this order.
ROLES: dict[Role, tuple[str, ...]] = {
    "type": ("参数类型", "数据类型", "字段类型", "类型", "data type", "type"),
    "required": (
        *(
            "是否为必填",
            "是否必需",
            "是否必填",
            "是否必须",
            "是否必选",
            "是否必传",
            "必需",
            "必填",
            "必选",
            "必传",
            "必须",
        ),
        *("required?", "required", "mandatory"),
    ),
    "optional": ("是否可选", "可选", "optional"),
    "default": ("默认取值", "默认值", "缺省值", "默认", "缺省", "default value", "default"),
    "enum": (
        *(
            "可用选项及含义",
            "可用选项",
            "可选选项",
            "可选项",
            "可选值",
            "可用值",
            "可选取值",
            "可选参数值",
            "枚举取值",
            "枚举值",
            "枚举",
        ),
        *(
            "允许的值",
            "允许值",
            "支持的值",
            "支持值",
            "支持选项",
            "取值选项",
            "取值列表",
            "取值为",
            "取值",
            "选项",
            "有效值",
            "合法值",
        ),
        *(
            "available options",
            "available values",
            "allowed values",
            "possible values",
            "valid values",
            "supported values",
        ),
        *("accepted values", "options", "enum values", "enum", "one of", "values", "choices"),
    ),
    "example": (
        "示例取值",
        "示例值",
        "参数示例",
        "示例",
        "样例",
        "范例",
        "example value",
        "examples",
        "example",
    ),
    "text": (
        *(
            "参数说明",
            "字段说明",
            "参数描述",
            "字段描述",
            "功能说明",
            "描述",
            "说明",
            "备注",
            "含义",
            "解释",
            "用途",
            "注意事项",
            "注意",
            "注",
        ),
        *("description", "meaning", "details", "notes", "note", "remarks", "remark"),
    ),
    "place": ("参数位置", "位置", "传参方式", "location", "in"),
}
NAME_HEADERS = (
    *(
        "参数名称",
        "参数名",
        "字段名称",
        "字段名",
        "属性名称",
        "属性名",
        "参数",
        "字段",
        "名称",
        "属性",
        "变量",
        "键名",
        "键",
    ),
    *(
        "parameter name",
        "field name",
        "parameter",
        "param",
        "field",
        "name",
        "property",
        "attribute",
        "key",
        "argument",
    ),
)
_YES = {
    "是",
    "必需",
    "必填",
    "必须",
    "必选",
    "必传",
    "required",
    "mandatory",
    "yes",
    "true",
    "y",
    "✓",
    "✔",
    "✔️",
    "✅",
    "√",
    "☑",
    "是的",
    "需要",
    "●",
}
_NO = {
    *(
        "否",
        "可选",
        "选填",
        "非必需",
        "非必填",
        "非必须",
        "非必选",
        "不必需",
        "不必填",
        "不需要",
        "不必",
        "否可选",
    ),
    *("optional", "no", "false", "n", "✗", "✘", "❌", "×", "✕", "☐", "非必传", "选传", "not required"),
}
_SIDES = re.compile(r"\s*(?:[/|]|\bor\b|或)\s*")
_SECTIONS: tuple[tuple[Section, str], ...] = (
    ("codes", r"状态码|错误码|响应码|返回码|错误代码|状态代码|(?:status|error|response) codes?"),
    ("example", r"示例|样例|范例|example|快速开始|快速入门|代码|curl|quick ?start"),
    ("query", r"查询|轮询|获取结果|任务状态|任务详情|回调|callback|webhook|query|polling|record ?info"),
    (
        "response",
        r"响应|返回|应答|出参|输出参数|输出字段|response|returns?\b|error (?:fields|object|properties)|^(?:outputs?|results?)$"
        r"|(?:outputs?|results?) (?:parameters?|fields|object|schema)\b",
    ),
    ("auth", r"认证|授权|鉴权|身份验证|令牌|请求头|标头|authoriz|authenticat|headers?\b|api key"),
    (
        "body",
        r"请求体|请求参数|请求正文|请求内容|请求字段|入参|输入参数|输入字段|参数|字段|输入|body|request|payload|parameters?"
        r"|^inputs?(?: (?:fields|properties|params|arguments|options|schema))?$",
    ),
)
_LABEL_WORDS: dict[str, Role] = {word: role for role, words in ROLES.items() for word in words}
_ALL = "|".join(re.escape(word) for word in sorted(_LABEL_WORDS, key=len, reverse=True))
# A label stands at the start or after a space or punctuation, and before a colon.
LABEL = re.compile(rf"(?:(?<=^)|(?<=[\s。.；;，,、（(\[【:：!！-]))(?P<label>{_ALL})\s*[:：]\s*", re.IGNORECASE)


_LANGUAGES = re.compile(r"[一-鿿]+|[a-z]+(?:[ ?-]+[a-z]+)*")

# Behind a word that is no label: the sentence goes on.
_GOES_ON = (",", "，", ";", "；", ".", "。", "- ", "– ", "— ")

# Titles of columns that are common words in prose, where they label nothing.
_COLUMNS: dict[str, Role] = {
    **dict.fromkeys(("kind", "datatype", "value type", "种类"), "type"),
    **dict.fromkeys(
        ("needed", "req", "req.", "must be given", "obligatory", "compulsory", "必要", "必要性"), "required"
    ),
    **dict.fromkeys(("defaults to", "if omitted", "fallback", "初始值"), "default"),
    **dict.fromkeys(("accepted", "allowed", "accepts"), "enum"),
    **dict.fromkeys(("sample", "sample value"), "example"),
    **dict.fromkeys(
        ("about", "comment", "comments", "explanation", "information", "purpose", "summary", "what it does"),
        "text",
    ),
    **dict.fromkeys(("arg", "fields", "input", "option", "parameters", "setting", "variable"), "name"),
}


def column_of(title: str) -> Role | None:
    """Return what a column's title stands for, or None when it is unknown."""
    if role := role_of(title) or _COLUMNS.get(_bare(title)):
        return role
    # A title in two languages says the same twice.
    parts = _LANGUAGES.findall(_bare(title))
    roles = {column_of(part) for part in parts} if len(parts) > 1 else {None}
    return roles.pop() if len(roles) == 1 else None


def role_of(word: str) -> Role | None:
    """Return what a label or a column header stands for, or None when the word is unknown."""
    bare = _bare(word)
    if bare in NAME_HEADERS:
        return "name"
    # "type / required / default" heads a column of types with remarks.
    return _LABEL_WORDS.get(bare) or _LABEL_WORDS.get(re.split(r"\s*[/、|&+]\s*", bare)[0])


def labelled(text: str, standing_out: str | None) -> str:
    """Return a line with a colon behind the label that stands out at its beginning, such as one in bold.

    A word that goes on, as in "required, at most 5 characters", is no label.
    """
    if not standing_out or not role_of(standing_out) or LABEL.match(text):
        return text
    rest = text[len(standing_out) :].lstrip()
    return text if rest.startswith(_GOES_ON) else f"{standing_out.strip(':： ')}: {rest.lstrip(' :：')}"


def _bare(word: str) -> str:
    return re.sub(r"[\s*`:：?？]+", " ", re.sub(r"[（(].{0,200}?[)）]", "", word)).strip().lower()


def says_required(text: str) -> bool | None:
    """Read 是/否, required/optional, Yes/No and their kin; None when the text says none of them."""
    bare = re.split(r"[,，（(；;。|/]|\s-\s", text.strip().strip("`*【】[]").strip())[0].strip().strip("`*.").lower()
    said = set(_SIDES.split(text.strip("`* ").lower()))
    if said & _YES and said & _NO:
        # "Yes/No" is for the reader to choose from.
        return None
    # "是 Yes" says it in two languages.
    words = set(_LANGUAGES.findall(bare)) if re.match(r"[一-鿿]", bare) else set()
    if bare in _YES or (words and words <= _YES):
        return True
    return False if bare in _NO or (words and words <= _NO) else None


def section_of(heading: str) -> Section | None:
    """Return the kind of section that a heading opens, or None when it tells nothing."""
    bare = heading.lower()
    return next((kind for kind, pattern in _SECTIONS if re.search(pattern, bare)), None)
