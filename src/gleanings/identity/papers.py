"""Papers: the places that publish them, and one key for abstract, PDF, HTML and mirrors of each."""

from __future__ import annotations

import re
from urllib.parse import unquote

from gleanings.identity.address import Address
from gleanings.identity.work import Rule, Work
from gleanings.patterns import later

_ARXIV_ID = r"(?:arxiv:)?(\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})(?:v(\d{1,2}))?"
_IGNORE_CASE = re.IGNORECASE | re.ASCII


def _pattern(expression: str) -> re.Pattern[str]:
    return later(expression.replace("ARXIV_ID", _ARXIV_ID), _IGNORE_CASE)


# ── arXiv ──

_ARXIV = _pattern(r"/(?:abs|pdf|html|ps|format|src|e-print|tb)/ARXIV_ID(?:\.pdf|\.ps(?:\.gz)?|\.html?)?/?")
_ARXIV_PAGE = _pattern(r"/html/ARXIV_ID/.*")
_ARXIV_OLD_PDF = _pattern(r"/ftp/(?:arxiv|[a-z-]+)/papers/\d{4}/(\d{4}\.\d{4,5})(?:v(\d+))?\.pdf")
_MIRROR = _pattern(
    r"/(?:[a-z]{2}/)?(?:abs|pdf|html|overview|resources|papers|paper|arxiv|api/arxiv)/ARXIV_ID(?:\.pdf)?/?"
)
_ARXIV_DOI = _pattern(r"10\.48550/arxiv\.ARXIV_ID")
_BARE_ARXIV = _pattern(r"arxiv:\s*ARXIV_ID")


def _arxiv_work(found: re.Match[str] | None) -> Work | None:
    if not found:
        return None
    paper = found[1].lower()
    if "/" in paper:
        # math.GT/0309136 and math/0309136 are one paper: the class was never part of the number.
        archive, _, number = paper.partition("/")
        paper = f"{archive.partition('.')[0]}/{number}"
    version = f"v{found[2]}" if found[2] else ""
    return Work(f"arxiv:{paper}", f"https://arxiv.org/abs/{paper}{version}")


def find_arxiv(address: Address) -> Work | None:
    """abs, pdf, html, ps, format, src and e-print pages; lists and searches are no papers."""
    path = address.path
    return _arxiv_work(_ARXIV.fullmatch(path) or _ARXIV_PAGE.fullmatch(path) or _ARXIV_OLD_PDF.fullmatch(path))


def find_arxiv_mirror(address: Address) -> Work | None:
    """Readers that show a paper under its arXiv number."""
    return _arxiv_work(_MIRROR.fullmatch(address.path))


def find_bare_number(text: str) -> Work | None:
    """`arXiv:2401.04088` and `doi:10.…` without a host."""
    if text[:4].lower() == "doi:":
        doi = text[4:].strip()
        work = doi_work(doi) if _PLAIN_DOI.fullmatch(doi) else None
        return work and work._replace(url=work.url or f"https://doi.org/{doi}")
    return _arxiv_work(_BARE_ARXIV.fullmatch(text))


# ── DOI ──

_ACL_DOI = _pattern(r"10\.18653/v1/(\S+)")
_ZENODO_DOI = _pattern(r"10\.5281/zenodo\.(\d+)")
_PLAIN_DOI = later(r"10\.[\w.]+/[\w.()/:;-]+", re.ASCII)
_DOI = later(r"10\.\d{4,9}/\S+")
_IN_PATH = _pattern(
    r"/(?:doi|article|articles|chapter|book|content|content/pdf|protocol|referencework|referenceworkentry)"
    r"(?:/(?:abs|pdf|full|fullhtml|epdf|epub|pdfplus|pdfdirect|html|reader|abstract|early|book))?"
    r"/(10\.\d{4,9}/.+?)(?:/(?:full|abstract|pdf|epub|meta|html|fulltext\.html))?(?:\.pdf)?/?"
)
_PREPRINT = later(r"(10\.1101/[0-9.]+?)(v\d+)?(?:\.(?:full|abstract|supplementary-material|article-info).*)?")
_NATURE = _pattern(r"/articles/((?:s\d{5}-|nature|ncomms|srep|sdata|nmeth|nbt|ng\.|d\d{5}-)[\w.-]+?)(?:\.pdf)?/?")


def doi_work(doi: str) -> Work | None:
    """The work under a DOI, letters of either case; None for text that is none.

    DOIs of arXiv and of the ACL Anthology only wrap these places' own numbers.
    """
    doi = unquote(doi).rstrip("/")
    if not _DOI.fullmatch(doi):
        return None
    if arxiv := _ARXIV_DOI.fullmatch(doi):
        return _arxiv_work(arxiv)
    if (acl := _ACL_DOI.fullmatch(doi)) and (work := _acl_work(acl[1])):
        return work
    if zenodo := _ZENODO_DOI.fullmatch(doi):
        return Work(f"zenodo:{zenodo[1]}", f"https://zenodo.org/records/{zenodo[1]}")
    return Work(f"doi:{doi.lower()}")


