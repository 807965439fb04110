package dev.onceflow.schemas.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** Records of the contracts. */
public final class Samples {
  private static final Instant THEN = Instant.ofEpochMilli(1_291_191_960_123L);
  private static final PaymentEvent EVENT =
      new PaymentEvent(
          "e-1", "p-1", "a-1", "m-1", PaymentKind.CAPTURE, 1530L, "GBP", THEN, "naïve ref");
  private static final PaymentState STATE =
      new PaymentState(PaymentStatus.AUTHORIZED, "a-1", "m-1", "GBP", 2000L, 0L, 0L, "e-0");

  private Samples() {}

  /** One of each contract, every field filled, in the order of their names' files. */
  public static List<SpecificRecord> all() {
    return List.of(
        EVENT,
        new LedgerEntry(
            "l-1",
            "e-1",
            "p-1",
            "customer:a-1:GBP",
            AccountType.CUSTOMER,
            "a-1",
            PaymentKind.CAPTURE,
            "GBP",
            -1530L,
            THEN,
            LocalDate.of(2010, 12, 1)),
        new AccountBalance(
            "customer:a-1:GBP",
            AccountType.CUSTOMER,
            "a-1",
            "GBP",
            -1530L,
            new BigDecimal("-15.3000"),
            7L,
            "l-1",
            THEN),
        STATE,
        new RejectedPayment(EVENT, "over-capture", "asked 1530", STATE),
        new VerdictCounts(6L, 1L, 1L, 2L, 1L, 1L, 6L),
        new MerchantDailyTotal(
            "m-1", LocalDate.of(2010, 12, 1), "GBP", 1530L, 0L, 1L, 0L, 1L, "l-1", THEN));
  }

  /** Without what may be missing. */
  public static List<SpecificRecord> withoutOptionalFields() {
    return List.of(
        PaymentEvent.newBuilder(EVENT).setReference(null).build(),
        new RejectedPayment(EVENT, "no-authorization", "asked 1530", null));
  }
}
