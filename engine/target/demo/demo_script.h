/*
 * What a rehearsal shall play, read from the deployment's environment: DEMO_SECONDS, DEMO_LINES,
 * DEMO_RATE, DEMO_LAYERS, DEMO_FAIL=STAGE, DEMO_STALL=STAGE:SECONDS, DEMO_SEED. Tests and
 * benchmarks ask for rates, sizes and failures with it.
 */
#ifndef TARGET_DEMO_SCRIPT_H
#define TARGET_DEMO_SCRIPT_H

#include <stdint.h>

#include <berth/deployment.h>
#include <berth/error.h>

struct demo_script {
	int64_t length_ms; /* of the whole, without stalls */
	uint64_t lines;    /* log lines of the pretended service */
	double rate; /* lines a second; 0: as fast as they can be made; below 0: spread over the
			length */
	int layers;
	int fail_stage;  /* -1: none */
	int stall_stage; /* -1: none */
	int64_t stall_ms;
	uint64_t seed;
};

/* 0, or -1 with USAGE naming the variable, its value and what would be right. */
int demo_script_read(struct demo_script *script, const struct berth_deployment *deployment,
	struct berth_error *err);

#endif
