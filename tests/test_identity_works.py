"""One work under all its addresses, and works that only look alike."""

from __future__ import annotations

from itertools import combinations

import pytest

from gleanings.identity import display, guess_kind, host_label, is_archived, is_web_address, preferred, work_key


def lines(text: str) -> list[str]:
    return text.split()


SAME = [
    pytest.param(
        """
        https://arxiv.org/abs/2401.04088 http://arxiv.org/abs/2401.04088 https://www.arxiv.org/abs/2401.04088/
        https://arxiv.org/abs/2401.04088v3 https://arxiv.org/pdf/2401.04088 https://arxiv.org/pdf/2401.04088.pdf
        https://arxiv.org/pdf/2401.04088v2.pdf https://arxiv.org/html/2401.04088v1 https://export.arxiv.org/abs/2401.04088
        https://arxiv.org/html/2401.04088v1/#S2 https://arxiv.org/format/2401.04088 https://arxiv.org/ps/2401.04088v1
        https://arxiv.org/e-print/2401.04088 https://arxiv.org/src/2401.04088 https://browse.arxiv.org/html/2401.04088v1
        https://arxiv.org/abs/2401.04088?context=cs.LG https://www.alphaxiv.org/abs/2401.04088v3
        https://alphaxiv.org/overview/2401.04088 https://ar5iv.org/abs/2401.04088 https://huggingface.co/papers/2401.04088
        https://ar5iv.labs.arxiv.org/html/2401.04088 https://hf.co/papers/2401.04088 https://arxiv.org/abs/2401.04088#a
        https://doi.org/10.48550/arXiv.2401.04088 https://dx.doi.org/10.48550/ARXIV.2401.04088
        https://arxiv.org/ftp/arxiv/papers/2401/2401.04088.pdf https://arxiv.org/abs/arXiv:2401.04088
        arXiv:2401.04088v1
        https://www.semanticscholar.org/arxiv/2401.04088 https://scirate.com/arxiv/2401.04088
        """,
        id="arxiv",
    ),
    pytest.param(
        """
        https://arxiv.org/abs/cs.LG/0501001 https://arxiv.org/abs/cs/0501001 https://arxiv.org/pdf/cs/0501001v2.pdf
        https://arxiv.org/abs/CS.LG/0501001v1
        """,
        id="arxiv-before-2007",
    ),
    pytest.param(
        """
        https://doi.org/10.1145/3292500.3330701 http://dx.doi.org/10.1145/3292500.3330701 doi:10.1145/3292500.3330701
        https://dl.acm.org/doi/10.1145/3292500.3330701 https://dl.acm.org/doi/abs/10.1145/3292500.3330701
        https://dl.acm.org/doi/pdf/10.1145/3292500.3330701 https://dl.acm.org/doi/fullHtml/10.1145/3292500.3330701
        """,
        id="doi-acm",
    ),
    pytest.param(
        """
        https://doi.org/10.1000/ABC.d(1) https://DOI.org/10.1000/abc.D(1) https://doi.org/10.1000/abc.d%281%29
        """,
        id="doi-letters-of-either-case",
    ),
    pytest.param(
        """
        https://www.nature.com/articles/s41586-021-03819-2 https://doi.org/10.1038/s41586-021-03819-2
        https://nature.com/articles/s41586-021-03819-2.pdf https://www.nature.com/articles/s41586-021-03819-2#Sec1
        """,
        id="nature",
    ),
    pytest.param(
        """
        https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1 https://doi.org/10.1101/2020.01.01.123456
        https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf
        https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1.full
        """,
        id="biorxiv",
    ),
    pytest.param(
        """
        https://openreview.net/forum?id=Xy_1-a https://openreview.net/pdf?id=Xy_1-a
        https://openreview.net/forum?id=Xy_1-a&noteId=Zz https://www.openreview.net/attachment?id=Xy_1-a&name=pdf
        https://openreview.net/forum?noteId=Zz&id=Xy_1-a&referrer=%5Bthe%20profile%5D
        """,
        id="openreview",
    ),
    pytest.param(
        """
        https://aclanthology.org/2023.acl-long.1/ https://aclanthology.org/2023.acl-long.1 http://aclanthology.org/2023.acl-long.1.pdf
        https://aclanthology.org/2023.acl-long.1.bib https://www.aclweb.org/anthology/2023.acl-long.1/
        https://doi.org/10.18653/v1/2023.acl-long.1 https://aclanthology.org/2023.acl-long.1v2.pdf
        """,
        id="acl",
    ),
    pytest.param(
        """
        https://aclanthology.org/P18-1001/ https://www.aclweb.org/anthology/P18-1001.pdf http://aclweb.org/anthology/P18-1001
        https://aclweb.org/anthology/P/P18/P18-1001.pdf https://aclanthology.info/papers/P18-1001/p18-1001
        https://doi.org/10.18653/v1/P18-1001
        """,
        id="acl-old-numbers",
    ),
    pytest.param(
        """
        https://papers.nips.cc/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract.html
        https://proceedings.neurips.cc/paper/2017/file/3f5ee243547dee91fbd053c1c4a845aa-Paper.pdf
        https://proceedings.neurips.cc/paper_files/paper/2017/hash/3f5ee243547dee91fbd053c1c4a845aa-Abstract-Conference.html
        """,
        id="neurips",
    ),
    pytest.param(
        """
        https://proceedings.mlr.press/v139/radford21a.html http://proceedings.mlr.press/v139/radford21a/radford21a.pdf
        https://proceedings.mlr.press/v139/radford21a.pdf
        """,
        id="pmlr",
    ),
    pytest.param(
        """
        https://jmlr.org/papers/v21/20-074.html https://www.jmlr.org/papers/volume21/20-074/20-074.pdf
        """,
        id="jmlr",
    ),
    pytest.param(
        """
        https://openaccess.thecvf.com/content/CVPR2021/html/Doe_A_Thing_CVPR_2021_paper.html
        https://openaccess.thecvf.com/content/CVPR2021/papers/Doe_A_Thing_CVPR_2021_paper.pdf
        """,
        id="cvf",
    ),
    pytest.param("https://eprint.iacr.org/2020/123 https://eprint.iacr.org/2020/123.pdf", id="iacr"),
    pytest.param(
        """
        https://huggingface.co/Org/Model https://hf.co/org/model https://huggingface.co/Org/Model/tree/main
        https://huggingface.co/Org/Model/blob/main/README.md
        """,
        id="hugging-face-model",
    ),
    pytest.param(
        """
        https://github.com/Owner/Repo https://github.com/owner/repo/ http://www.github.com/owner/repo.git
        https://github.com/owner/repo#readme https://github.com/owner/repo?tab=readme-ov-file
        https://github.com/owner/repo/tree/main
        """,
        id="github-repository",
    ),
    pytest.param(
        """
        https://github.com/o/r/blob/main/a/B.py https://github.com/O/R/blob/main/a/B.py#L10-L20
        https://raw.githubusercontent.com/o/r/main/a/B.py https://raw.githubusercontent.com/o/r/refs/heads/main/a/B.py
        https://github.com/o/r/raw/main/a/B.py https://github.com/o/r/blob/main/a/B.py?plain=1#L3
        """,
        id="github-file",
    ),
    pytest.param(
        """
        https://gist.github.com/ada/0123456789abcdef0123
        https://gist.github.com/0123456789abcdef0123#file-a-py
        """,
        id="gist",
    ),
    pytest.param(
        """
        https://www.youtube.com/watch?v=dQw4w9WgXcQ https://youtu.be/dQw4w9WgXcQ https://youtu.be/dQw4w9WgXcQ?si=abc&t=90
        https://m.youtube.com/watch?v=dQw4w9WgXcQ https://music.youtube.com/watch?v=dQw4w9WgXcQ&list=RD
        https://www.youtube.com/shorts/dQw4w9WgXcQ https://www.youtube.com/embed/dQw4w9WgXcQ?start=3
        https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ https://www.youtube.com/live/dQw4w9WgXcQ?feature=share
        https://www.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&index=3 https://www.youtube.com/v/dQw4w9WgXcQ
        http://youtube.com/watch?v=dQw4w9WgXcQ&t=1m30s https://www.youtube.com/watch?v=dQw4w9WgXcQ#t=30
        """,
        id="youtube",
    ),
    pytest.param(
        """
        https://vimeo.com/12345 https://player.vimeo.com/video/12345?h=x https://vimeo.com/channels/a/12345
        """,
        id="vimeo",
    ),
    pytest.param(
        """
        https://x.com/ada/status/1234567890 https://twitter.com/ada/status/1234567890?s=20&t=abc
        https://mobile.twitter.com/ada/status/1234567890 https://nitter.net/ada/status/1234567890#m
        https://nitter.example.org/ada/status/1234567890 https://fxtwitter.com/ada/status/1234567890
        https://vxtwitter.com/ada/status/1234567890 https://x.com/i/web/status/1234567890
        https://twitter.com/ada/statuses/1234567890 https://x.com/ada/status/1234567890/photo/1
        https://threadreaderapp.com/thread/1234567890.html
        """,
        id="x",
    ),
    pytest.param("https://twitter.com/ada https://x.com/ada https://mobile.twitter.com/ada", id="x-profile"),
    pytest.param(
        """
        https://name.substack.com/p/a-slug https://open.substack.com/pub/name/p/a-slug?r=abc&utm_medium=ios
        https://name.substack.com/p/a-slug?utm_source=share&publication_id=1&post_id=2&isFreemail=true&r=abc&triedRedirect=true
        """,
        id="substack",
    ),
    pytest.param(
        """
        https://www.letters.example/p/a-slug
        https://letters.example/p/a-slug?r=1x2y3&utm_campaign=post&utm_medium=web
        """,
        id="substack-on-its-own-domain",
    ),
    pytest.param(
        """
        https://medium.com/@ada/a-title-0123456789ab https://ada.medium.com/a-title-0123456789ab
        https://medium.com/p/0123456789ab https://medium.com/a-publication/a-title-0123456789ab?source=rss----1
        """,
        id="medium",
    ),
    pytest.param(
        """
        https://www.reddit.com/r/x/comments/abc12/a_title/ https://old.reddit.com/r/x/comments/abc12/
        https://redd.it/abc12 https://reddit.com/r/x/comments/abc12/a_title/?share_id=1
        """,
        id="reddit",
    ),
    pytest.param(
        """
        https://www.lesswrong.com/posts/ABCdefGHIjklMNOpq/a-title https://www.greaterwrong.com/posts/ABCdefGHIjklMNOpq/x
        https://www.alignmentforum.org/posts/ABCdefGHIjklMNOpq
        """,
        id="lesswrong",
    ),
    pytest.param("https://en.wikipedia.org/wiki/X https://en.m.wikipedia.org/wiki/X#History", id="wikipedia"),
    pytest.param(
        """
        https://example.org/a/story https://example.org/a/story/ https://example.org/a/story/amp
        https://example.org/a/story/amp/ https://example.org/a/story?amp=1 https://example.org/a/story?outputType=amp
        https://www.google.com/amp/s/example.org/a/story https://example-org.cdn.ampproject.org/c/s/example.org/a/story
        https://www.google.com/amp/s/www.example.org/a/story/amp
        """,
        id="amp",
    ),
    pytest.param(
        """
        https://www.theguardian.com/a/b https://amp.theguardian.com/a/b https://m.theguardian.com/a/b
        """,
        id="amp-and-mobile-hosts",
    ),
    pytest.param(
        """
        https://example.org/a?b=1 https://www.google.com/url?q=https://example.org/a%3Fb%3D1&sa=D
        https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1%26fbclid%3Dx&h=y
        https://out.reddit.com/x?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&token=z
        https://www.youtube.com/redirect?event=v&q=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1
        https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&data=05
        https://medium.com/r/?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1 https://duckduckgo.com/l/?uddg=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1
        https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fexample.org%2Fa%3Fb%3D1&urlhash=x
        https://substack.com/redirect/2/eyJlIjoiaHR0cHM6Ly9leGFtcGxlLm9yZy9hP2I9MSIsInAiOjF9.sig
        https://web.archive.org/web/20200102030405/https://example.org/a?b=1
        https://web.archive.org/web/2020id_/http://example.org:80/a?b=1 https://archive.ph/2020.01.02-030405/https://example.org/a?b=1
        """,
        id="redirectors-and-archives",
    ),
    pytest.param(
        """
        https://example.org/a HTTP://WWW.Example.ORG:80/a https://example.org:443/a/ https://me:secret@example.org/a
        https://example.org/a?utm_source=x&UTM_Medium=y https://example.org/a# https://example.org/a? https://example.org./a
        https://example.org/b/../a https://example.org/a#section https://example.org/a#:~:text=word
        https://example.org/%61 https://example.org/a/index.html https://example.org/a?ref=letters.example
        https://example.org/a;jsessionid=AB12?PHPSESSID=1 https://example.org/a?sid=0123456789abcdef0
        https://example.org/a?fbclid=1&gclid=2&mc_cid=3 https://example.org/a?ref_src=twsrc%5Etfw https://example.org/a?amp;utm_source=x
        """,
        id="any-page",
    ),
    pytest.param(
        """
        https://bücher.example/x https://xn--bcher-kva.example/x https://BÜCHER.example/x
        """,
        id="international-host",
    ),
    pytest.param(
        """
        https://example.org/%c3%bc?x=%c3%a9 https://example.org/ü?x=é https://example.org/%C3%BC?x=%C3%A9
        """,
        id="international-path",
    ),
    pytest.param("https://example.org/?b=2&a=1 https://example.org/?a=1&b=2", id="order-of-parameters"),
    pytest.param("https://example.org/ https://example.org https://www.example.org/index.html", id="home"),
]


