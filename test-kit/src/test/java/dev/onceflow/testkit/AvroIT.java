package dev.onceflow.testkit;

/** On a real broker. */
@RealBroker(partitions = 3)
class AvroIT extends AvroSuite {}
