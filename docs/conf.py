"""Settings of the documentation."""

import runpy
import sys
from pathlib import Path

import sphinxext.llmpipeline

EXAMPLES = Path(__file__).parent / "examples"
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "sphinxext-llmpipeline"
author = "The sphinxext-llmpipeline developers"
copyright = "The sphinxext-llmpipeline developers"
version = release = sphinxext.llmpipeline.__version__

extensions = [
    "colour_samples",
    "declared_settings",
    "line_breaks",
    "notebook_lexer",
    "paper",
    "thumbnails",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxext.llmpipeline",
]
needs_sphinx = "7.4"  # for the directive `confval`
exclude_patterns = ["_build", "examples"]
numfig = True
nitpicky = True
# The name of a type, and classes of other packages, because a build fetches nothing from the network.
nitpick_ignore = [
    ("py:class", "Figure"),
    ("py:class", "Format"),
    ("py:class", "graphviz.Digraph"),
    ("py:class", "os.PathLike"),
]
nitpick_ignore_regex = [("py:(class|obj)", r"(collections\.abc|typing)\..*")]
add_module_names = False  # nearly all are of one module, which the page names
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

# The kind of nodes that the page on configuration adds.
llmpipeline_style = runpy.run_path(str(EXAMPLES / "howto" / "own-kinds-conf.py"))["llmpipeline_style"]

# The function on the page about plots: it changes one diagram.
sys.path.insert(0, str(EXAMPLES))
llmpipeline_finish = "finishing:finish"

html_theme = "furo"
html_title = "sphinxext-llmpipeline"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_extra_path = ["_extra"]
html_css_files = ["docs.css"]

# The styles of two how-tos.
sys.path.insert(0, str(EXAMPLES / "howto"))
llmpipeline_styles = {
    "house": "house_style:PIPELINES",
    **runpy.run_path(str(EXAMPLES / "howto" / "serif-conf.py"))["llmpipeline_styles"],
}

# The teams of the tutorial.
llmpipeline_categories = {
    "search": "Search team",
    "serving": "Serving team",
}

