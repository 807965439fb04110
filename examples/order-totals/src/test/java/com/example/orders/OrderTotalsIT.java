package com.example.orders;

import dev.onceflow.testkit.RealBroker;

/** On a real broker. */
@RealBroker
class OrderTotalsIT extends OrderTotalsSuite {}
