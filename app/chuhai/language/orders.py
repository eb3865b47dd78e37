"""Orders that a question has no right to give: text is answered, never obeyed.

Closed classes of wording in both languages: to drop the rules or the sources, to show what
is behind the answers, to make up words or figures, to take up another role, to harm others.
"""

import re

from chuhai.language.normalise import fold

_ZH = r"""
    (?:忽略|无视|别管|不用管|不要管|抛开|忘掉|忘记|跳过|绕过|解除|取消).{0,14}
        (?:指令|规则|设定|提示|限制|原文|引用|出处|来源|约束|要求)
    |(?:没有任何限制|不受(?:任何)?限制|开发者模式|越狱|dan模式|是dan\b|限制的dan)
    |(?:编造?|杜撰|伪造|捏造|虚构|瞎编|乱编|胡编|凭空).{0,12}
        (?:一?[句段条]|话|引文|引用|数字|数据|出处|原话|语录|名言)
    |(?:贴|输出|背|公布|告诉|给|显示|打印|念|复述|透露|泄露).{0,24}
        (?:系统提示|提示词|设定|初始指令|系统指令|内部规则)
    |(?:系统提示|提示词|背后的设定|开头收到的|初始指令|系统指令|内部规则).{0,24}
        (?:贴|输出|背|公布|告诉|给我|显示|打印|念|说出|复述|一字不漏|是什么)
    |从(?:现在|这句|此刻|今)起.{0,4}你(?:是|就是|扮演|将)
    |随便.{0,6}(?:挂|标|安|写|编).{0,4}(?:出处|引用|来源)
    |不(?:要|用|必)(?:任何)?(?:引用|出处|来源|标注)
    |(?:批量|自动)?(?:爬取?|抓取|盗取|窃取|骗取|购买).{0,12}(?:邮箱|手机号|个人信息|账号|密码|隐私|名单)
    |(?:刷|买)(?:假|水军|粉丝|好评|差评)|抹黑(?:对手|竞品|同行)
    |(?:黑进|入侵|攻击).{0,12}(?:系统|网站|后台|数据库|服务器|账号|账户|邮箱)
"""
_EN = r"""
    \b(?:ignore|disregard|forget|override|bypass|drop|skip|disable)\b.{0,30}
        \b(?:instructions?|rules?|prompts?|guidelines?|restrictions?|citations?|sources?|filters?)\b
    |\b(?:citations?|sources?|rules?|filters?|restrictions?)\ (?:are|is)\ (?:now\ )?
        (?:disabled|off|lifted|suspended)
    |\bsystem\ prompt\b|\bdeveloper\ mode\b|\bjailbreak|\byou\ are\ now\b|\bpretend\ (?:to\ be|you)
    |\b(?:print|reveal|show|repeat|output|paste|leak|recite)\b.{0,40}
        \b(?:your|hidden|initial|system)\b.{0,20}\b(?:prompts?|instructions?|rules?|configuration)\b
    |\b(?:make\ up|making\ up|invent|fabricate|fake|forge|concoct)\b.{0,40}
        \b(?:quot\w*|figures?|numbers?|statistics?|stats?|sources?|citations?|lines?|words|data)\b
    |\b(?:answer|reply|respond|write|talk)\b.{0,30}\b(?:without|with\ no|no)\b.{0,12}
        \b(?:sources?|citations?|references?|evidence)\b
    |\b(?:no|without)\ (?:any\ )?sources\b
    |\bfootnote\ it\b|\bsecretly\W+(?:confess|said|admit)|\bstate\ as\ (?:a\ )?fact\ that\b
    |\bnew\ (?:rule|instruction)s?\ from\b
    |\b(?:scrape|harvest|steal|phish|hack|crack|spoof)\b.{0,40}
        \b(?:e-?mails?|contacts?|accounts?|passwords?|profiles?|data|details)\b
    |\bfake\ (?:reviews?|followers?)\b
"""
# Wrongs that a document may well tell of: an order only where help with them is asked for.
_WRONGS = r"行贿|贿赂|洗钱|偷税|逃税|\bbrib(?:e|ing|es)\b|\blaunder|\bevad(?:e|ing)\ tax"
_HELP = r"怎么|怎样|如何|咋|教我|帮我|办法|\bhow\b|\bhelp\b|\bways?\ to\b|\bteach\b"
_ORDERS = re.compile(f"{_ZH}|{_EN}", re.I | re.X | re.S)
_HELP_WITH_WRONGS = re.compile(f"(?=.*(?:{_WRONGS}))(?=.*(?:{_HELP}))", re.I | re.S)


def gives_orders(question: str) -> bool:
    """Whether the question asks for the rules to be dropped, for inventions or for harm."""
    text = fold(question)
    return bool(_ORDERS.search(text) or _HELP_WITH_WRONGS.match(text))