@pytest.mark.parametrize("addresses", SAME)
def test_all_addresses_of_a_work_have_one_key(addresses: str) -> None:
    keys = {address: work_key(address) for address in lines(addresses)}
    assert len(set(keys.values())) == 1, keys


DIFFERENT = [
    pytest.param(
        """
        https://arxiv.org/abs/2401.04088 https://arxiv.org/abs/2401.04089 https://arxiv.org/abs/2401.0408
        https://arxiv.org/list/cs.LG/2401 https://arxiv.org/a/doe_j_1 https://arxiv.org/abs/cs/0501001
        https://arxiv.org/abs/math/0501001 https://arxiv.org/search/?query=2401.04088
        """,
        id="arxiv",
    ),
    pytest.param(
        """
        https://doi.org/10.1000/a https://doi.org/10.1000/b https://doi.org/10.1001/a
        https://doi.org/10.1000/a/b
        """,
        id="doi",
    ),
    pytest.param(
        """
        https://openreview.net/forum?id=Xy_1 https://openreview.net/forum?id=xy_1
        https://openreview.net/group?id=Xy_1
        """,
        id="openreview-numbers-have-case",
    ),
    pytest.param(
        """
        https://aclanthology.org/2023.acl-long.1/ https://aclanthology.org/2023.acl-long.10/
        https://aclanthology.org/volumes/2023.acl-long/
        """,
        id="acl",
    ),
    pytest.param(
        """
        https://github.com/o/r https://github.com/o/s https://github.com/o https://github.com/o/r/issues/1
        https://github.com/o/r/issues/2 https://github.com/o/r/pull/3 https://github.com/o/r/releases
        https://github.com/o/r/releases/tag/v1 https://github.com/o/r/blob/main/a.py https://github.com/o/r/blob/main/A.py
        https://github.com/o/r/blob/v1/a.py https://github.com/o/r/issues?q=a https://github.com/o/r/issues?q=b
        https://github.com/topics/r https://gist.github.com/o
        """,
        id="github",
    ),
    pytest.param(
        """
        https://huggingface.co/o/m https://huggingface.co/datasets/o/m https://huggingface.co/spaces/o/m
        https://huggingface.co/o https://huggingface.co/blog/o https://huggingface.co/o/m/discussions/1
        """,
        id="hugging-face",
    ),
    pytest.param(
        """
        https://www.youtube.com/watch?v=dQw4w9WgXcQ https://www.youtube.com/watch?v=dQw4w9WgXcq
        https://www.youtube.com/playlist?list=PL1 https://www.youtube.com/playlist?list=PL2 https://www.youtube.com/@ada
        https://www.youtube.com/embed/videoseries?list=PL1 https://www.youtube.com/results?search_query=a
        """,
        id="youtube",
    ),
    pytest.param("https://x.com/ada/status/1 https://x.com/ada/status/2 https://x.com/ada", id="x"),
    pytest.param(
        """
        https://example.org/a?id=1 https://example.org/a?id=2 https://example.org/a https://example.org/a?id=1&b=2
        https://example.org/a?s=query https://example.org/a?source=x https://example.org/a?q=utm_source https://example.org/a?ref=main
        https://example.org/a?id=A https://example.org/a?t=90 https://example.org/a?sid=08/1
        """,
        id="queries",
    ),
    pytest.param("https://example.org/?x=1&x=2 https://example.org/?x=2&x=1", id="order-of-one-parameters-values"),
    pytest.param(
        """
        https://example.org/2017/06/26.html https://example.org/2017/06/26.html#a1 https://example.org/2017/06/26.html#a2
        https://example.org/log/2017/06/#a1 https://example.org/log/2017/06/#a2
        """,
        id="items-on-the-page-of-a-day",
    ),
    pytest.param(
        """
        https://example.org/ https://example.org/#/a https://example.org/#/b https://example.org/#!/a
        """,
        id="fragments-that-are-routes",
    ),
    pytest.param(
        """
        https://example.org/a https://example.org/A https://example.org//a https://example.org/a.html https://example.org/a%2Fb
        https://example.org/a/b https://example.org:8080/a https://m.example.org/a https://mobile.example.org/a
        https://blog.example.org/a https://example.com/a https://example.org/utm_source=x/ https://example.org/a/index.html/b
        """,
        id="paths-and-hosts",
    ),
    pytest.param(
        """
        https://en.wikipedia.org/wiki/X https://de.wikipedia.org/wiki/X https://en.wikipedia.org/wiki
        https://en.wikipedia.org/wiki/amp
        """,
        id="wikipedia",
    ),
    pytest.param("https://faß.example/ https://fass.example/", id="international-hosts"),
    pytest.param(
        """
        https://stackoverflow.com/questions/1/x https://stackoverflow.com/questions/2/x
        https://stackoverflow.com/a/3
        """,
        id="questions",
    ),
    pytest.param("https://news.ycombinator.com/item?id=1 https://news.ycombinator.com/item?id=2", id="hacker-news"),
    pytest.param(
        """
        https://www.reddit.com/r/x/comments/abc12/t/ https://www.reddit.com/r/x/comments/abc12/t/def34/
        https://www.reddit.com/r/x/
        """,
        id="reddit",
    ),
    pytest.param(
        """
        https://www.google.com/url https://www.google.com/search?q=https://example.org/ https://example.org/
        """,
        id="no-redirect",
    ),
    pytest.param(
        """
        https://web.archive.org/ https://web.archive.org/web/2020/ https://archive.org/details/x
        """,
        id="archives-own-pages",
    ),
]


