/*
 * HTML as people see it: what is read, what is hidden, where it ends.
 */
#include "test.h"

#include <string.h>

#include "mail/html.h"

static const struct {
	const char	*name;
	const char	*html, *text;
	bool		 quotes;
} rows[] = {
	{ "text alone", "one two", "one two", false },
	{ "a line", "one<br>two", "one\ntwo", false },
	{ "a line, closed by itself", "one<br/>two", "one\ntwo", false },
	{ "a paragraph", "<p>one</p>two", "\n\none\n\ntwo", false },
	{ "a line's end in the source", "one\r\ntwo", "one  two", false },
	{ "cells", "<tr><td>a</td><td>b</td></tr>", "\n a  b \n", false },
	{ "names in capitals", "one<BR>two", "one\ntwo", false },
	{ "an entity", "a &amp; b&nbsp;c", "a & b c", false },
	{ "a letter's", "gr&uuml;&szlig;e", "grüße", false },
	{ "a number", "&#233;&#x20AC;", "é€", false },
	{ "a number beyond all", "&#99999999;", "&#99999999;", false },
	{ "half of a pair", "&#xd800;", "&#xd800;", false },
	{ "number nought", "&#0;a", "&#0;a", false },
	{ "no entity", "R&D &unheard;", "R&D &unheard;", false },
	{ "a comment", "a<!-- b <p> -->c", "ac", false },
	{ "a comment without an end", "a<!-- b", "a", false },
	{ "a script", "a<script>b<c</script>d", "ad", false },
	{ "a style", "a<style>p{}</style>d", "ad", false },
	{ "a style without an end", "a<style>p{}", "a", false },
	{ "a link's target", "<a href=\"http://x/\">here</a>", "here",
	    false },
	{ "> in a value", "<a title=\"a > b\">here</a>", "here", false },
	{ "a quote that is not closed", "<a title=\"x>here", "here", false },
	{ "a tag without an end", "one<b", "one", false },
	{ "nothing but <", "<", "", false },

	{ "not displayed", "a<div style=\"display: none\">b</div>c",
	    "a\n\nc", false },
	{ "and what is in it", "<div style='display:none'><b>b</b>c</div>d",
	    "\n\nd", false },
	{ "in capitals", "a<SPAN STYLE=\"DISPLAY:NONE\">b</SPAN>c", "ac",
	    false },
	{ "not closed, but what it is in is",
	    "<td><span style=\"display:none\">b</td>c", "  c", false },
	{ "invisible", "a<i style=\"visibility:hidden\">b</i>c", "ac", false },
	{ "the attribute", "a<i hidden>b</i>c", "ac", false },
	{ "hidden with a value", "a<i hidden=\"hidden\">b</i>c", "ac", false },
	{ "no size", "a<i style=\"font-size:0\">b</i>c", "ac", false },
	{ "a pixel", "a<i style=\"font-size:1px\">b</i>c", "ac", false },
	{ "most of a size", "a<i style=\"font-size:0.9em\">b</i>c", "abc",
	    false },
	{ "a size in none: a frame of tables",
	    "<td style=\"font-size:0px\"><i style=\"font-size:14px\">b</i>"
	    "</td>",
	    " b ", false },
	{ "no opacity", "a<i style=\"opacity:0\">b</i>c", "ac", false },
	{ "some", "a<i style=\"opacity:0.8\">b</i>c", "abc", false },
	{ "no height", "a<i style=\"max-height:0px\">b</i>c", "ac", false },
	{ "shut", "a<i style=\"height:0;overflow:hidden\">b</i>c", "ac",
	    false },
	{ "no height, but over the edge", "a<i style=\"height:0\">b</i>c",
	    "abc", false },
	{ "far away", "a<i style=\"text-indent:-9999px\">b</i>c", "ac",
	    false },
	{ "white on white", "a<i style=\"color:#fff\">b</i>c", "ac", false },
	{ "nearly", "a<i style=\"color:#FEFEFE\">b</i>c", "ac", false },
	{ "white in words", "a<font color=white>b</font>c", "ac", false },
	{ "white in numbers", "a<i style=\"color:rgb(255,255,255)\">b</i>c",
	    "ac", false },
	{ "white on blue",
	    "<td bgcolor=\"#0000aa\"><i style=\"color:#fff\">b</i></td>",
	    " b ", false },
	{ "white on a picture",
	    "<td style=\"background:url(x)\"><i style=\"color:#fff\">b</i>",
	    " b", false },
	{ "black on black",
	    "<td style=\"background-color:#000\">b</td>c", "  c", false },
	{ "grey", "a<i style=\"color:#999\">b</i>c", "abc", false },
	{ "transparent", "a<i style=\"color:transparent\">b</i>c", "ac",
	    false },
	{ "a paragraph behind one nobody closed",
	    "<p style=\"display:none\">a<p>b", "\n\n\n\nb", false },

	{ "a quotation", "one<blockquote>two", "one", true },
	{ "Gmail's", "one<div class=\"gmail_quote\">two", "one", true },
	{ "Outlook's", "one<div id=\"divRplyFwdMsg\">two", "one", true },
};

static char *
block_of(const char *text)
{
	char *block = strdup(text);	/* its NUL is the block's last byte */

	ck_assert_ptr_nonnull(block);
	return block;
}

START_TEST(reads_what_is_seen)
{
	char *html = block_of(rows[_i].html);
	struct buf text;
	bool quotes;

	buf_init(&text);
	quotes = html_to_text(html, 1000, true, &text);
	ck_assert_msg(strcmp(text.data, rows[_i].text) == 0,
	    "%s: got \"%s\", want \"%s\"", rows[_i].name, text.data,
	    rows[_i].text);
	ck_assert_msg(quotes == rows[_i].quotes, "%s: quotes is %d",
	    rows[_i].name, quotes);
	buf_release(&text);
	free(html);
}
END_TEST

START_TEST(reads_quotations_when_asked)
{
	struct buf text;

	buf_init(&text);
	ck_assert(!html_to_text("a<blockquote>b</blockquote>c", 1000, false,
	    &text));
	ck_assert_str_eq(text.data, "a\n\nb\n\nc");
	buf_release(&text);
}
END_TEST

START_TEST(stops_at_the_bound)
{
	struct buf text;

	buf_init(&text);
	(void)html_to_text("a<b>b</b>c<b>d</b>e", 3, false, &text);
	ck_assert_str_eq(text.data, "abc");
	buf_release(&text);
}
END_TEST

/* As deep as told apart, and one deeper, which looks like what it is in. */
START_TEST(tells_elements_apart_to_a_depth)
{
	size_t depth, i;

	for (depth = HTML_DEPTH_MAX - 2; depth <= HTML_DEPTH_MAX; depth++) {
		struct buf html, text;

		buf_init(&html);
		buf_init(&text);
		for (i = 0; i < depth; i++)
			buf_add_text(&html, "<b>");
		buf_add_text(&html, "<i hidden>x</i>");
		(void)html_to_text(html.data, 100, false, &text);
		ck_assert_msg((text.length == 0) ==
		    (depth < HTML_DEPTH_MAX - 1), "%zu deep: \"%s\"", depth,
		    text.data);
		buf_release(&text);
		buf_release(&html);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html");
	TCase *tcase = tcase_create("html");

	tcase_add_loop_test(tcase, reads_what_is_seen, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tcase, reads_quotations_when_asked);
	tcase_add_test(tcase, stops_at_the_bound);
	tcase_add_test(tcase, tells_elements_apart_to_a_depth);
	suite_add_tcase(suite, tcase);
	return test_run(suite);
}