def find_doi(address: Address) -> Work | None:
    """doi.org itself; a query belongs to the number there."""
    return doi_work(address.path[1:] + (f"?{address.query}" if address.query else ""))


def find_publisher_doi(address: Address) -> Work | None:
    """Publishers that put the DOI into the path, whatever view of the article comes before or after it."""
    found = _IN_PATH.fullmatch(address.path)
    if not found or address.query:
        return None
    preprint = _PREPRINT.fullmatch(found[1])
    if preprint:
        version = preprint[2] or ""
        return Work(f"doi:{preprint[1]}", f"https://www.{address.host}/content/{preprint[1]}{version}")
    work = doi_work(found[1])
    return work and work._replace(url=None)


def _find_plos(address: Address) -> Work | None:
    return doi_work(address.parameter("id")) if "/article" in address.path else None


def _find_nature(address: Address) -> Work | None:
    found = _NATURE.fullmatch(address.path)
    return Work(f"doi:10.1038/{found[1].lower()}") if found else None


def _find_zenodo(address: Address) -> Work | None:
    found = re.fullmatch(r"/records?/(\d+)/?", address.path)
    return Work(f"zenodo:{found[1]}", f"https://zenodo.org/records/{found[1]}") if found else None


# ── conferences and journals ──

_ACL_ID = _pattern(r"([a-z]\d\d-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+)(?:v\d+)?(?:\.(?:pdf|bib|xml|endf))?")
_OLD_ACL = _pattern(r"/(?:anthology|papers)/(?:[a-z]/[a-z]\d\d/)?([^/]+?)(?:/[^/]*)?")
_OPENREVIEW = later(r"/(?:forum|pdf|attachment|revisions)/?")
_NEURIPS = _pattern(r"/(?:paper_files/)?paper/\d{4}/(?:hash|file)/([0-9a-f]{32})-.*")
_OLD_NEURIPS = _pattern(r"/paper/(\d{1,5})-[^/]*")
_PMLR = _pattern(r"/(v\d+|r\d+)/(?:([\w.-]+)/\2\.pdf|([\w.-]+?)(?:\.html|\.pdf))")
_JMLR = _pattern(r"/(?:beta/)?papers/(?:v|volume)(\d+)/([\w-]+)(?:\.html|\.pdf|/\2\.pdf|/?)")
_CVF = _pattern(r"/(content[^/]*)/(?:[^/]+/)*(?:html|papers)/(?:[^/]+/)*([^/]+)_paper\.(?:html|pdf)")
_EPRINT = _pattern(r"/(\d{4}/\d+)(?:\.pdf)?/?")
_SEMANTIC_SCHOLAR = _pattern(r"/paper/(?:[^/]+/)?([0-9a-f]{40})/?.*")
_IEEE = _pattern(r"/(?:abstract/)?document/(\d+)/?.*")
_PUBMED = _pattern(r"/(?:pubmed/)?(\d{5,9})/?")
_PMC = _pattern(r"/(?:pmc/)?articles/PMC(\d+)/?.*")


def _acl_work(text: str) -> Work | None:
    found = _ACL_ID.fullmatch(text)
    if not found:
        return None
    paper = found[1].lower() if "." in found[1] else found[1].upper()
    return Work(f"acl:{paper.lower()}", f"https://aclanthology.org/{paper}/")


def _find_acl(address: Address) -> Work | None:
    return _acl_work(address.path.strip("/")) or _find_old_acl(address)


def _find_old_acl(address: Address) -> Work | None:
    found = _OLD_ACL.fullmatch(address.path)
    return _acl_work(found[1]) if found else None


def _find_openreview(address: Address) -> Work | None:
    paper = address.parameter("id")
    if not paper or not _OPENREVIEW.fullmatch(address.path) or not re.fullmatch(r"[\w-]+", paper):
        return None
    return Work(f"openreview:{paper}", f"https://openreview.net/forum?id={paper}")


def _find_neurips(address: Address) -> Work | None:
    if found := _NEURIPS.fullmatch(address.path):
        abstract = address.path.replace("/file/", "/hash/", 1).replace("-Paper", "-Abstract").replace(".pdf", ".html")
        return Work(f"neurips:{found[1].lower()}", f"https://{address.host}{abstract}")
    found = _OLD_NEURIPS.fullmatch(address.path)
    return Work(f"neurips:{found[1]}") if found else None


