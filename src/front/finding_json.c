/*
 * Findings as JSON.
 */
#include "front/finding_json.h"

#include <jansson.h>

#include "front/api_json.h"

static json_t *
one_json(const struct finding *finding)
{
	return json_pack("{s:s, s:s, s:o, s:o}",
	    "check", finding->check,
	    "level", finding_level_text(finding->level),
	    "seen", api_json_text(finding->seen.data),
	    "advice", finding->advice.length == 0 ? json_null() :
	    api_json_text(finding->advice.data));
}

json_t *
finding_json(const struct findings *findings)
{
	json_t *list = findings->failed ? NULL : json_array();
	size_t i;

	for (i = 0; list != NULL && i < findings->count; i++)
		if (json_array_append_new(list,
		    one_json(&findings->list[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}
