package dev.onceflow.testkit;

/** In the test driver. */
class AvroTest extends AvroSuite {}
