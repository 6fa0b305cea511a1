"""Function words that carry no meaning of their own in a question or a passage, per language.

Question words are among them: "who" and "сколько" say what kind of answer is wanted, not where it stands.
Words that decide a meaning (not, without, against, нет, без) are kept searchable.
"""

ENGLISH = frozenset(
    """a about after all also am an and any are as at be because been before being both but by can could did do does
    doing during each for from had has have having he her hers him his how i if in into is it its itself just me more
    most my of on once only or other our out over own s same she should so some such t than that the their them then
    there these they this those through to too under until up very was we were what when where which while who whom
    whose why will with would you your tell please many much""".split()
)

RUSSIAN = frozenset(
    """а бы был была были было быть в вам вас ведь весь во вот все всего всех вы где да даже для до его ее ей ему если
    есть еще же за и из из-за или им ими их к как какая какие какими каких какой какого какова каковы какое какую
    каком когда кого ком которая которого которое которой которую которые который которых которым кто куда ли лишь
    между меня мне многие может мой мы на над нам нас него нее ней нему ним них но ну о об однако он она они оно от
    откуда очень перед по под после потому почему при про с сам свое своего своей свои своих свою себе себя сейчас
    сколько скольким скольких со так также такие такой там те тем то тогда того тоже той только том тот ту тут ты у
    уже чего чем через что чтобы чье чья чей чьи эта эти этих это этого этой этом этот эту я""".split()
)

TAJIK = frozenset(
    """аз аст ба бар барои бе бо буд буда буданд бошад бошанд ва вай вале ви гар гуфт гуфта дар доир дорад доранд дошт
    ё зеро и илова имсол ин инро инчунин ки кадом кадоме кадомҳо касе кист кистанд кай ки куҷо кӣ ку ман мо магар
    мешавад мешаванд монанди на назди нест низ ӯ онҳо он онро пас пеш рӯи ту то тавр танҳо у ҳам ҳамаи ҳамчун ҳамин
    ҳар ҳаст ҳастанд чаро чи чиро чист чӣ чанд чандон чун чунин ҷиҳати шавад шаванд шуд шуда шудааст шудаанд шуданд
    шумо шумораи эшон як ягон""".split()
)
