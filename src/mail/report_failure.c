/*
 * What says that a message was not delivered, or not yet, in the languages
 * that mail services and translated templates write their bounces in.  The
 * phrases are of the kind that says only this; who it was not delivered to
 * stands somewhere near, in an order that differs from language to language.
 *
 * As a window holds them: in lower case, with single blanks.
 */
#include "mail/report_private.h"

static const char *const failures[] = {
	/* English */
	"not be delivered", "couldn't be delivered", "can't be delivered",
	"cannot be delivered", "wasn't delivered", "not delivered",
	"not been delivered", "undeliverable", "undelivered",
	"unable to deliver", "not deliver ", "cannot deliver",
	"couldn't deliver", "delivery failed", "delivery has failed",
	"delivery failure", "delivery was refused", "delivery error",
	"failed to deliver", "did not reach", "was rejected", "was refused",
	"has been rejected", "no such user here", "returned to sender",
	"could not be sent", "address not found",
	/* German */
	"nicht zugestellt", "nicht zustellbar", "unzustellbar",
	"nicht ausgeliefert", "nicht erreicht", "zustellung fehlgeschlagen",
	"zustellung ist fehlgeschlagen", "nicht übermittelt",
	"nicht zustellen",
	/* French */
	"pas pu être remis", "pas pu être délivré", "pas été remis",
	"pas été délivré", "n'a pu être remis", "n'a pu être délivré",
	"pas pu être distribué", "échec de la remise", "échec de remise",
	"impossible de remettre", "impossible de délivrer", "non remis",
	"pas pu être livré", "pas pu être envoyé", "non distribué",
	/* Spanish, Catalan */
	"no se ha podido entregar", "no se pudo entregar",
	"no pudo ser entregado", "no ha podido ser entregado",
	"no puede ser entregado", "no se puede entregar", "no entregado",
	"no ha sido entregado", "no se entregó", "error de entrega",
	"error en la entrega", "no s'ha pogut lliurar",
	/* Portuguese */
	"não pôde ser entregue", "não pode ser entregue",
	"não foi entregue", "não foi possível entregar", "não entregue",
	"falha na entrega", "não pôde ser enviad",
	/* Italian */
	"non è stato consegnato", "non consegnato", "mancata consegna",
	"impossibile consegnare", "non può essere consegnato",
	"non è stato possibile consegnare", "non recapitat",
	"non è stato recapitato", "impossibile recapitare",
	"non è possibile recapitare", "è stato rifiutato",
	/* Romanian */
	"nu a putut fi livrat", "nu a fost livrat",
	/* Dutch */
	"niet worden afgeleverd", "niet afgeleverd", "niet bezorgd",
	"niet worden bezorgd", "onbestelbaar", "niet worden besteld",
	/* Nordic */
	"inte levereras", "inte leverera", "kunne ikke leveres",
	"ikke leveret", "ikke levert", "ei voitu toimittaa",
	"ei voida toimittaa", "ei toimitettu",
	/* Polish, Czech, Slovak, Hungarian */
	"nie można dostarczyć", "nie mogła zostać dostarczona",
	"nie została dostarczona", "nie dostarczono",
	"nie udało się dostarczyć", "nelze doručit", "nebyla doručena",
	"nepodařilo se doručit", "nebylo možné doručit",
	"nemožno doručiť", "nebola doručená", "nem kézbesíthető",
	"nem sikerült kézbesíteni", "kézbesíthetetlen",
	/* Croatian, Serbian, Bulgarian */
	"nije isporučena", "није испоручена",
	"не беше доставено",
	"не може да бъде доставено",
	/* Russian, Ukrainian */
	"не было доставлено",
	"не может быть доставлено",
	"не могло быть доставлено",
	"не доставлено", "не доставлена",
	"не удалось доставить",
	"невозможно доставить",
	"не вдалося доставити",
	"не може бути доставлен",
	/* Greek, Turkish */
	"δεν παραδόθηκε",
	"δεν ήταν δυνατή η παράδοση",
	"teslim edilemedi", "iletilemedi", "gönderilemedi",
	/* Hebrew, Arabic */
	"לא נמסרה", "לא ניתן היה למסור",
	"تعذر تسليم", "لم يتم تسليم",
	/* Thai, Vietnamese, Indonesian */
	"ไม่สามารถส่ง", "không thể gửi",
	"không gửi được",
	"tidak dapat dikirim", "gagal terkirim",
	/* Chinese */
	"退信", "被退回", "无法投递", "無法投遞", "无法送达",
	"無法送達",
	"投递失败", "未能投递", "无法传递", "無法傳遞",
	"发送失败",
	"傳送失敗", "未能送达", "未送达",
	/* Japanese */
	"配信できません", "配信不能", "送信できません",
	"配送できません",
	"送達できません", "お届けできません",
	"届けることができません",
	"配信されませんでした", "届きませんでした",
	/* Korean */
	"전송할 수 없", "전송하지 못", "전송 실패",
	"전달되지",
	"배달되지", "배달할 수 없", "발송 실패", "반송되었",
};

/* Said of the message as a whole: it has not been given up. */
static const char *const delays[] = {
	/* English */
	"warning message only", "just a warning", "advisory-only",
	"is delayed for more", "has been delayed", "has been postponed",
	"not yet been delivered", "has not been delivered yet",
	"do not need to resend", "temporary failure report",
	"could not be delivered for more than", "will be retried",
	"still being retried", "will continue to try", "will keep trying",
	"delivery attempts will continue",
	/* German, Dutch, Nordic */
	"noch nicht zugestellt", "noch nicht ausgeliefert",
	"zustellung verzögert", "weitere zustellversuche",
	"nog niet afgeleverd", "nog niet bezorgd", "ännu inte levererats",
	"endnu ikke leveret", "ennå ikke levert",
	/* French, Spanish, Portuguese, Italian */
	"pas encore été remis", "pas encore été délivré",
	"remise différée", "a été retardé",
	"aún no se ha podido entregar",
	"todavía no se ha podido entregar", "aún no ha sido entregado",
	"entrega retrasada", "ainda não foi entregue", "entrega atrasada",
	"non è stato ancora consegnato", "non è ancora stato consegnato",
	/* Polish, Czech, Russian, Ukrainian */
	"jeszcze nie została dostarczona", "dosud nebyla doručena",
	"ещё не доставлено", "еще не доставлено",
	"доставка задерж",
	"пока не доставлено", "ще не доставлено",
	/* Far east */
	"尚未投递", "投递延迟", "尚未送達", "配信が遅延",
	"配信遅延",
	"まだ配信され", "전송 지연", "배달 지연",
};

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

bool
report_window_fails(const struct report_window *window)
{
	return report_window_find(window, failures, COUNT(failures)) <
	    COUNT(failures);
}

bool
report_window_delays(const struct report_window *window)
{
	return report_window_find(window, delays, COUNT(delays)) <
	    COUNT(delays);
}
