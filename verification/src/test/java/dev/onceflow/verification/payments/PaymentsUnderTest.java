package dev.onceflow.verification.payments;

import dev.onceflow.schemas.event.AccountBalance;
import dev.onceflow.schemas.event.LedgerEntry;
import dev.onceflow.schemas.event.MerchantDailyTotal;
import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.schemas.event.PaymentKind;
import dev.onceflow.schemas.event.RejectedPayment;
import dev.onceflow.schemas.event.VerdictCounts;
import dev.onceflow.schemas.topic.Topic;
import dev.onceflow.schemas.topic.Topics;
import dev.onceflow.testkit.job.Input;
import dev.onceflow.testkit.job.JobUnderTest;
import dev.onceflow.testkit.job.Output;
import dev.onceflow.testkit.record.Message;
import dev.onceflow.testkit.record.SetAsideRecord;
import dev.onceflow.topology.PaymentsTopology;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The payments job's topics by their types.
 *
 * @param job the job, wherever it runs
 */
record PaymentsUnderTest(JobUnderTest job) {
  private static final Instant OCCURRED = Instant.parse("2010-12-01T23:59:30.500Z");

  /** What an event of alice's at the shop is sent as. */
  static Message<String, PaymentEvent> event(
      String id, String payment, PaymentKind kind, long amount) {
    return Message.of(
            payment,
            new PaymentEvent(id, payment, "alice", "shop", kind, amount, "GBP", OCCURRED, null))
        .withId(id);
  }

  Input<String, PaymentEvent> input() {
    return job.input(Topics.PAYMENTS.name(), new StringSerializer(), job.avro().serializer());
  }

  List<LedgerEntry> entries() {
    return output(Topics.LEDGER_ENTRIES, job.avro().deserializer(LedgerEntry.class)).values();
  }

  /** The latest of an account; the job sends one for each of its Kafka transactions. */
  AccountBalance balance(String account) {
    return output(Topics.ACCOUNT_BALANCES, job.avro().deserializer(AccountBalance.class))
        .latest()
        .get(account);
  }

  List<MerchantDailyTotal> dailyTotals() {
    return output(Topics.MERCHANT_DAILY_TOTALS, job.avro().deserializer(MerchantDailyTotal.class))
        .values();
  }

  List<RejectedPayment> rejected() {
    return output(Topics.PAYMENTS_REJECTED, job.avro().deserializer(RejectedPayment.class))
        .values();
  }

  List<SetAsideRecord> quarantine() {
    return job.setAside(Topics.PAYMENTS_QUARANTINE.name());
  }

  List<SetAsideRecord> deadLetters() {
    return job.setAside(Topics.PAYMENTS_DLQ.name());
  }

  /** What became of all records so far, over all partitions. */
  Verdicts verdicts() {
    Collection<VerdictCounts> latest =
        job.output(
                PaymentsTopology.verdictsTopic(job.applicationId()),
                new IntegerDeserializer(),
                job.avro().deserializer(VerdictCounts.class))
            .latest()
            .values();
    return new Verdicts(
        sum(latest, VerdictCounts::getRead),
        sum(latest, VerdictCounts::getApplied),
        sum(latest, VerdictCounts::getRejected),
        sum(latest, VerdictCounts::getDuplicate),
        sum(latest, VerdictCounts::getQuarantined),
        sum(latest, VerdictCounts::getDlq));
  }

  /** Counts of records. */
  record Verdicts(
      long read, long applied, long rejected, long duplicate, long quarantined, long dlq) {}

  private static long sum(Collection<VerdictCounts> counts, ToLongFunction<VerdictCounts> field) {
    return counts.stream().mapToLong(field).sum();
  }

  private <T> Output<String, T> output(Topic topic, Deserializer<T> values) {
    return job.output(topic.name(), new StringDeserializer(), values);
  }
}
