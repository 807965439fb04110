package dev.onceflow.verification.checker;

/**
 * What a job answered when it was asked for its state.
 *
 * @param store which store: a payment's state, or an account's balance
 * @param key the payment or the account
 * @param json the answer, or null where the job says that it has none
 */
public record StoreAnswer(Store store, String key, String json) {
  /** The stores that can be asked. */
  public enum Store {
    /** {@code /state/payments/PAYMENT-ID}. */
    PAYMENTS,
    /** {@code /state/balances/ACCOUNT}. */
    BALANCES
  }
}