@pytest.mark.parametrize("addresses", DIFFERENT)
def test_different_works_have_different_keys(addresses: str) -> None:
    for one, other in combinations(lines(addresses), 2):
        assert work_key(one) != work_key(other), f"{one} and {other}"


SHOWN = [
    pytest.param("HTTP://WWW.Example.COM:80/A?b", "http://www.example.com/A?b", id="scheme-host-port"),
    pytest.param("https://e.org/?utm_source=x&id=1&utm_medium=y", "https://e.org/?id=1", id="utm"),
    pytest.param("https://e.org/?a=1&a=2&b", "https://e.org/?a=1&a=2&b", id="twice-and-bare"),
    pytest.param("https://e.org/?a=%20+", "https://e.org/?a=%20+", id="spaces"),
    pytest.param("https://e.org/?x=%c3%a9", "https://e.org/?x=%c3%a9", id="lower-case-escapes"),
    pytest.param("https://e.org/a?", "https://e.org/a", id="question-mark-alone"),
    pytest.param("https://e.org/a?utm_source=x", "https://e.org/a", id="nothing-left"),
    pytest.param("https://e.org/?q=utm_source", "https://e.org/?q=utm_source", id="a-value-is-no-name"),
    pytest.param("https://e.org/utm_source=x/", "https://e.org/utm_source=x/", id="a-path-is-no-query"),
    pytest.param("https://e.org/a?ref=letters.example", "https://e.org/a", id="ghost-ref"),
    pytest.param("https://github.com/o/r/x?ref=main", "https://github.com/o/r/x?ref=main", id="branch-ref"),
    pytest.param("https://github.com/o/r/x?ref=a.main", "https://github.com/o/r/x?ref=a.main", id="branch-with-dot"),
    pytest.param("https://medium.com/@a/b?source=rss----1", "https://medium.com/@a/b", id="medium-source"),
    pytest.param("https://e.org/a?source=x", "https://e.org/a?source=x", id="source-elsewhere"),
    pytest.param("https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1", id="x"),
    pytest.param("https://youtu.be/dQw4w9WgXcQ?si=a&t=90", "https://youtu.be/dQw4w9WgXcQ?t=90", id="youtube"),
    pytest.param("https://e.org/a?s=query&t=1", "https://e.org/a?s=query&t=1", id="s-elsewhere"),
    pytest.param("https://e.org/a#section", "https://e.org/a#section", id="fragment"),
    pytest.param("https://e.org/#!/page", "https://e.org/#!/page", id="hash-bang"),
    pytest.param("https://e.org/a#:~:text=x", "https://e.org/a", id="text-highlight"),
    pytest.param("https://e.org/a#b:~:text=x", "https://e.org/a#b", id="text-highlight-in-a-section"),
    pytest.param("https://e.org/a/../b/./c", "https://e.org/b/c", id="dot-segments"),
    pytest.param("https://e.org//x//y", "https://e.org//x//y", id="double-slashes"),
    pytest.param("https://e.org/%7Euser/a%2Fb", "https://e.org/%7Euser/a%2Fb", id="escapes-in-the-path"),
    pytest.param("https://xn--bcher-kva.example/", "https://bücher.example/", id="unicode-host"),
    pytest.param("https://xn--pple-43d.example/", "https://xn--pple-43d.example/", id="mixed-scripts-stay-ascii"),
    pytest.param("https://m.example.org/a", "https://m.example.org/a", id="mobile-host"),
    pytest.param("https://me:secret@e.org/", "https://e.org/", id="credentials"),
    pytest.param(
        "https://n.substack.com/p/s?utm_source=a&publication_id=1&post_id=2&isFreemail=true&r=abc&triedRedirect=true",
        "https://n.substack.com/p/s",
        id="substack",
    ),
    pytest.param(
        "https://e.org/a;jsessionid=1?sid=0123456789abcdef0",
        "https://e.org/a;jsessionid=1?sid=0123456789abcdef0",
        id="sessions-stay-shown",
    ),
    pytest.param(
        "https://www.google.com/url?q=http://e.org/a%3Futm_source%3Db%26c%3Dd&sa=U",
        "http://e.org/a?c=d",
        id="redirector",
    ),
    pytest.param("https://urldefense.com/v3/__https://e.org/a__;!!x$", "https://e.org/a", id="urldefense"),
    pytest.param("  https://e.org/a\n", "https://e.org/a", id="spaces-around"),
    pytest.param("mailto:a@b.example", "mailto:a@b.example", id="no-web-address"),
    pytest.param("https://", "https://", id="no-host"),
]


