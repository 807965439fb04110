package dev.onceflow.verification.payments;

import dev.onceflow.testkit.RealBroker;

/** On a real broker. */
@RealBroker
class PaymentsIT extends PaymentsSuite {}
