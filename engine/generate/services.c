#include "generate/services.h"

#include <string.h>

/* The server of a first start, which is not ready for anybody, listens to itself only. Variables
 * that a container is to expand itself are written $$ in a compose file. */
static const struct service services[] = {
	{
		.name = "postgresql",
		.image = "postgres:17",
		.port = "5432",
		.data = "/var/lib/postgresql/data",
		.health = "pg_isready -h 127.0.0.1 -U $$POSTGRES_USER -d $$POSTGRES_DB",
		.password = "POSTGRES_PASSWORD",
		.settings = {"POSTGRES_USER=app", "POSTGRES_PASSWORD={password}",
			"POSTGRES_DB=app"},
		.user = "app",
		.url = "postgresql://{user}:{password}@{host}:{port}/{database}",
		.url_name = "DATABASE_URL",
	},
	{
		.name = "mysql",
		.image = "mysql:8.4",
		.port = "3306",
		.data = "/var/lib/mysql",
		/* The server of the first start, which has no users yet, is on its socket only. */
		.health = "MYSQL_PWD=$$MYSQL_PASSWORD mysql -h 127.0.0.1 -u $$MYSQL_USER -e "
			  "'SELECT 1'",
		.password = "MYSQL_PASSWORD",
		.settings = {"MYSQL_USER=app", "MYSQL_PASSWORD={password}", "MYSQL_DATABASE=app",
			"MYSQL_RANDOM_ROOT_PASSWORD=yes"},
		.user = "app",
		.url = "mysql://{user}:{password}@{host}:{port}/{database}",
		.url_name = "DATABASE_URL",
	},
	{
		.name = "mongodb",
		.image = "mongo:7",
		.port = "27017",
		.data = "/data/db",
		.health = "mongosh --quiet --host \"$$HOSTNAME\" --eval 'quit(db.runCommand({ "
			  "ping: 1 }).ok ? 0 : 1)'",
		.password = "MONGO_INITDB_ROOT_PASSWORD",
		.settings = {"MONGO_INITDB_ROOT_USERNAME=app",
			"MONGO_INITDB_ROOT_PASSWORD={password}"},
		.user = "app",
		.url = "mongodb://{user}:{password}@{host}:{port}/{database}?authSource=admin",
		.url_name = "MONGODB_URI",
	},
	{
		.name = "redis",
		.image = "redis:7",
		.port = "6379",
		.data = "/data",
		.command = "exec redis-server --requirepass \"$$REDIS_PASSWORD\" --appendonly yes",
		.health = "REDISCLI_AUTH=\"$$REDIS_PASSWORD\" redis-cli ping | grep -q PONG",
		.password = "REDIS_PASSWORD",
		.settings = {"REDIS_PASSWORD={password}"},
		.user = "default",
		.url = "redis://:{password}@{host}:{port}/0",
		.url_name = "REDIS_URL",
	},
};

const struct service *service_find(const char *database)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		if (strcmp(services[i].name, database) == 0)
			return &services[i];
	}
	return NULL;
}
