package dev.onceflow.cli.load.sample;

import dev.onceflow.schemas.event.PaymentKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What will happen to one payment, from its first event to its last.
 *
 * @param steps in order, at least one
 */
record PaymentPlan(List<Step> steps) {
  /** In hundredths: one legal payment in so many has this life. */
  private static final int SALES = 45;

  private static final int CREDITS = 10;
  private static final int CAPTURED_WHOLE = 25;
  private static final int CAPTURED_IN_PARTS = 10;
  private static final int VOIDED = 7;
  private static final int REFUNDED_OF_100 = 15;
  private static final int ILLEGAL_LIVES = 8;

  /**
   * One event of a payment.
   *
   * @param kind its kind
   * @param amount in minor units
   * @param sort LEGAL or ILLEGAL
   */
  record Step(PaymentKind kind, long amount, Sort sort) {}

  /** A life in which every step is allowed. */
  static PaymentPlan legal(Random random, long amount) {
    List<Step> steps = new ArrayList<>();
    int dice = random.nextInt(100);
    if (dice < SALES) {
      add(steps, PaymentKind.SALE, amount);
      refunds(random, steps, amount);
    } else if (dice < SALES + CREDITS) {
      add(steps, PaymentKind.CREDIT, amount);
    } else {
      add(steps, PaymentKind.AUTHORIZE, amount);
      authorized(random, dice - SALES - CREDITS, steps, amount);
    }
    return new PaymentPlan(steps);
  }

  private static void authorized(Random random, int dice, List<Step> steps, long amount) {
    if (dice < CAPTURED_WHOLE) {
      add(steps, PaymentKind.CAPTURE, amount);
      refunds(random, steps, amount);
    } else if (dice < CAPTURED_WHOLE + CAPTURED_IN_PARTS) {
      long first = part(random, amount);
      add(steps, PaymentKind.CAPTURE, first);
      add(steps, PaymentKind.CAPTURE, amount - first);
      refunds(random, steps, amount);
    } else if (dice < CAPTURED_WHOLE + CAPTURED_IN_PARTS + VOIDED) {
      add(steps, PaymentKind.VOID, amount);
    } // else the customer never comes back
  }

  private static void refunds(Random random, List<Step> steps, long captured) {
    if (random.nextInt(100) < REFUNDED_OF_100) {
      long first = random.nextBoolean() ? captured : part(random, captured);
      add(steps, PaymentKind.REFUND, first);
      if (first < captured && random.nextBoolean()) {
        add(steps, PaymentKind.REFUND, captured - first);
      }
    }
  }

  /** A life that ends with a step that is not allowed. */
  static PaymentPlan illegal(Random random, long amount) {
    List<Step> steps = new ArrayList<>();
    switch (random.nextInt(ILLEGAL_LIVES)) {
      case 0 -> refused(steps, PaymentKind.CAPTURE, amount);
      case 1 -> refused(steps, PaymentKind.REFUND, amount);
      case 2 -> {
        add(steps, PaymentKind.AUTHORIZE, amount);
        refused(steps, PaymentKind.AUTHORIZE, amount);
      }
      case 3 -> {
        add(steps, PaymentKind.AUTHORIZE, amount);
        refused(steps, PaymentKind.CAPTURE, amount + 1);
      }
      case 4 -> {
        add(steps, PaymentKind.AUTHORIZE, amount);
        refused(steps, PaymentKind.REFUND, amount);
      }
      case 5 -> {
        add(steps, PaymentKind.AUTHORIZE, amount);
        add(steps, PaymentKind.VOID, amount);
        refused(steps, PaymentKind.CAPTURE, amount);
      }
      case 6 -> {
        add(steps, PaymentKind.SALE, amount);
        refused(steps, PaymentKind.REFUND, amount + 1);
      }
      default -> {
        add(steps, PaymentKind.CREDIT, amount);
        refused(steps, PaymentKind.VOID, amount);
      }
    }
    return new PaymentPlan(steps);
  }

  private static long part(Random random, long amount) {
    return 1 + (long) (random.nextDouble() * (amount - 1));
  }

  private static void add(List<Step> steps, PaymentKind kind, long amount) {
    steps.add(new Step(kind, amount, Sort.LEGAL));
  }

  private static void refused(List<Step> steps, PaymentKind kind, long amount) {
    steps.add(new Step(kind, amount, Sort.ILLEGAL));
  }
}
