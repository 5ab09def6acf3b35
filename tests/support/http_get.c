#include "support/http_get.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

int http_get(const char *unix_socket, const char *url, int milliseconds, char **body)
{
	CURL *curl = curl_easy_init();
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);
	long status = -1;

	if (!curl || !memory)
		abort();
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)milliseconds);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, memory);
	if (unix_socket)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, unix_socket);
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	fclose(memory);
	if (body)
		*body = text;
	else
		free(text);
	return (int)status;
}
