package dev.onceflow.testkit;

/** On a real broker. */
@RealBroker
class TotalsIT extends TotalsSuite {}
