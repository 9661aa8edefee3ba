"""`suptime template`, and documents made with templates of one's own."""

import io
from pathlib import Path

import pytest
from driving import Suptime
from pypdf import PdfReader


@pytest.fixture
def month(acme: Suptime) -> Suptime:
    """Acme with an hour of October, looked at in November, and an empty folder of templates."""
    acme.at("2026-10-06T15:00:00Z")
    acme("log CASE-123 60m --from '2026-10-05 09:00'")
    acme.at("2026-11-02T15:00:00Z")
    (acme.home / "templates").mkdir()
    config = acme.home / "config.toml"
    config.write_text("")
    acme.set(SUPTIME_CONFIG=str(config))
    return acme


def own(month: Suptime, name: str, text: str | bytes) -> Path:
    """A template of the person's own."""
    path = month.home / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pdf(month: Suptime) -> str:
    month(f"invoice --format pdf --out {month.home / 'out'}")
    made = (month.home / "out" / "2026-10-acme.pdf").read_bytes()
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def test_the_shipped_templates_are_listed_by_name(month: Suptime):
    lines = month("template list").out.splitlines()
    assert lines[0].split() == ["Template", "For", "From"]
    assert "invoice.html.j2         page      shipped" in lines
    assert "invoice.typ             PDF       shipped" in lines
    names = [line.split()[0] for line in lines[1:]]
    assert names == sorted(names)


def test_a_copy_is_listed_as_ones_own_and_changes_nothing_by_itself(month: Suptime):
    before = month("invoice --format html").out
    path = month.home / "templates" / "invoice.html.j2"
    assert month("template copy invoice.html.j2").out == f"Copied invoice.html.j2 to {path}.\n"
    (entry,) = [t for t in month("template list --format json").json["templates"] if t["name"] == path.name]
    assert entry == {"name": "invoice.html.j2", "kind": "page", "source": "own", "path": str(path)}
    assert month("invoice --format html").out == before


def test_a_copy_for_programs_is_told_as_json(month: Suptime):
    path = month.home / "templates" / "clients" / "acme" / "document.css"
    assert month("template copy document.css --client ACME --format json").json == {
        "template": {"name": "document.css", "kind": "style", "source": "own", "path": str(path)}
    }
    assert path.is_file()


def test_the_folder_is_made_beside_the_settings_file_where_it_is_missing(acme: Suptime):
    path = acme.home / ".config" / "suptime" / "templates" / "invoice.typ"
    assert acme("template copy invoice.typ").out == f"Copied invoice.typ to {path}.\n"
    assert path.is_file()


def test_a_copy_that_was_changed_is_kept_unless_force_is_given(month: Suptime):
    path = own(month, "invoice.md.j2", "mine\n")
    assert month("template copy invoice.md.j2", code=3).err == (
        f"Error: Template {path} already exists.\nTo overwrite your changes, add --force.\n"
    )
    assert path.read_text() == "mine\n"
    month("template copy invoice.md.j2 --force")
    assert "say.title" in path.read_text()


def test_a_folder_in_the_copys_place_is_not_touched(month: Suptime):
    path = month.home / "templates" / "base.html.j2"
    path.mkdir()
    assert month("template copy base.html.j2 --force", code=2).err == (
        f"Error: {path} is a folder.\nMove it away.\n"
    )


@pytest.mark.parametrize(
    "name", ["../invoice.html.j2", "/etc/passwd", "clients/../../x.css", ".", "default/invoice.typ"]
)
def test_a_name_that_leads_elsewhere_is_no_templates_name(month: Suptime, name: str):
    assert month(["template", "copy", name], code=3).err.startswith(f'Error: There is no template "{name}".')
    assert not list((month.home / "templates").iterdir())


def test_a_mistyped_template_is_answered_with_the_nearest(month: Suptime):
    assert month("template copy invoice.html", code=3).err == (
        'Error: There is no template "invoice.html". Did you mean invoice.html.j2, invoice.typ or '
        "invoice.md.j2?\nTry: suptime template list\n"
    )


def test_a_page_that_changes_one_part_of_the_shipped_one_has_the_rest_of_it(month: Suptime):
    own(
        month,
        "invoice.html.j2",
        '{% extends "default/invoice.html.j2" %}\n{% block ending %}<p>For {{ invoice.client_name }}: thank you, '
        "{{ say.title(invoice) }}</p>{{ super() }}{% endblock %}\n",
    )
    made = month("invoice --format html").out
    assert "<p>For Acme Leads: thank you, Draft invoice</p>" in made
    assert "<h1>Draft invoice</h1>" in made


