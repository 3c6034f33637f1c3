/*
 * The tables of lines around what a writer wrote.
 */
#include "mail/quote.h"

#include <string.h>

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* "-----Original Message-----": a rule with words in it. */
static bool
is_worded_rule(const char *line)
{
	size_t dashes = strspn(line, "-_ ");

	return dashes >= 5 && line[dashes] != '\0' &&
	    (strstr(line, "messag") != NULL || strstr(line, "nachricht") !=
	    NULL || strstr(line, "mensaje") != NULL || strstr(line,
	    "mensagem") != NULL || strstr(line, "forward") != NULL ||
	    strstr(line, "weitergeleitet") != NULL || strstr(line,
	    "bericht") != NULL || strstr(line, "wiadomo") != NULL ||
	    strstr(line, "сообщение") != NULL);
}

bool
quote_is_header(const char *line)
{
	static const char *const beginnings[] = {
		"begin forwarded message", "from: ", "von: ", "de : ", "de: ",
		"da: ", "van: ", "från: ", "fra: ", "od: ", "lähettäjä: ",
		"от: ", "发件人:", "寄件者:", "差出人:",
		"보낸 사람:", "kimden: ", "feladó: ", "expéditeur : "
	};
	size_t i;

	for (i = 0; i < COUNT(beginnings); i++)
		if (begins(line, beginnings[i]))
			return true;
	return is_worded_rule(line);
}

bool
quote_is_separator(const char *line)
{
	return begins(line, "-----") || begins(line, "_____") ||
	    quote_is_header(line);
}

bool
quote_is_attribution(const char *line, size_t length)
{
	static const char *const ends[] = {
		"wrote:", "writes:", "schrieb:", "a écrit :", "a écrit:",
		"escribió:", "escreveu:", "ha scritto:", "schreef:",
		"skrev:", "kirjoitti:", "napisał(a):", "napsal:",
		"пишет:", "писал:", "写道:", "said:"
	};
	size_t i, end;

	for (i = 0; i < COUNT(ends); i++) {
		end = strlen(ends[i]);
		if (length >= end && strcmp(line + length - end, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Folded: "ß" is "ss". */
static const char *const closings[] = {
	"all the best", "best", "best regards", "best wishes", "cheers",
	"kind regards", "kindest regards", "many thanks", "regards",
	"sincerely", "sincerely yours", "thank you", "thanks",
	"thanks and regards", "thanks and best regards", "warm regards",
	"warmly", "with best regards", "with kind regards", "yours",
	"yours faithfully", "yours sincerely", "br", "kr",
	"mit freundlichen grüssen", "mit freundlichen gruessen",
	"mit freundlichem gruss", "mit besten grüssen",
	"freundliche grüsse", "viele grüsse", "beste grüsse",
	"liebe grüsse", "herzliche grüsse", "schöne grüsse", "mfg", "vg",
	"lg",
	"cordialement", "bien cordialement", "bien à vous", "salutations",
	"meilleures salutations", "sincères salutations",
	"bonne journée", "belle journée",
	"saludos", "un saludo", "saludos cordiales", "un cordial saludo",
	"atentamente", "gracias",
	"atenciosamente", "cumprimentos", "com os melhores cumprimentos",
	"abraços", "um abraço", "obrigado", "obrigada",
	"cordiali saluti", "saluti", "distinti saluti", "un saluto",
	"a presto", "grazie",
	"met vriendelijke groet", "met vriendelijke groeten",
	"vriendelijke groet", "vriendelijke groeten", "groet", "groeten",
	"med vänliga hälsningar", "vänliga hälsningar", "hälsningar",
	"mvh", "med vennlig hilsen", "vennlig hilsen", "med venlig hilsen",
	"venlig hilsen", "hilsen", "ystävällisin terveisin", "terveisin",
	"pozdrawiam", "z poważaniem", "s pozdravem", "üdvözlettel",
	"с уважением",
	"с наилучшими пожеланиями", "saygılarımla",
	"敬具", "よろしくお願いいたします", "此致", "祝好",
	"감사합니다", "감사합니다.",
};

bool
quote_is_closing(const char *line)
{
	size_t i, length = strlen(line);

	while (length > 0 && strchr(",.!;- ", line[length - 1]) != NULL)
		length--;
	for (i = 0; i < COUNT(closings); i++)
		if (strlen(closings[i]) == length &&
		    memcmp(line, closings[i], length) == 0)
			return true;
	return false;
}
