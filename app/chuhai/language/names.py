"""Names and years that a question is about: what a document either has or does not."""

import re

from chuhai.language.asks import asks_for
from chuhai.language.detect import has_han
from chuhai.language.normalise import fold

# A capital within a sentence.
_LATIN = re.compile(r"(?<![\w'’-])[A-Z][\w-]*[a-z]\w*")
# All capitals name somebody (BYD, SAP) unless they stand for a common thing.
_CAPITALS = re.compile(r"(?<![A-Za-z0-9'’&-])[A-Z]{3,}(?![A-Za-z0-9&-])")
_COMMON = frozenset(
    """ABM AMA AND AOV APAC API APP ASAP ASEAN ATL BANT BTL BTW CAC CAGR CDP CEO CFO CIF
    CIO CLV CMO CMS CNY COO CPA CPC CPL CPM CPO CRM CRO CSO CSR CTA CTO CTR CTV DAM DAN DAU
    DMP DOI DSP DTC EDM EPC ERP ESG ETA EUR FAQ FMCG FOB FOMO FYI GBP GDP GDPR
    GEO GMV GPT GTM HTML HVAC ICP IMO IOT IPO ISO ISV KOC KOL KPI LATAM LCD LED LLC LLM LOI
    LTD LTV MAU MBA MLM MNC MOQ MOU MQL MRO MVP NDA NGO NOT NPS OBM ODM OEM OKR OOH OTT
    PDF PLG POC POS PPC PPT PSI PVC QBR RFI RFP RFQ RMB ROAS ROI SAAS SAL SAM SDR SEA SEM
    SEO SERP SKU SLA SMB SME SMS SOE SOP SOV SQL SSP SWOT TAM TBD TCO THE TOFU UGC URL
    USA USD USP UTM VAR VAT VIP VPN WFH WOM YTD""".split()
)
_YEAR = re.compile(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)")
_SENTENCE_START = ".?!:：。？！“\"'("
# Tags of persons, places, organisations and other names (ICTCLAS set).
_NAME_TAGS = frozenset({"nr", "ns", "nt", "nz"})
# «US» is a place, «us» the asker.
# What an answer is to be written in is not what it is about.
_LANGUAGES = frozenset("中文 英文 英语 汉语 普通话 Chinese English Mandarin".split())
_FIRST_PERSON = re.compile(r"我|咱|俺|\bI\b|\b(?:[Ww]e|us|[Oo]urs?|[Mm]y|[Mm]ine|me)\b")


def first_person(text: str) -> bool:
    """Whether the asker speaks of themselves."""
    return bool(_FIRST_PERSON.search(text))


def names_in(text: str) -> list[str]:
    """Names by their tag (Chinese) or capital letter (Latin, not at a sentence's start), years.

    None where the question speaks in the first person: then names tell of the asker. No
    Chinese places where it asks for advice: they say where to, and the advice is general.
    """
    return [] if first_person(text) else proper_names(text, places="advice" not in asks_for(text))


def proper_names(text: str, *, places: bool = True) -> list[str]:
    """All names and years in a text, whoever speaks; Chinese places only where wanted."""
    found: list[str] = []
    if has_han(text):
        import rjieba

        tags = _NAME_TAGS if places else _NAME_TAGS - {"ns"}
        tagged = rjieba.tag(fold(text))
        found += [word for word, tag in tagged if tag[:2] in tags and len(word) > 1]
    shouted = text.upper() == text and not has_han(text)
    if not shouted:
        found += _CAPITALS.findall(text)
    for match in _LATIN.finditer(text):
        before = text[: match.start()].rstrip()
        if before and before[-1] not in _SENTENCE_START:
            found.append(match[0])
    named = (name for name in found if name not in _LANGUAGES and not _is_common(name))
    return [*named, *_YEAR.findall(text)]


def _is_common(name: str) -> bool:
    return name.removesuffix("s") in _COMMON


def is_name(word: str) -> bool:
    """Whether a Chinese word by itself is tagged as a name."""
    import rjieba

    tagged = rjieba.tag(word)
    return len(tagged) == 1 and tagged[0][1][:2] in _NAME_TAGS
