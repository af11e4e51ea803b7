<?xml version="1.0" encoding="utf-8"?>
<!-- A feed opened in a browser: what it is, how to subscribe, what is in it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:atom="http://www.w3.org/2005/Atom" exclude-result-prefixes="atom">
<xsl:output method="html" encoding="utf-8" doctype-system="about:legacy-compat"/>
<xsl:template match="/">
<html lang="{/rss/channel/language}{/atom:feed/@xml:lang}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex"/>
<title><xsl:value-of select="/rss/channel/title | /atom:feed/atom:title"/> (feed)</title>
<style>
:root{color-scheme:light dark}
body{max-width:36rem;margin:2rem auto;padding:0 1.25rem;font:1.05rem/1.55 Georgia,serif}
h1{font-size:1.5rem;line-height:1.2}
ul{list-style:none;padding:0}
li{margin:0 0 .8rem}
small,p.how{font-family:system-ui,sans-serif;font-size:.85rem}
small{display:block;opacity:.75}
</style>
</head>
<body>
<main>
<h1><xsl:value-of select="/rss/channel/title | /atom:feed/atom:title"/></h1>
<p class="how">This is a feed. Copy its address into a feed reader, and what is new will come to you. Or read <a href="{/rss/channel/link}{/atom:feed/atom:link[@rel='alternate']/@href}">the page</a>.</p>
<ul>
<xsl:for-each select="/rss/channel/item">
<li><a href="{link}"><xsl:value-of select="title"/></a><small><xsl:value-of select="substring(pubDate, 6, 11)"/></small></li>
</xsl:for-each>
<xsl:for-each select="/atom:feed/atom:entry">
<li><a href="{atom:link[@rel='alternate']/@href}"><xsl:value-of select="atom:title"/></a><small><xsl:value-of select="substring(atom:published, 1, 10)"/></small></li>
</xsl:for-each>
</ul>
</main>
</body>
</html>
</xsl:template>
</xsl:stylesheet>
