#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "source/pax.h"

/*
 * Two writers of one archive. By default libarchive translates names from the locale's charset, and
 * what does not translate is lost or warned about; told that names are bytes it leaves them alone,
 * but says so in front of every entry, which doubles the archive of a tree of small files. So names
 * that are ASCII go through the one and all others through the other.
 */
struct pax {
	struct archive *ascii, *bytes;
	struct archive *archive; /* the one that has the current entry */
	struct archive_entry *entry;
	struct buf *out; /* during a call only */
	struct berth_error *err;
	bool full; /* out took no more; err is set */
};

/*
 * libarchive 3.6 keeps this next to the table of all its formats, so that one reference to it links
 * every writer and with them libxml2, OpenSSL and four compressors. It is called for entries a
 * format cannot hold; only files, folders and links are ever given to it here. Weak, so that a
 * libarchive that has it elsewhere wins.
 */
void __archive_write_entry_filetype_unsupported(
	struct archive *archive, struct archive_entry *entry, const char *format);
__attribute__((weak)) void __archive_write_entry_filetype_unsupported(
	struct archive *archive, struct archive_entry *entry, const char *format)
{
	archive_set_error(archive, EINVAL, "'%s' cannot be put into a %s archive",
		archive_entry_pathname(entry), format);
}

static la_ssize_t append(struct archive *archive, void *context, const void *data, size_t len)
{
	struct pax *pax = context;

	if (!pax->out)
		return -1;
	if (buf_add(pax->out, data, len, pax->err)) {
		pax->full = true;
		archive_set_error(archive, ENOMEM, "the buffer is full");
		return -1;
	}
	return (la_ssize_t)len;
}

static struct archive *open_writer(struct pax *pax, bool bytes)
{
	struct archive *archive = archive_write_new();

	if (!archive)
		return NULL;
	/* No blocks: what was written is in the buffer when the call returns. */
	if (archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK &&
		(!bytes || archive_write_set_format_option(
				   archive, "pax", "hdrcharset", "BINARY") == ARCHIVE_OK) &&
		archive_write_set_bytes_per_block(archive, 0) == ARCHIVE_OK &&
		archive_write_open2(archive, pax, NULL, append, NULL, NULL) == ARCHIVE_OK)
		return archive;
	archive_write_free(archive);
	return NULL;
}

struct pax *pax_new(struct berth_error *err)
{
	struct pax *pax = calloc(1, sizeof(*pax));

	if (pax) {
		pax->ascii = open_writer(pax, false);
		pax->bytes = open_writer(pax, true);
		pax->archive = pax->ascii;
		pax->entry = archive_entry_new();
		if (pax->ascii && pax->bytes && pax->entry)
			return pax;
	}
	pax_free(pax);
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return NULL;
}

static void close_writer(struct archive *archive)
{
	if (!archive)
		return;
	/* Freeing alone leaks what the open made, if the archive is broken. The end that is written
	 * here goes nowhere: there is no buffer any more. */
	archive_write_close(archive);
	archive_write_free(archive);
}

void pax_free(struct pax *pax)
{
	if (!pax)
		return;
	close_writer(pax->ascii);
	close_writer(pax->bytes);
	archive_entry_free(pax->entry);
	free(pax);
}

static void begin(struct pax *pax, struct buf *out, struct berth_error *err)
{
	pax->out = out;
	pax->err = err;
}

/* Warnings count: they mean that something of the entry was lost. */
static int finish(struct pax *pax, int result, const char *name)
{
	struct berth_error *err = pax->err;

	pax->out = NULL;
	pax->err = NULL;
	if (result == ARCHIVE_OK)
		return 0;
	if (pax->full)
		return -1;
	return berth_error_set(err, BERTH_E_IO, archive_errno(pax->archive),
		"cannot put '%s' into the archive: %s", name,
		archive_error_string(pax->archive) ? archive_error_string(pax->archive)
						   : "unknown error");
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if (*text & 0x80)
			return false;
	}
	return true;
}

static void fill_entry(struct archive_entry *entry, const struct pax_header *header)
{
	static const unsigned types[] = {
		[WALK_FILE] = AE_IFREG,
		[WALK_FOLDER] = AE_IFDIR,
		[WALK_LINK] = AE_IFLNK,
	};

	archive_entry_clear(entry);
	archive_entry_copy_pathname(entry, header->name);
	archive_entry_set_filetype(entry, types[header->kind]);
	archive_entry_set_perm(entry, (mode_t)header->mode);
	archive_entry_set_size(entry, header->kind == WALK_FILE ? header->size : 0);
	archive_entry_set_mtime(entry, (time_t)header->mtime, 0);
	archive_entry_set_uid(entry, header->uid);
	archive_entry_set_gid(entry, header->gid);
	if (header->kind == WALK_LINK)
		archive_entry_copy_symlink(entry, header->link);
}

int pax_header(
	struct pax *pax, const struct pax_header *header, struct buf *out, struct berth_error *err)
{
	bool ascii = is_ascii(header->name) && (!header->link || is_ascii(header->link));
	int result;

	begin(pax, out, err);
	fill_entry(pax->entry, header);
	/* The entry before, if it was the other writer's, is padded now or never. */
	result = archive_write_finish_entry(pax->archive);
	if (result == ARCHIVE_OK) {
		pax->archive = ascii ? pax->ascii : pax->bytes;
		result = archive_write_header(pax->archive, pax->entry);
	}
	return finish(pax, result, header->name);
}

int pax_data(
	struct pax *pax, const void *data, size_t len, struct buf *out, struct berth_error *err)
{
	la_ssize_t written;

	begin(pax, out, err);
	written = archive_write_data(pax->archive, data, len);
	return finish(pax, written == (la_ssize_t)len ? ARCHIVE_OK : ARCHIVE_FATAL,
		archive_entry_pathname(pax->entry));
}

int pax_end(struct pax *pax, struct buf *out, struct berth_error *err)
{
	int result;

	begin(pax, out, err);
	result = archive_write_finish_entry(pax->archive);
	if (result == ARCHIVE_OK) {
		pax->archive = pax->ascii;
		result = archive_write_close(pax->archive);
	}
	return finish(pax, result, "its end");
}
