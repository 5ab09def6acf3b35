#include "detect/databases.h"

#include <stdio.h>
#include <string.h>

#include "source/pattern.h"

static const struct {
	const char *name, *label;
	const char *images[8];
} databases[] = {
	{"postgresql", "PostgreSQL", {"postgres", "postgis", "pgvector", "timescaledb"}},
	{"mysql", "MySQL", {"mysql", "mysql-server", "mariadb", "percona"}},
	{"mongodb", "MongoDB", {"mongo", "mongodb", "mongodb-community-server"}},
	{"redis", "Redis", {"redis", "valkey", "keydb", "dragonfly", "redis-stack"}},
	{"sqlserver", "SQL Server", {"mcr.microsoft.com/mssql/server", "azure-sql-edge"}},
	{"elasticsearch", "Elasticsearch", {"elasticsearch", "opensearch"}},
	{"rabbitmq", "RabbitMQ", {"rabbitmq"}},
};

bool image_is(const char *image, const char *pattern)
{
	char name[512];
	const char *digest = strchr(image, '@');
	size_t len = digest ? (size_t)(digest - image) : strlen(image);

	if (len >= sizeof name)
		return false;
	memcpy(name, image, len);
	name[len] = '\0';
	char *slash = strrchr(name, '/');
	char *tag = strchr(slash ? slash : name, ':');
	if (tag)
		*tag = '\0';
	if (strchr(pattern, '/'))
		return pattern_match(pattern, name, false);
	return pattern_match(pattern, slash ? slash + 1 : name, false);
}

const char *database_of_image(const char *image)
{
	for (size_t i = 0; i < sizeof databases / sizeof *databases; i++) {
		for (size_t j = 0; j < 8 && databases[i].images[j]; j++) {
			if (image_is(image, databases[i].images[j]))
				return databases[i].name;
		}
	}
	return NULL;
}

const char *berth_database_label(const char *database)
{
	for (size_t i = 0; i < sizeof databases / sizeof *databases; i++) {
		if (strcmp(databases[i].name, database) == 0)
			return databases[i].label;
	}
	return database;
}
