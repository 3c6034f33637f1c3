/*
 * The table of verbs, which serves the parser and the help.
 */
#include "front/ctl.h"

#include <stddef.h>

const struct ctl_verb ctl_verbs[] = {
	{ .name = "users",
	    .takes = CTL_OPTION_STANDING | CTL_OPTION_SORT,
	    .summary = "all users, their standing and rate",
	    .details =
	    "Lists every user who has sent anything: standing, response rate, "
	    "outreach answered, settled and still open in the window, since "
	    "when the standing holds and when it is looked at next.  "
	    "--standing: those who are good, warned, restricted or exempt.  "
	    "--sort: by name, by rate (lowest first) or by sent (most "
	    "first).",
	    .run = ctl_users },
	{ .name = "user", .operand = "NAME",
	    .summary = "one user in full, and what happens next",
	    .details =
	    "Shows one user: standing, since, due, the response rate with its "
	    "window and figures, and what happens next.  Exits 1 when there "
	    "is no such user.",
	    .run = ctl_user },
	{ .name = "forecast", .operand = "NAME",
	    .summary = "what the next look finds, and what would help",
	    .details =
	    "Shows when a user is looked at next, what it finds if nothing "
	    "more is answered, and how many answers would change that.",
	    .run = ctl_forecast },
	{ .name = "history", .operand = "NAME",
	    .summary = "how a user came to their standing",
	    .details =
	    "Shows a user's lines of the audit log, oldest first: each change "
	    "of standing with its figures, and what administrators did; and "
	    "what the standing was decided on.",
	    .run = ctl_history },
	{ .name = "pardon", .operand = "NAME",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "good standing, and a new count from now on",
	    .details =
	    "Puts a user into good standing and begins a new count: nothing "
	    "sent until now is ever held against them.  A warning they were "
	    "given stays given.  Notices that have not been mailed yet are "
	    "taken back.",
	    .run = ctl_pardon },
	{ .name = "restrict", .operand = "NAME",
	    .takes = CTL_OPTION_REASON | CTL_OPTION_UNTIL,
	    .needs = CTL_OPTION_REASON,
	    .summary = "refuse a user's bulk mail",
	    .details =
	    "Restricts a user, to whom no notice is sent.  At --until, else "
	    "after a term of the policy's, they are looked at as after any "
	    "term: released if people have answered meanwhile, else "
	    "restricted for another term.  pardon lets them go before.",
	    .run = ctl_restrict },
	{ .name = "exempt", .operand = "NAME",
	    .takes = CTL_OPTION_REASON | CTL_OPTION_UNTIL | CTL_OPTION_END,
	    .needs = CTL_OPTION_REASON,
	    .summary = "record a user's mail and judge it not",
	    .details =
	    "Exempts a user: until --until, else for good, or ends that "
	    "(--end).  Their mail is recorded, never refused; their standing "
	    "waits.",
	    .run = ctl_exempt },
	{ .name = "forget", .operand = "ADDRESS",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "a candidate asks to be forgotten",
	    .details =
	    "Removes all that leads to an outside address.  What was sent to "
	    "it stays counted. The reason is kept in the audit log: it should "
	    "not name the person.  Exits 1 when nothing is known of the "
	    "address.",
	    .run = ctl_forget },
	{ .name = "export", .operand = "NAME",
	    .summary = "everything stored about one user",
	    .details =
	    "Prints everything stored about one user, a JSON object a line.",
	    .run = ctl_export },
	{ .name = "audit",
	    .takes = CTL_OPTION_SINCE | CTL_OPTION_USER,
	    .summary = "who changed what, and why",
	    .details =
	    "Shows the audit log, oldest first: each change of a standing, "
	    "and each thing an administrator did, with the reason.",
	    .run = ctl_audit },
	{ .name = "why", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .summary = "what is known of one message",
	    .details =
	    "Shows what became of a message: to how many it went, who "
	    "answered and how that was found out, what bounced, what "
	    "automatic mail came, when silence counts. Candidates are shown "
	    "as hashes; naming an address shows that one's.  Exits 1 when no "
	    "outreach is known under the Message-ID.",
	    .run = ctl_why },
	{ .name = "credit", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "a message was answered after all",
	    .details =
	    "Counts a message as answered by the candidate, from now on.  The "
	    "candidate's address is needed when the message went to several.  "
	    "Who did it and the reason are kept in the audit log.  Exits 1 "
	    "when there is no such outreach, or it counts so already.",
	    .run = ctl_credit },
	{ .name = "uncredit", .operand = "MESSAGE-ID", .second = "CANDIDATE",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "a message was not answered after all",
	    .details =
	    "Takes an answer back, whoever counted it; otherwise as credit.",
	    .run = ctl_uncredit },
	{ .name = "notice", .operand = "WHAT", .many = true,
	    .words = "preview test",
	    .then = "warning restricted extended released recovered heads-up",
	    .summary = "what users are told; does it arrive",
	    .details =
	    "notice preview KIND USER shows what a notice would tell the user "
	    "now: warning, restricted, extended, released, recovered or "
	    "heads-up.  notice test ADDRESS sends a mail at once and shows "
	    "what the mail server said; exits 1 when it did not take it.",
	    .run = ctl_notice },
	{ .name = "import", .operand = "FILE",
	    .takes = CTL_OPTION_REASON,
	    .summary = "replay a history of events (- for stdin)",
	    .details =
	    "Replays a history, one event a line in JSON, through the gate at "
	    "the events' own times.  Bad lines are reported and skipped.  "
	    "Running it again is safe: what was seen before changes nothing.  "
	    "Exits 1 when lines were bad. replygatectl(8) has the format.",
	    .run = ctl_import },
	{ .name = "test-message", .operand = "FILE", .many = true,
	    .takes = CTL_OPTION_FROM | CTL_OPTION_PHRASES | CTL_OPTION_CONF,
	    .summary = "what replygate makes of messages in files",
	    .details =
	    "Shows what replygate makes of message files: a person's or not, "
	    "and by which rule, which messages it answers, which recipients "
	    "bounced.  Asks no daemon. The envelope sender is that of "
	    "--from, else of Return-Path, else the author. Phrases and header "
	    "rules are those of --conf, else phrases alone.",
	    .run = ctl_test_message },
	{ .name = "test-merge", .operand = "FILE", .many = true,
	    .takes = CTL_OPTION_SIMILARITY | CTL_OPTION_MINIMUM,
	    .summary = "which letters in files are one mail merge",
	    .details =
	    "Takes message files in order as one user's one-to-one mail, each "
	    "to a candidate of its own, all within merge_window: the campaign "
	    "each falls into, which letter of it it is, how like it is to the "
	    "nearest campaign, and from which on it is a merge.  Asks no "
	    "daemon.",
	    .run = ctl_test_merge },
	{ .name = "reload",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "take the changed configuration into use",
	    .details =
	    "Reads the configuration again, and the files it names.  Shows "
	    "which keys changed, and which of them wait for a restart; or "
	    "what is wrong and where, and then nothing is changed.",
	    .run = ctl_reload },
	{ .name = "enforce", .operand = "on|off", .words = "on off",
	    .takes = CTL_OPTION_REASON, .needs = CTL_OPTION_REASON,
	    .summary = "the emergency switch",
	    .details =
	    "off: nobody is refused or told anything and no standing moves, "
	    "as in monitor mode, whatever the configuration says, over "
	    "restarts, until it is on again.",
	    .run = ctl_enforce },
	{ .name = "stats",
	    .takes = CTL_OPTION_WEEKS,
	    .summary = "what the site sent, by week and by policy",
	    .details =
	    "Shows of each of the last weeks, and of each policy, what was "
	    "sent one-to-one, in bulk and as mail merge, what was answered "
	    "and what bounced, the rate and the median time to an answer; and "
	    "how many users stand how.  --weeks: 8 unless given, at most "
	    "104.",
	    .run = ctl_stats },
	{ .name = "backup", .operand = "DIRECTORY",
	    .takes = CTL_OPTION_REASON,
	    .summary = "copy the store while it is used",
	    .details =
	    "Copies the store into a directory that is absent or empty, while "
	    "mail goes on.  The daemon writes it, and checks it.  The key "
	    "file is not in it.  Exits 1 when the directory is not empty, "
	    "or a backup is being made already.",
	    .run = ctl_backup },
	{ .name = "verify", .operand = "DIRECTORY", .optional = true,
	    .summary = "is the store sound, or a backup",
	    .details =
	    "Looks through the store of the daemon, or one in a directory "
	    "that no daemon has open: a backup, or that of a stopped one.  "
	    "Exits 1 when it finds faults.",
	    .run = ctl_verify },
	{ .name = "dump", .operand = "DIRECTORY",
	    .summary = "a backup as text, for another machine",
	    .details =
	    "Prints a backup, or the store of a stopped daemon, as text that "
	    "load takes on any machine.  Exits 1 when rows could not be "
	    "read.",
	    .run = ctl_dump },
	{ .name = "load", .operand = "FILE", .second = "DIRECTORY",
	    .both = true,
	    .summary = "make a store of a dump (- for stdin)",
	    .details =
	    "Makes a store of a dump in a directory that is absent or empty: "
	    "all of it, or the directory stays as it was.  Exits 1 when the "
	    "file is no whole dump, or the directory not empty.",
	    .run = ctl_load },
	{ .name = "doctor",
	    .takes = CTL_OPTION_CONF | CTL_OPTION_POSTFIX |
	    CTL_OPTION_SENDMAIL,
	    .summary = "is it wired up right, or what to change",
	    .details =
	    "Shows what the daemon has seen of the mail system, how that is "
	    "configured on this host, and files and their rights, each with "
	    "what to change.  Exits 1 with problems.  Without a daemon it "
	    "looks at the configuration of -f.  --postfix names the "
	    "directory of another main.cf, --sendmail a sendmail.cf.",
	    .run = ctl_doctor },
	{ .name = "health",
	    .summary = "is the daemon well",
	    .details =
	    "Shows how the daemon does.  Exits 1 when something is wrong.",
	    .run = ctl_health },
	{ .name = "version",
	    .summary = "versions of this command and the daemon",
	    .details = "Shows the versions of this command and of the daemon.",
	    .run = ctl_version },
	{ .name = "completion",
	    .summary = "the completion of bash",
	    .details =
	    "Prints what bash completes this command by; make install puts "
	    "it in its place.",
	    .run = ctl_completing },
	{ .name = "help", .operand = "VERB", .optional = true,
	    .summary = "this, or more about one verb",
	    .details = "Shows all verbs, or more about one.",
	    .run = ctl_helping },
	{ .name = NULL },
};