latex_documents = [
    ("index", "llmpipeline.tex", project, author, "howto"),
    ("cheatsheet", "llmpipeline-cheatsheet.tex", "Cheat sheet", author, "howto"),
]
latex_additional_files = ["comparison/drawings.pdf"]
latex_show_urls = "footnote"
latex_domain_indices = False  # a page for one module
# The cheat sheet is a page without a title page and contents.
_IF_SHEET = r"\ifnum\pdfstrcmp{\jobname}{llmpipeline-cheatsheet}=0 "
latex_elements = {
    "maketitle": _IF_SHEET + r"{\LARGE\bfseries sphinxext-llmpipeline: cheat sheet\par}\else\sphinxmaketitle\fi",
    "tableofcontents": _IF_SHEET + r"\else\sphinxtableofcontents\clearpage\fi",
    "figure_align": "H",  # behind its declarations, and not inside the next ones
    "preamble": r"""
% Letters of diagrams whose source is shown, ellipses, and a sign of the tables about speed.
\DeclareUnicodeCharacter{03A3}{\ensuremath{\Sigma}}
\DeclareUnicodeCharacter{03B2}{\ensuremath{\beta}}
\DeclareUnicodeCharacter{03C3}{\ensuremath{\sigma}}
\DeclareUnicodeCharacter{2212}{\ensuremath{-}}
\DeclareUnicodeCharacter{22EE}{\ensuremath{\vdots}}
\DeclareUnicodeCharacter{22EF}{\ensuremath{\cdots}}
\DeclareUnicodeCharacter{2264}{\ensuremath{\leq}}
% The contents name the pages of the manual, which have numbers. Their title is not that of the first list of pages.
\setcounter{tocdepth}{1}
\setcounter{secnumdepth}{1}
\addto\captionsenglish{\renewcommand{\contentsname}{Contents}}
\makeatletter
\renewcommand\l@section{\@dottedtocline{1}{0em}{2.3em}}
\makeatother
% Large figures, each between its heading and the next, make room for their declarations on the page before.
\usepackage{placeins}
\newcommand\floatingfigures{\renewenvironment{figure}[1][]{\begin{figure*}[htbp]}{\end{figure*}}%
  \newcommand\subsubsectionbreak{\FloatBarrier\pagebreak[3]}\let\subsectionbreak\subsubsectionbreak
  \renewcommand\topfraction{.85}\renewcommand\textfraction{.1}\renewcommand\floatpagefraction{.8}}
% Drawings side by side: in the box of their row, an empty line between two of them ends nothing.
\makeatletter
\newenvironment{drawings}{\renewenvironment{figure}[1][]{\begin{minipage}[t]{\drawingwidth}\def\@captype{figure}%
  \let\@parboxrestore\centering\centering}{\end{minipage}\hfil}%
  \par\bigskip\noindent\hbox to\linewidth\bgroup\hfil}{\egroup\par}
\makeatother
% The cheat sheet begins a page of the manual. By itself, it is a page.
\newcommand\sheetpage{"""
    + _IF_SHEET
    + r"""\else\clearpage\fi}
% A colour between two headings would let a page end there: it belongs to the text of the second.
\titleformat{\subsection}{\large\sffamily\bfseries}{}{0pt}{\textcolor{TitleColor}}
\titleformat{\subsubsection}{\normalsize\sffamily\bfseries}{}{0pt}{\textcolor{TitleColor}}
\titleformat{\paragraph}{\normalsize\sffamily\bfseries}{}{0pt}{\textcolor{TitleColor}}
% Words of code do not break, so gaps between words are even if lines end where they may, also in cells of tables.
\AtBeginDocument{\raggedright}
\NewCommandCopy\justifiedvarwidth\varwidth
\renewcommand\varwidth[2][t]{\justifiedvarwidth[#1]{#2}\raggedright}
% Four lines of a listing come before its page ends, and four after that. Its number of lines is in \listinglines.
\newcount\listingline
\newcount\listinglines
\listinglines=100000
\AddToHook{env/sphinxVerbatim/begin}{\global\listingline=0 }
\AddToHook{env/sphinxVerbatim/after}{\global\listinglines=100000 }
\makeatletter
\def\FV@ListProcessLine@iv#1{% of the fourth line and the next ones, each of which puts the line before it on the page
  \global\advance\listingline 1
  \ifnum\listingline<3 \nobreak \else
    \ifnum\numexpr\listinglines-\listingline<5 \nobreak \else \penalty\interlinepenalty \fi \fi
  \box\@tempboxa
  \setbox\@tempboxa=\FV@ListProcessLine{#1}}
\makeatother
% Some rows of a table that may break come after its head.
\AddToHook{env/longtable/before}{\Needspace{7\baselineskip}}
% A heading has room for these lines, too, and for one more of its own, so that it stands not alone at the foot.
\AddToHook{cmd/section/before}{\Needspace{9\baselineskip}}
\AddToHook{cmd/subsection/before}{\Needspace{9\baselineskip}}
% A page may end before the index entries of an object and the target of links to it, but not between them and its
% signature, where Sphinx wants it to end.
\usepackage{etoolbox}
\AddToHook{cmd/index/before}{\ifvmode\ifnum\lastnodetype=9 \else\addpenalty{-100}\fi\fi}
\AddToHook{env/fulllineitems/begin}{\csname @beginparpenalty\endcsname=10000 }
\patchcmd\pysigstopsignatures{\penalty-100}{\nobreak}{}{}
% No page begins or ends with a single line of a paragraph.
\widowpenalty=10000
\clubpenalty=10000
% Footnotes are at the foot of a page that is not full, too.
\AddToHook{cmd/footnoterule/before}{\vfill}
% Numbers and their units need this much of a table.
\setlength{\tymin}{6.5em}
% Tables without a caption have no number.
\protected\def\sphinxtablecontinued#1{{\let\tablename\empty\let\thetable\empty\let\textendash\empty\textsf{#1}}}
% One space behind the colon of a statement.
\AtBeginDocument{\frenchspacing}
% The star between parameters, without its tooltip.
\expandafter\def\csname DUrolekeyword-only-separator\endcsname#1{*}
""",
}

epub_title = project
epub_author = epub_publisher = author
epub_copyright = copyright
epub_show_urls = "no"
epub_exclude_files = ["_static/site.css"]
# Doctrees are in the output folder if no other folder is given.
suppress_warnings = ["epub.unknown_project_files"]


def setup(app):
    """Add the style sheet of the site, except to a book."""
    app.connect("builder-inited", lambda app: app.builder.name == "epub" or app.add_css_file("site.css"))
