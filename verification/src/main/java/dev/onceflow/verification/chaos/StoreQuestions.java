package dev.onceflow.verification.chaos;

import dev.onceflow.schemas.event.PaymentEvent;
import dev.onceflow.verification.checker.StoreAnswer;
import dev.onceflow.verification.cluster.JobProcess;
import dev.onceflow.verification.cluster.Member;
import dev.onceflow.verification.history.RecordedAnswers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Asks the job, once all is at rest, for payments and balances, each instance in turn: whoever is
 * asked fetches from the others what they hold.
 */
final class StoreQuestions {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long LOOK_MS = 500;

  private final List<RecordedAnswers> instances;

  /** The keys that nobody answered for. */
  private int unanswered;

  StoreQuestions(List<Member<JobProcess>> jobs) {
    instances = jobs.stream().map(job -> new RecordedAnswers(job.server().url())).toList();
  }

  /** What the job says of these payments, their accounts and their merchants. */
  List<StoreAnswer> ask(List<PaymentEvent> events) throws InterruptedException {
    Set<String> payments = new LinkedHashSet<>();
    Set<String> balances = new LinkedHashSet<>();
    for (PaymentEvent event : events) {
      payments.add(event.getPaymentId());
      balances.add("customer:%s:%s".formatted(event.getAccountId(), event.getCurrency()));
      balances.add("merchant:%s:%s".formatted(event.getMerchantId(), event.getCurrency()));
    }
    List<StoreAnswer> answers = new ArrayList<>();
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    for (String payment : payments) {
      answer(StoreAnswer.Store.PAYMENTS, payment, deadlineNs).ifPresent(answers::add);
    }
    for (String balance : balances) {
      answer(StoreAnswer.Store.BALANCES, balance, deadlineNs).ifPresent(answers::add);
    }
    return answers;
  }

  private Optional<StoreAnswer> answer(StoreAnswer.Store store, String key, long deadlineNs)
      throws InterruptedException {
    do {
      for (RecordedAnswers instance : inTurn(key)) {
        try {
          Optional<StoreAnswer> answer = instance.ask(store, key);
          if (answer.isPresent()) {
            return answer;
          }
        } catch (IOException away) {
          // Another one may answer, or this one later.
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MS);
    } while (System.nanoTime() < deadlineNs);
    unanswered++;
    return Optional.empty();
  }

  private List<RecordedAnswers> inTurn(String key) {
    List<RecordedAnswers> turned = new ArrayList<>(instances);
    Collections.rotate(turned, Math.floorMod(key.hashCode(), instances.size()));
    return turned;
  }

  /** How many keys nobody answered for. */
  int unanswered() {
    return unanswered;
  }
}
