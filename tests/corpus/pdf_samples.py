"""A maker of small PDF files."""

from __future__ import annotations

Line = tuple[float, float, str] | tuple[float, float, str, float]


def make_pdf(pages: list[list[Line]], info: str = "") -> bytes:
    """A page is a list of (x, y, words[, type size]) in points from bottom left.

    Letters beyond ASCII travel by a ToUnicode table.
    """
    letters = sorted({letter for page in pages for line in page for letter in line[2]})
    codes = {letter: index + 33 for index, letter in enumerate(letters)}
    widths = " ".join("500" for _ in range(256))
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 0 /LastChar 255 /Widths [{widths}] "
        "/FontDescriptor << /Type /FontDescriptor /FontName /Helvetica /Flags 32 /FontBBox [0 -200 1000 800] "
        "/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /ItalicAngle 0 >> /ToUnicode 4 0 R >>",
        _stream(_cmap(codes)),
    ]
    for number, page in enumerate(pages):
        content = f"{6 + 2 * number} 0 R"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {content} >>",
            _stream("".join(_shown(line, codes) for line in page)),
        ]
    return _file([*objects, f"<< {info} >>"])


def _cmap(codes: dict[str, int]) -> str:
    table = "".join(f"<{code:02x}> <{ord(letter):04x}>\n" for letter, code in codes.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(codes)} beginbfchar\n{table}endbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )


def _shown(line: Line, codes: dict[str, int]) -> str:
    size = line[3] if len(line) == 4 else 10
    words = "".join(f"{codes[letter]:02x}" for letter in line[2])
    return f"BT /F {size} Tf {line[0]} {line[1]} Td <{words}> Tj ET\n"


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _file(objects: list[str]) -> bytes:
    data, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"trailer << /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return f"{data}xref\n0 {size}\n0000000000 65535 f \n{table}{tail}".encode("latin-1")
