/* A fixture on a store that fails on demand. */
#ifndef TESTS_UNIT_GATE_FAULTS_H
#define TESTS_UNIT_GATE_FAULTS_H

#include "fault_engine.h"
#include "gate_fixture.h"

void fixture_open_faulty(struct fixture *, const char *policy,
    const char *top, struct fault *fault);

#endif