def _find_pmlr(address: Address) -> Work | None:
    found = _PMLR.fullmatch(address.path)
    if not found:
        return None
    volume, paper = found[1].lower(), found[2] or found[3]
    return Work(f"pmlr:{volume}/{paper.lower()}", f"https://proceedings.mlr.press/{volume}/{paper}.html")


def _find_jmlr(address: Address) -> Work | None:
    found = _JMLR.fullmatch(address.path)
    return Work(f"jmlr:{found[1]}/{found[2].lower()}") if found else None


def _find_cvf(address: Address) -> Work | None:
    found = _CVF.fullmatch(address.path)
    if not found:
        return None
    page = address.path.replace("/papers/", "/html/", 1).replace(".pdf", ".html")
    return Work(f"cvf:{found[2].lower()}", f"https://{address.host}{page}")


def _find_eprint(address: Address) -> Work | None:
    found = _EPRINT.fullmatch(address.path)
    return Work(f"iacr:{found[1]}", f"https://eprint.iacr.org/{found[1]}") if found else None


def _find_ssrn(address: Address) -> Work | None:
    number = address.parameter("abstract_id", "abstractid", "abstract", "abstractId")
    return Work(f"ssrn:{number}") if number.isascii() and number.isdigit() else None


def _find_semantic_scholar(address: Address) -> Work | None:
    if found := _SEMANTIC_SCHOLAR.fullmatch(address.path):
        return Work(f"s2:{found[1].lower()}")
    return find_arxiv_mirror(address)


def _find_ieee(address: Address) -> Work | None:
    found = _IEEE.fullmatch(address.path)
    number = found[1] if found else address.parameter("arnumber")
    return Work(f"ieee:{number}") if number.isascii() and number.isdigit() else None


def _find_ncbi(address: Address) -> Work | None:
    if found := _PMC.fullmatch(address.path):
        return Work(f"pmc:{found[1]}")
    if address.host != "pubmed.ncbi.nlm.nih.gov" and not address.path.startswith("/pubmed/"):
        return None
    found = _PUBMED.fullmatch(address.path)
    return Work(f"pubmed:{found[1]}") if found else None


RULES: dict[str, Rule] = {
    "arxiv.org": find_arxiv,
    "xxx.lanl.gov": find_arxiv,
    "alphaxiv.org": find_arxiv_mirror,
    "ar5iv.org": find_arxiv_mirror,
    "ar5iv.labs.arxiv.org": find_arxiv_mirror,
    "arxiv-vanity.com": find_arxiv_mirror,
    "scirate.com": find_arxiv_mirror,
    "papers.cool": find_arxiv_mirror,
    "emergentmind.com": find_arxiv_mirror,
    "doi.org": find_doi,
    "dx.doi.org": find_doi,
    "dl.acm.org": find_publisher_doi,
    "link.springer.com": find_publisher_doi,
    "onlinelibrary.wiley.com": find_publisher_doi,
    "science.org": find_publisher_doi,
    "pnas.org": find_publisher_doi,
    "pubs.acs.org": find_publisher_doi,
    "tandfonline.com": find_publisher_doi,
    "journals.sagepub.com": find_publisher_doi,
    "direct.mit.edu": find_publisher_doi,
    "frontiersin.org": find_publisher_doi,
    "biorxiv.org": find_publisher_doi,
    "medrxiv.org": find_publisher_doi,
    "journals.aps.org": find_publisher_doi,
    "iopscience.iop.org": find_publisher_doi,
    "royalsocietypublishing.org": find_publisher_doi,
    "annualreviews.org": find_publisher_doi,
    "journals.plos.org": _find_plos,
    "nature.com": _find_nature,
    "zenodo.org": _find_zenodo,
    "aclanthology.org": _find_acl,
    "aclweb.org": _find_old_acl,
    "aclanthology.info": _find_old_acl,
    "aclanthology.coli.uni-saarland.de": _find_old_acl,
    "openreview.net": _find_openreview,
    "papers.nips.cc": _find_neurips,
    "papers.neurips.cc": _find_neurips,
    "proceedings.neurips.cc": _find_neurips,
    "proceedings.mlr.press": _find_pmlr,
    "jmlr.org": _find_jmlr,
    "jmlr.csail.mit.edu": _find_jmlr,
    "openaccess.thecvf.com": _find_cvf,
    "eprint.iacr.org": _find_eprint,
    "papers.ssrn.com": _find_ssrn,
    "ssrn.com": _find_ssrn,
    "semanticscholar.org": _find_semantic_scholar,
    "ieeexplore.ieee.org": _find_ieee,
    "ncbi.nlm.nih.gov": _find_ncbi,
}
"""Domain, its subdomains included → its rule."""