@pytest.mark.parametrize(("written", "shown"), SHOWN)
def test_an_address_is_shown_clean_and_otherwise_as_it_was(written: str, shown: str) -> None:
    assert display(written) == shown


BEST = [
    pytest.param(
        "https://arxiv.org/pdf/2401.04088v2", "https://arxiv.org/abs/2401.04088v2", id="arxiv-version-stays"
    ),
    pytest.param("https://huggingface.co/papers/2401.04088", "https://arxiv.org/abs/2401.04088", id="hf-paper"),
    pytest.param("https://openreview.net/pdf?id=X", "https://openreview.net/forum?id=X", id="openreview"),
    pytest.param("https://aclweb.org/anthology/p18-1001.pdf", "https://aclanthology.org/P18-1001/", id="acl"),
    pytest.param(
        "https://youtu.be/dQw4w9WgXcQ?t=90&list=x", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=90", id="youtube"
    ),
    pytest.param("https://nitter.net/ada/status/12#m", "https://x.com/ada/status/12", id="x"),
    pytest.param("https://www.google.com/amp/s/e.org/a/amp", "https://e.org/a", id="amp"),
    pytest.param("https://web.archive.org/web/2020/http://e.org/a", "http://e.org/a", id="archive"),
    pytest.param("https://open.substack.com/pub/n/p/s?r=1a", "https://n.substack.com/p/s", id="substack"),
    pytest.param(
        "https://proceedings.mlr.press/v1/a21/a21.pdf", "https://proceedings.mlr.press/v1/a21.html", id="pmlr"
    ),
    pytest.param(
        "https://www.biorxiv.org/content/10.1101/2020.01.01.1v2.full.pdf",
        "https://www.biorxiv.org/content/10.1101/2020.01.01.1v2",
        id="biorxiv",
    ),
    pytest.param("https://e.org/a?utm_source=b#c", "https://e.org/a#c", id="any-page"),
    pytest.param("doi:10.1145/1.2", "https://doi.org/10.1145/1.2", id="bare-doi"),
]


