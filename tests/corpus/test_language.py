from __future__ import annotations

import pytest

from corpus.document import Language
from corpus.ingest import library_files
from corpus.language import detect

CASES: list[tuple[Language, str]] = [
    # English
    ("en", "How many people were refused entry to Russia in January-July 2024?"),
    ("en", "deportation numbers"),
    ("en", "patents 2024"),
    ("en", "Rahmon Putin"),
    ("en", "Vnukovo airport"),
    ("en", "Human Rights Watch"),
    ("en", "What does «Светлая Русь» do?"),
    ("en", "Who is Эмомали Рахмон?"),
    ("en", "ФМС head"),
    ("en", "Why did Rahmon's government protest?"),
    ("en", "Is a visa regime planned?"),
    ("en", "Crocus City Hall attack aftermath"),
    ("en", "Sirojiddin Muhriddin Moscow October 7"),
    ("en", "The newspaper «Известия» reported on 5 May that the ministers had met in Dushanbe."),
    ("en", "Café owner Zoë says migrants left."),
    # Russian
    ("ru", "Сколько мигрантов депортировали в 2024 году?"),
    ("ru", "депортация таджиков"),
    ("ru", "Рахмон"),
    ("ru", "Душанбе"),
    ("ru", "запрет на въезд"),
    ("ru", "трудовые мигранты"),
    ("ru", "Что такое Human Rights Watch?"),
    ("ru", "Что говорит Human Rights Watch о высылках из России?"),
    ("ru", "Crocus City Hall теракт"),
    ("ru", "доклад FIDH"),
    ("ru", "Кто такой Муҳриддин?"),
    ("ru", "МИД РТ заявил, что Сироҷиддин Муҳриддин выступил в Москве."),
    ("ru", "ФМС ЕАЭС СНГ"),
    ("ru", "Почему выслали таджикских рабочих?"),
    ("ru", "реестр контролируемых лиц"),
    ("ru", "А что было потом?"),
    ("ru", "Об этом Asia-Plus сообщил источник в МВД."),
    ("ru", "Точка зрения историков"),
    ("ru", "Хоровод манекенов"),
    ("ru", "Объезд границы"),
    ("ru", "Меры по местам и методам учёта"),
    ("ru", "МО РФ опровергло"),
    # Tajik in its own letters
    ("tg", "Чанд нафар дар фурудгоҳи Внуково буданд?"),
    ("tg", "муҳоҷирони меҳнатӣ"),
    ("tg", "Тоҷикистон Русия"),
    ("tg", "ихроҷи тоҷикон"),
    ("tg", "Кӣ гуфт?"),
    ("tg", "Чаро муҳоҷирон Русияро тарк мекунанд?"),
    ("tg", "манъи вуруд"),
    ("tg", "Human Rights Watch чӣ гуфт?"),
    ("tg", "Дар бораи Crocus City Hall чӣ навиштаанд?"),
    ("tg", "Вазорати корҳои хориҷии Тоҷикистон изҳор дошт."),
    ("tg", "Эмомалӣ Раҳмон"),
    ("tg", "Баъди ҳамла чӣ шуд?"),
    ("tg", "шаҳрвандии дугона"),
    ("tg", "Реестри контролируемых лиц чист?"),
    # Tajik typed with Russian letters
    ("tg", "Чанд нафар дар фурудгохи Внуково буданд?"),
    ("tg", "мухочирони мехнати"),
    ("tg", "ихрочи точикон"),
    ("tg", "Дар соли 2024 чанд мухочир аз Русия ихроч шуд?"),
    ("tg", "Чаро Точикистон эътироз кард?"),
    ("tg", "Кадом кишвархо мухочиронро кабул мекунанд?"),
    ("tg", "Вазорати корхои хоричи чи гуфт?"),
    ("tg", "раводид барои точикон"),
    ("tg", "Ки сафири Точикистон аст?"),
    ("tg", "депортатсия аз Русия"),
    ("tg", "Онхо дар кучо кор мекунанд?"),
    ("tg", "маблаги мухочирон чанд аст"),
    ("tg", "шахрвандии Русия"),
    # Neither
    ("und", ""),
    ("und", "   \n"),
    ("und", "2024"),
    ("und", "?! … 57 %"),
    ("und", "移民"),
    ("und", "مهاجران تاجیک در روسیه"),
    ("und", "Wie viele Menschen wurden nicht nach Russland gelassen und warum?"),
    ("und", "Combien de migrants ont été expulsés de Russie pour cette raison?"),
    ("und", "Скільки мігрантів вислали з Росії і чому їх не пустили?"),
    ("und", "Қазақстандағы еңбек мигранттарының саны қанша?"),
]


def test_the_table_holds_enough_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(("language", "text"), CASES)
def test_detects_the_language_of_a_line(language: Language, text: str) -> None:
    assert detect(text) == language


def test_detects_the_language_of_every_digest() -> None:
    wrong = [(draft.id, draft.language) for _, draft in library_files() if detect(draft.text) != draft.language]
    assert wrong == []


def test_detects_the_language_of_every_paragraph_of_the_library() -> None:
    """The English digests of Russian and Tajik sources end in a summary in the language of the source."""
    wrong = []
    for _, draft in library_files():
        language = draft.language
        for paragraph in draft.text.split("\n\n"):
            language = {"Кратко": "ru", "Мухтасар": "tg"}.get(paragraph, language)
            if len(paragraph) > 60 and detect(paragraph) != language:
                wrong.append((draft.id, paragraph))
    assert wrong == []


def test_one_foreign_line_does_not_change_the_language_of_a_document() -> None:
    english = "The embassy said that the workers had been sent home. " * 5
    assert detect(english + "\n\nЭта запись также доступна на русском языке.") == "en"
