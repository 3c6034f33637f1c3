/*
 * Bounces in other languages than English: in the image of mail services and
 * of translated templates.
 */
#include "report_fixture.h"

#include "mail/mime.h"

#define TEXT	"From: MAILER-DAEMON@example.org\n"			\
		"Content-Type: text/plain; charset=utf-8\n\n"

static const struct report_row rows[] = {
	{ "German, Postfix's template", "<>", TEXT
	    "Ihre Nachricht konnte an einen oder mehrere Empfänger nicht\n"
	    "zugestellt werden.\n\n<bob@example.org>: unbekannter Name\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "German, named in the sentence", "<>", TEXT
	    "Die Mail an bob@example.org konnte nicht zugestellt werden.\n"
	    "Grund: Postfach voll\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.2.2" },
	{ "German, Domino", "<>", TEXT
	    "Ihre Nachricht\n\n  Betreff: A position\n\n"
	    "wurde nicht zugestellt an:\n\n  bob@example.org\n\nda:\n\n"
	    "  Benutzer ist nicht im Verzeichnis\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "French", "<>", TEXT
	    "Votre message n'a pas pu être remis aux destinataires "
	    "suivants :\n\n  bob@example.org\n\n550 5.1.1 inconnu\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "Spanish", "<>", TEXT
	    "Su mensaje no se ha podido entregar a los destinatarios:\n\n"
	    "<bob@example.org>\nBuzón lleno\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.2.2" },
	{ "Portuguese", "<>", TEXT
	    "Sua mensagem não pôde ser entregue para:\n\nbob@example.org\n"
	    "Usuário desconhecido\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "Italian", "<>", TEXT
	    "Il messaggio non è stato consegnato al destinatario\n"
	    "bob@example.org\n\nUtente sconosciuto\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Dutch", "<>", TEXT
	    "Uw bericht kon niet worden afgeleverd bij:\n\n"
	    "bob@example.org\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "Swedish", "<>", TEXT
	    "Ditt meddelande kunde inte levereras till\n\n"
	    "bob@example.org\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "Polish", "<>", TEXT
	    "Nie można dostarczyć wiadomości do:\n\nbob@example.org\n"
	    "550 nieznany\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "Russian", "<>", TEXT
	    "Ваше сообщение не было доставлено "
	    "следующим получателям:\n\n"
	    "  bob@example.org\n    550 5.1.1 неизвестен"
	    "\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Turkish", "<>", TEXT
	    "İletiniz aşağıdaki alıcılara teslim edilemedi:\n\n"
	    "bob@example.org\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.0.0" },
	{ "Chinese", "<>", TEXT
	    "抱歉，您的邮件被退回来了……\n\n收件人：bob@ex"
	    "ample.org\n"
	    "退信原因：收件人邮件地址不存在\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Chinese, nothing returned", "<>", TEXT
	    "很抱歉，您的邮件无法投递到以下收件人：\n\nbob"
	    "@example.org\n"
	    "550 User not found\n",
	    "delivery", "returned-message", "",
	    "bob@example.org failed 5.1.1" },
	{ "Japanese", "<>", TEXT
	    "次の宛先へのメッセージはエラーのため送信で"
	    "きませんでした。\n\n"
	    "bob@example.org\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "Japanese, in its own charset", "<>",
	    "From: MAILER-DAEMON@example.org\n"
	    "Content-Type: text/plain; charset=iso-2022-jp\n\n"
	    "\033$BG[?.$G$-$^$;$s\033(B\n\nbob@example.org\n"
	    "550 5.1.1\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.1.1" },
	{ "Korean", "<>", TEXT
	    "메일을 전송할 수 없습니다.\n\n받는사람: <bob@exam"
	    "ple.org>\n"
	    "사유: 수신자를 찾을 수 없음\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org failed 5.0.0" },
	{ "German, not yet", "<>", TEXT
	    "Ihre Nachricht an bob@example.org konnte noch nicht zugestellt\n"
	    "werden. Wir versuchen es weiter.\n\n" RETURNED,
	    "delivery", "returned-message", "one@example.com",
	    "bob@example.org delayed " },
	{ "French, not yet", "<>", TEXT
	    "Votre message n'a pas encore été remis à :\n\n"
	    "bob@example.org\n450 plus tard\n",
	    "delivery", "returned-message", "",
	    "bob@example.org delayed 4.0.0" },
	{ "Russian, not yet", "<>", TEXT
	    "Сообщение ещё не доставлено:\n\nbob@exam"
	    "ple.org\n"
	    "не удалось доставить с первого раз"
	    "а\n",
	    "delivery", "returned-message", "",
	    "bob@example.org delayed " },
	{ "no bounce: somebody is away", "<>", TEXT
	    "Ich bin bis Montag nicht da. Bitte wenden Sie sich an\n\n"
	    "carol@example.org\n\n" RETURNED,
	    "none", "", "", "" },
};

START_TEST(bounces_are_read)
{
	report_check_row(&rows[_i]);
}
END_TEST

START_TEST(cut_short)
{
	report_check_cuts(&rows[_i]);
}
END_TEST

static void
set_up(void)
{
	mime_library_init();
}

int
main(void)
{
	Suite *suite = suite_create("report languages");
	TCase *tests = tcase_create("report languages");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_loop_test(tests, bounces_are_read, 0,
	    sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(tests, cut_short, 0,
	    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(suite, tests);
	return test_run(suite);
}