@pytest.mark.parametrize(("written", "best"), BEST)
def test_the_best_address_is_the_page_about_the_work(written: str, best: str) -> None:
    assert preferred(written) == best


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://arxiv.org/abs/2401.04088", "paper"),
        ("https://doi.org/10.1145/1.2", "paper"),
        ("https://github.com/o/r", "repo"),
        ("https://github.com/o/r/issues/1", "thread"),
        ("https://youtu.be/dQw4w9WgXcQ", "video"),
        ("https://x.com/a/status/1", "thread"),
        ("https://huggingface.co/o/m", "model"),
        ("https://huggingface.co/datasets/o/m", "dataset"),
        ("https://n.substack.com/p/s", "post"),
        ("https://blog.example.org/a", "post"),
        ("https://open.spotify.com/episode/1", "podcast"),
        ("https://example.org/a", None),
        ("no address", None),
    ],
)
def test_the_kind_is_told_only_where_the_address_tells_it(address: str, kind: str | None) -> None:
    assert guess_kind(address) == kind


def test_only_whole_web_addresses_count_as_such() -> None:
    good = [
        "https://e.org",
        "HTTP://E.org/a",
        "http://127.0.0.1:8000/x",
        "http://[::1]:65535/a",
        "https://ü.example/",
    ]
    bad = [
        "e.org",
        "https://",
        "https:///a",
        "https://e.org is good",
        "ftp://e.org",
        "mailto:a@b.c",
        "",
        "https://./",
        "http://127.0.0.1:99999/x",
        f"http://e.org:{'9' * 5000}/x",
    ]
    assert [text for text in good if not is_web_address(text)] == []
    assert [text for text in bad if is_web_address(text)] == []


def test_the_host_is_shown_without_www() -> None:
    assert host_label("https://www.xn--bcher-kva.example/a") == "bücher.example"
    assert host_label("no address") == ""


def test_archived_copies_are_known_as_such() -> None:
    assert is_archived("https://web.archive.org/web/2020/https://e.org/a")
    assert not is_archived("https://e.org/a")
