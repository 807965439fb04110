package dev.onceflow.testkit;

import dev.onceflow.streams.dedupe.Effect;
import dev.onceflow.streams.dedupe.EventHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The bug: totals are kept in a field, which no next owner has. */
public final class ForgetfulJob extends TotalsJob {
  @Override
  public String name() {
    return "forgetful-totals";
  }

  @Override
  protected EventHandler<Long> handler() {
    return new Forgetting();
  }

  private static final class Forgetting extends Adding {
    private final Map<String, Long> totals = new HashMap<>();

    @Override
    Long total(String key) {
      return totals.get(key);
    }

    @Override
    List<Effect> kept(String key, long total) {
      totals.put(key, total);
      return List.of();
    }
  }
}
