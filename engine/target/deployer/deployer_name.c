#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "target/deployer/deployer.h"

/* The server writes a name into docker-compose.yml without quotes. */
static bool is_no_text(const char *name)
{
	static const char *const words[] = {
		"true", "false", "yes", "no", "on", "off", "y", "n", "null", "inf", "nan"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], name) == 0)
			return true;
	/* 12, 1e3, 0x1f, 1_000, 2024-01-02 */
	return isdigit((unsigned char)name[0]) &&
	       name[strspn(name, "0123456789abcdefox_-")] == '\0';
}

void deployer_safe_name(char safe[DEPLOYER_NAME_MAX], const char *name)
{
	static const char prefix[] = "app-";
	char made[DEPLOYER_NAME_MAX - sizeof(prefix) + 1];
	size_t len = 0;

	/* One sign between two words: Docker takes no other runs of them. */
	for (; *name != '\0' && len < sizeof(made) - 1; name++) {
		unsigned char c = (unsigned char)*name;
		bool apart = len > 0 && made[len - 1] != '-' && made[len - 1] != '_';

		if (c < 0x80 && isalnum(c))
			made[len++] = (char)tolower(c);
		else if (apart)
			made[len++] = c == '_' ? '_' : '-';
	}
	while (len > 0 && !isalnum((unsigned char)made[len - 1]))
		len--;
	made[len] = '\0';
	snprintf(safe, DEPLOYER_NAME_MAX, "%s%s", is_no_text(made) ? prefix : "", made);
}
