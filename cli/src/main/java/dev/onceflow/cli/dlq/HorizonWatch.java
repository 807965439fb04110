package dev.onceflow.cli.dlq;

import java.util.List;

/**
 * Counts what is sent and may be set aside once more, since its event ID is from before the
 * horizon. Used by one thread.
 */
final class HorizonWatch implements Outlet {
  private final Horizon horizon;
  private final Outlet outlet;
  private long behind;

  /**
   * @param outlet where all goes to
   */
  HorizonWatch(Horizon horizon, Outlet outlet) {
    this.horizon = horizon;
    this.outlet = outlet;
  }

  @Override
  public List<Refused> commit(List<Planned> chunk) {
    List<Refused> refused = outlet.commit(chunk);
    for (Planned planned : chunk) {
      if (planned.copy() != null
          && horizon.isBehind(planned.copy())
          && refused.stream().noneMatch(each -> each.planned().equals(planned))) {
        behind++;
      }
    }
    return refused;
  }

  /** How many of all that was sent. */
  long behind() {
    return behind;
  }
}