def test_a_report_has_a_template_of_its_own_or_that_of_all_documents(month: Suptime):
    own(
        month,
        "document.html.j2",
        '{% extends "default/document.html.j2" %}{% block title %}Ours{% endblock %}',
    )
    page = month("report statement --client acme --format html").out
    assert "<title>Ours</title>" in page
    assert "Acme Leads" in page
    own(
        month,
        "clients/acme/statement.html.j2",
        "{{ document.client_name }}|{{ say.comes_to|string|length > 0 }}|{{ body }}",
    )
    made = month("report statement --client acme --format html").out
    assert made.startswith('Acme Leads|True|<article class="document">')
    own(month, "time.md.j2", "# Our time\n\n{{ body }}")
    assert month("report time --format markdown").out.startswith("# Our time\n\n# Time by case")


def test_a_style_of_ones_own_stands_in_the_shipped_page(month: Suptime):
    own(month, "document.css", '{% include "default/document.css" %}\nh1 { color: #123456; }\n')
    made = month("invoice --format html").out
    assert "h1 { color: #123456; }" in made
    assert ".totals" in made


def test_a_folder_for_one_client_comes_before_the_others(month: Suptime):
    own(month, "invoice.md.j2", "everybody's\n")
    own(month, "clients/acme/invoice.md.j2", "{{ document.invoices[0].client_name }}'s own\n")
    assert month("invoice --format markdown").out == "Acme Leads's own\n"
    names = [t["name"] for t in month("template list --format json").json["templates"]]
    assert names[:2] == ["acknowledgement.txt.j2", "base.html.j2"]
    assert "clients/acme/invoice.md.j2" in names


def test_what_people_typed_is_escaped_in_a_template_of_ones_own(month: Suptime):
    month(["case", "edit", "CASE-123", "--subject", "<b>bold</b>"])
    own(month, "invoice.html.j2", "{{ document.invoices[0].cases[0].subject }}")
    assert month("invoice --format html").out == "&lt;b&gt;bold&lt;/b&gt;"


def test_the_folder_can_be_named_in_the_settings(month: Suptime):
    elsewhere = month.home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "invoice.md.j2").write_text("from elsewhere\n")
    (month.home / "config.toml").write_text('[documents]\ntemplates = "elsewhere"\n')
    assert month("invoice --format markdown").out == "from elsewhere\n"


def test_a_folder_that_is_not_there_is_named(month: Suptime):
    config = month.home / "config.toml"
    config.write_text('[documents]\ntemplates = "nowhere"\n')
    assert month("invoice --format html", code=2).err == (
        f"Error: Folder {month.home / 'nowhere'} does not exist (documents.templates).\nCorrect it in {config}.\n"
    )


