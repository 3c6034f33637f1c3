/*
 * Organizational domains (RFC 7489 section 3.2), by the public suffix list
 * (publicsuffix.org).  domain_suffix.c is the only file that includes libpsl's
 * header.  Pure: the list is the one that libpsl was built with.
 */
#ifndef MAIL_DOMAIN_SUFFIX_H
#define MAIL_DOMAIN_SUFFIX_H

/*
 * What somebody registered: "example.co.uk" in "mail.example.co.uk".  Points
 * into the domain, which is in lower case; the domain itself where nobody can
 * have registered it ("co.uk", "[192.0.2.1]") or there is no list.
 */
const char *domain_suffix_organization(const char *domain);

#endif