OUT = "Correct the template, or move it out of its folder."
WRONG = {
    "a block that is not closed": (
        "\n{% for a in [] %}\n",
        (
            ", line 2: Unexpected end of template. Jinja was looking for the following tags: 'endfor' or 'else'. "
            "The innermost block that needs to be closed is 'for'."
        ),
        OUT,
    ),
    "a name that is not there": ("\n\n{{ invoice.nmber }}", ", line 3: 'invoice' is undefined.", OUT),
    "a key that is not there": (
        "{{ document.invoices[0].nmber }}",
        ", line 1: 'dict object' has no attribute 'nmber'.",
        OUT,
    ),
    "a look behind the data": (
        "\n{{ document.month.__class__ }}",
        ", line 2: access to attribute '__class__' of 'str' object is unsafe.",
        OUT,
    ),
    "a filter that is not there": ("{{ 1|nothing }}", ", line 1: No filter named 'nothing'.", OUT),
    "a template that is not there": (
        '{% include "nothing.css" %}',
        ', line 1: there is no template "nothing.css".',
        OUT,
    ),
    "a file above the folder": (
        '{% include "../config.toml" %}',
        ', line 1: there is no template "../config.toml".',
        OUT,
    ),
    "itself": (
        '{% extends "invoice.html.j2" %}',
        ": it comes back to itself.",
        "A template takes the shipped one as default/NAME.",
    ),
    "a sum of words": ("{{ 'a' + 1 }}", ', line 1: can only concatenate str (not "int") to str.', OUT),
    "too long a loop": (
        "{% for i in range(10000000000) %}{% endfor %}",
        ", line 1: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).",
        OUT,
    ),
    "bytes that are no text": (b"\xff\xfe", ": it is not UTF-8 text.", OUT),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_in_a_page_is_told_with_its_file_and_line(month: Suptime, fault: str):
    text, said, hint = WRONG[fault]
    path = own(month, "invoice.html.j2", text)
    done = month(f"invoice --format html --out {month.home / 'out'}", code=2)
    assert (done.out, done.err) == ("", f"Error: The template {path}{said}\n{hint}\n")
    assert not (month.home / "out").exists()


ESCAPES = (
    "document.__class__",
    "''['__class__']",
    "''|attr('__class__')",
    "().__class__.__base__.__subclasses__()",
    "tr.__globals__",
    "say.title.__globals__",
    "say.title.__code__",
    "cycler.__init__.__globals__",
    "joiner.__init__.__globals__.os.popen('id').read()",
    "lipsum.__globals__['os'].environ",
    "namespace().__init__",
    "self._TemplateReference__context",
    "self.__init__.__globals__",
    "'{0.__class__.__base__}'.format(1)",
    "'{a.__init__}'.format_map({'a': cycler})",
    "(document.items()|first).__getitem__.__self__",
    "say.title.func_globals",
    "caller.__closure__",
)


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_template_reaches_nothing_but_the_document(month: Suptime, escape: str):
    path = own(month, "invoice.html.j2", f"\n{{% set found = {escape} %}}\n{{{{ found }}}}")
    done = month("invoice --format html", code=2)
    assert done.out == ""
    assert done.err.startswith(f"Error: The template {path}, line ")
    assert done.err.count("\n") == 2


def test_what_a_template_does_to_its_document_stays_in_that_page(month: Suptime):
    own(month, "invoice.html.j2", "{% set _ = document.invoices.clear() %}{{ document.invoices|length }}")
    assert month("invoice --format html").out == "0"
    assert len(month("invoice --format json").json["invoices"]) == 1
    month("invoice --issue --format html")
    assert "150.00" in month("invoice show INV-2026-0001 --format text").out


def test_a_fault_in_a_part_of_the_page_names_that_part(month: Suptime):
    path = own(month, "base.html.j2", "<html>\n{{ nothing }}\n{% block body %}{% endblock %}")
    assert month("invoice --format html", code=2).err == (
        f"Error: The template {path}, line 2: 'nothing' is undefined.\n{OUT}\n"
    )


def test_a_pdf_of_ones_own_may_take_parts_of_the_shipped_one_and_pictures(month: Suptime):
    own(month, "mark.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    own(month, "words.typ", '#let thanks = [Thank you kindly]\n#let mark = image("mark.svg")\n')
    own(
        month,
        "invoice.typ",
        '#import "default/invoice.typ": data, totals\n#import "words.typ": *\n'
        '#set document(title: "ours")\n#mark #thanks\n#totals(data.invoices.first())\n',
    )
    made = pdf(month)
    assert "Thank you kindly" in made
    assert "Total USD\u00a0150.00" in made


TYPST = {
    "a name that is not there": ("#let a = 1\n#nothing", ", line 2: unknown variable: nothing."),
    "a bracket that is not closed": ("#let a = (\n", ", line 1: unclosed delimiter."),
    "a key that is not there": (
        '#import "default/invoice.typ": data\n#data.nothing',
        ', line 2: dictionary does not contain key "nothing".',
    ),
    "a file above the folder": (
        '#read("../config.toml")',
        ', line 1: path `"../config.toml"` would escape the project root.',
    ),
    "a package": ('\n#import "@preview/cetz:0.3.0": *', ", line 2: packages are not fetched."),
}


@pytest.mark.parametrize("fault", TYPST)
def test_a_fault_in_a_pdfs_template_is_told_with_its_file_and_line(month: Suptime, fault: str):
    text, said = TYPST[fault]
    path = own(month, "invoice.typ", text)
    done = month(f"invoice --format pdf --out {month.home / 'out'}", code=2)
    assert (done.out, done.err) == ("", f"Error: The template {path}{said}\n{OUT}\n")
    assert not (month.home / "out").exists()


def test_a_fault_in_a_file_that_a_pdfs_template_takes_names_that_file(month: Suptime):
    path = own(month, "words.typ", "\n#let a = nothing\n")
    own(month, "invoice.typ", '#import "words.typ": *\n')
    assert month(f"invoice --format pdf --out {month.home / 'out'}", code=2).err == (
        f"Error: The template {path}, line 2: unknown variable: nothing.\n{OUT}\n"
    )


def test_nothing_of_the_machine_is_in_reach_of_a_pdfs_template(month: Suptime):
    own(month, "invoice.typ", '#read("/etc/hostname")')
    assert "file not found" in month(f"invoice --format pdf --out {month.home / 'out'}", code=2).err


def test_nothing_is_issued_while_a_template_has_a_fault(month: Suptime):
    own(month, "invoice.html.j2", "{{ nothing }}")
    done = month(f"invoice --month 2026-10 --issue --format html --out {month.home / 'out'}", code=3)
    assert "document-fails:acme: Cannot make the invoice of acme." in done.err
    assert "'nothing' is undefined" in done.err
    assert month("invoice list --format json").json == {"invoices": []}
    assert list((month.home / "out").iterdir()) == []


def test_an_acknowledgement_is_written_by_a_template_of_ones_own(month: Suptime):
    own(month, "acknowledgement.txt.j2", "We have it: {{ document.case.case }}\n")
    message = month.home / "message.eml"
    message.write_text("From: eve@acme.example\nTo: help@firm.example\nSubject: Help\n\nHelp.\n")
    month(["contact", "add", "acme", "eve@acme.example"])
    done = month(f"case open --from-email {message} --client acme --format json").json
    assert "We have it: CASE-" in Path(done["acknowledgement"]).read_text()
